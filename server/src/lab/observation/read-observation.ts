/** From the lines of the agent and of the console to what was observed. The lines are described in lab/main.c. */
import type { Counters, StepOutcome } from '../../simulator/trace.js';
import type { Plan } from '../plan/plan.js';
import type { Cut, Observation, ObservedExit, ObservedLine, ObservedSignal } from './observation.js';
import { isRelevant } from './relevant-lines.js';

const SIGNALS: Readonly<Record<number, string>> = { 7: 'SIGBUS', 9: 'SIGKILL', 11: 'SIGSEGV' };
const CODES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
    SIGBUS: { 1: 'BUS_ADRALN', 2: 'BUS_ADRERR', 3: 'BUS_OBJERR', 4: 'BUS_MCEERR_AR', 5: 'BUS_MCEERR_AO' },
    SIGSEGV: { 1: 'SEGV_MAPERR', 2: 'SEGV_ACCERR' },
};
const SI_KERNEL = 128;
const LEVELS: readonly ObservedLine['level'][] = ['emerg', 'emerg', 'emerg', 'err', 'warn', 'info', 'info', 'info'];

interface OpenStep {
    readonly index: number;
    outcome: Omit<StepOutcome, 'signal'>;
    readonly signals: ObservedSignal[];
    readonly log: ObservedLine[];
    readonly exits: ObservedExit[];
    counters: Counters | null;
    panic: string | null;
}

/** A line of the console, and the step in which it came; -1: before the first. */
export interface ConsoleLine { readonly step: number; readonly text: string }

export interface Ending {
    /** `done`: the agent said that the plan is over. */
    readonly how: 'done' | 'panic' | 'hung' | 'lost';
    readonly console: readonly ConsoleLine[];
    /** It was ended because of the lines of its console: there were no end of them. */
    readonly flooded?: boolean;
}

export function readObservation(plan: Plan, lines: readonly string[], ending: Ending): Observation {
    const steps: OpenStep[] = [];
    const ranges = new Map<number, { readonly address: number; readonly bytes: number }>();
    let atStart: readonly number[] = [];
    let cut: Cut | null = null;
    const stepOf = (index: number): OpenStep | undefined => steps.find((step) => step.index === index);
    for (const line of lines) {
        const [kind = '', ...fields] = line.split('\t');
        const numbers = fields.map(Number);
        const step = stepOf(numbers[0] ?? -1);
        switch (kind) {
            case 'g':
                steps.push({ index: numbers[0]!, outcome: { errno: '' }, signals: [], log: [], exits: [], counters: null, panic: null });
                break;
            case 'a':
                ranges.set(numbers[0]!, { address: numbers[1]!, bytes: numbers[2]! });
                break;
            case 'o':
                if (step !== undefined) step.outcome = outcomeOf(fields);
                break;
            case 's':
                step?.signals.push(signalOf(plan, ranges, numbers));
                break;
            case 'k':
                if (step !== undefined && isRelevant(fields[2] ?? '')) step.log.push({ level: LEVELS[numbers[1]! & 7] ?? 'info', text: fields.slice(2).join('\t') });
                break;
            case 'c':
                if (numbers[0] === -1) atStart = numbers.slice(1);
                else if (step !== undefined) step.counters = countersOf(numbers.slice(1), atStart, plan.pageBytes);
                break;
            case 'x':
                // Between two steps somebody is found dead: it belongs to the one before.
                steps.at(-1)?.exits.push({ process: plan.tasks[numbers[0]!] ?? '', signal: (numbers[1]! & 0x7f) === 0 ? null : SIGNALS[numbers[1]! & 0x7f] ?? `signal ${numbers[1]! & 0x7f}` });
                break;
            case 'h':
                cut ??= { step: numbers[0]!, why: 'hung', text: `${plan.tasks[numbers[1]!] ?? 'a task'} does not come back` };
                break;
            case 'e':
                cut ??= { step: numbers[0]!, why: 'not made', text: fields.slice(1).join(' ') };
                break;
            default:
                break;
        }
    }
    const panic = ending.console.find(({ text }) => text.includes('Kernel panic - not syncing'));
    const oops = [...ending.console, ...steps.flatMap(({ log }) => log)].find(({ text }) => /^(BUG: |Oops: |general protection fault|Internal error: )/.test(text))?.text ?? null;
    if (ending.how !== 'done') {
        addConsole(steps, ending.console, panic?.text ?? null);
        const last = steps.at(-1)?.index ?? -1;
        cut ??= ending.how === 'panic' ? { step: last, why: 'panic', text: panic?.text ?? '' } : { step: last, why: ending.how, text: endingWords(ending) };
    }
    return { pageBytes: plan.pageBytes, steps, cut, panic: panic?.text ?? null, oops };
}

