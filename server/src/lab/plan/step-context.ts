/** What a step is made from: who acts, and its arguments as the agent takes them. */
import type { Place, Program, Step } from '../../simulator/program.js';
import { descriptorNamed, descriptorToUse, fileNamed } from './files.js';
import { addressWord, type PlanWriter, type Taker } from './plan-writer.js';

export interface StepContext {
    readonly writer: PlanWriter;
    readonly program: Program;
    readonly step: Step;
    /** The task that acts, or the runner. */
    readonly taker: Taker;
    readonly text: (name: string) => string | undefined;
    readonly number: (name: string) => number | undefined;
    readonly place: (name?: string) => Place | undefined;
    /** `@range+offset` of a place that the acting task reaches; said where there is none. */
    readonly address: (name?: string) => string;
    /** Bytes of the pages that the place names. */
    readonly bytes: (name?: string) => number;
    readonly pages: (name?: string) => number;
    /** `#slot` of the file that the step names. */
    readonly descriptor: (name?: string) => string;
    /** The task whose memory the place is. */
    readonly owner: (name?: string) => number;
    readonly cannot: (construct: string, reason: string) => void;
}

/** The process whose task acts; '' for the runner. */
export function processOf({ taker, step }: Pick<StepContext, 'taker' | 'step'>): string {
    return taker === 'r' ? '' : step.actor.split('.', 1)[0]!;
}

export function contextOf(writer: PlanWriter, program: Program, step: Step, taker: Taker): StepContext {
    const { args, actor, source } = step;
    const text = (name: string): string | undefined => typeof args[name] === 'string' ? args[name] : typeof args[name] === 'number' ? String(args[name]) : undefined;
    const number = (name: string): number | undefined => args[name] === undefined ? undefined : Number(args[name]);
    const place = (name = 'target'): Place | undefined => typeof args[name] === 'object' && !Array.isArray(args[name]) && 'kind' in args[name] ? args[name] : undefined;
    const cannot = (construct: string, reason: string): void => writer.cannot(construct, reason, source);
    const pages = (name = 'target'): number => {
        const at = place(name);
        return at !== undefined && 'pageCount' in at ? at.pageCount : 1;
    };
    return {
        writer, program, step, taker, text, number, place, cannot, pages,
        bytes: (name) => pages(name) * writer.guest.pageBytes,
        address: (name) => {
            const at = place(name);
            const address = at === undefined ? undefined : addressWord(writer, at, actor);
            if (address === undefined) {
                cannot(`${step.op} there`, 'the task has no address for it');
            }
            return address ?? '0';
        },
        owner: () => {
            const at = place();
            const process = at?.kind === 'mapping' ? at.process : actor.split('.', 1)[0]!;
            return writer.taskOf(process) ?? 0;
        },
        descriptor: (name = 'target') => {
            const at = place(name);
            const named = at?.kind === 'file' ? at.file : text(name) ?? text('file') ?? '';
            const file = fileNamed(program.machine.files, named);
            const process = processOf({ taker, step });
            const found = name === 'description' ? descriptorNamed(writer, process, named, file) : descriptorToUse(writer, process, file);
            if (found === undefined) {
                cannot(`${step.op} of ${named}`, 'nobody in the guest has it open');
            }
            return found ?? '#0';
        },
    };
}
