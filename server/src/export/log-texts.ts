/** Lines of the kernel log as an exported program looks for them. */
import { MF_TYPES, MF_RESULTS, type MfType } from '../vocabulary/mf-types.js';
import { isAvailable } from '../vocabulary/availability.js';
import type { KernelChoice } from '../simulator/program.js';

/** `recovery action for dirty LRU page: Recovered`, a `*` for what the claim leaves open; undefined when the type prints no line. */
export function recoveryText(type: string | undefined, result: string | undefined, kernel: KernelChoice): string | undefined {
    const row = type === undefined ? undefined : MF_TYPES[type as MfType];
    const string = row === undefined ? '*' : row.oldString !== undefined && isAvailable({ until: row.oldString.until }, kernel) ? row.oldString.text : row.string;
    if (string === '') return undefined;
    const outcome = result === undefined ? '*' : MF_RESULTS[result as keyof typeof MF_RESULTS].string;
    return `recovery action for ${string}: ${outcome}`;
}

/** Numbers of frames and addresses, and of tasks behind their names: the model's, never those of a real machine. */
const MODEL_NUMBERS = /0x[0-9a-f]+|(?<=\w:)\d+(?= due to)|\bpid \d+|\bpfn [0-9a-f]+/gi;

/** A pattern for fnmatch() or a shell's `case`; undefined where the text stands for itself. */
export function logPattern(text: string): string | undefined {
    if (!MODEL_NUMBERS.test(text)) return undefined;
    MODEL_NUMBERS.lastIndex = 0;
    return text.split(MODEL_NUMBERS).map((part) => part.replaceAll(/[\\*?[\]]/g, '\\$&')).join('*');
}