function endingWords({ how, flooded, console }: Ending): string {
    if (how !== 'hung') {
        return 'the emulator ended';
    }
    return flooded === true ? `the kernel floods the console: ${console.length} lines and more, such as "${console.at(-1)?.text ?? ''}"` : 'the guest does not answer any more';
}

/** The agent could not tell any more what was logged in the step that stopped the machine: the console has it. */
function addConsole(steps: readonly OpenStep[], console: readonly ConsoleLine[], panic: string | null): void {
    const step = steps.at(-1);
    if (step === undefined || step.log.length > 0) {
        return;
    }
    step.panic = panic;
    for (const { step: index, text } of console) {
        if (index === step.index && isRelevant(text)) {
            step.log.push({ level: text.startsWith('Kernel panic') ? 'emerg' : 'err', text });
        }
    }
}

function outcomeOf([, errno = '-', returned = '-', value = '-', frame = '-', ...text]: readonly string[]): Omit<StepOutcome, 'signal'> {
    const said = text.join(' ');
    return {
        errno: (errno === '-' ? '' : errno) as StepOutcome['errno'],
        ...returned === '-' ? {} : { returned: Number(returned) },
        ...value === '-' ? {} : { value: String.fromCharCode(Number(value)) },
        ...frame === '-' ? {} : { pfn: Number(frame) === 0 ? null : Number(frame) },
        ...said === '-' || said === '' ? {} : { text: said },
    };
}

function signalOf(plan: Plan, ranges: ReadonlyMap<number, { readonly address: number; readonly bytes: number }>, [, task = -1, signo = 0, code = 0, address = 0, lsb = -1]: readonly number[]): ObservedSignal {
    const signal = SIGNALS[signo] ?? `signal ${signo}`;
    const name = plan.tasks[task] ?? '';
    const place = placeOf(plan, ranges, name.split('.', 1)[0]!, address);
    return { task: name, signal, code: code === SI_KERNEL ? 'SI_KERNEL' : CODES[signal]?.[code] ?? String(code), address, addressLsbBits: lsb < 0 ? null : lsb, ...place };
}

/** The mapping of the process that holds the address, by the name that the process gives it. */
export function placeOf(plan: Plan, ranges: ReadonlyMap<number, { readonly address: number; readonly bytes: number }>, process: string, address: number): { readonly mapping?: string; readonly offset?: number } {
    for (const own of [true, false]) {
        for (const [range, { address: start, bytes }] of ranges) {
            const names = plan.ranges[range] ?? [];
            const name = names.find((each) => each.startsWith(`${process}:`)) ?? (own ? undefined : names[0]);
            if (name !== undefined && address >= start && address < start + bytes) {
                return { mapping: name.slice(name.indexOf(':') + 1), offset: address - start };
            }
        }
    }
    return {};
}

function countersOf([kilobytes = 0, ...now]: readonly number[], [kilobytesBefore = 0, ...before]: readonly number[], pageBytes: number): Counters {
    const since = (index: number): number => (now[index] ?? 0) - (before[index] ?? 0);
    const counted = (now[0] ?? -1) >= 0;
    return {
        poisonedPages: (Math.max(0, kilobytes) - Math.max(0, kilobytesBefore)) * 1024 / pageBytes,
        nodes: counted ? [{ total: since(0), ignored: since(1), failed: since(2), delayed: since(3), recovered: since(4) }] : [],
    };
}
