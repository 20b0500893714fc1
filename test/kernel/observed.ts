import type { MachineSpec, Program, Step } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { SignalEvent, StepTrace, Trace, TraceEvent } from '../../server/src/simulator/trace.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { machine, program } from '../simulator/programs.js';
import { INJECTIONS, type Injection } from './injections.js';
import type { PageState } from './page-states/index.js';

/** What one step gave, as short texts that a table can hold. */
export interface Observed {
    /** `DIRTY_LRU Recovered`, one a frame. */
    readonly results: readonly string[];
    readonly errno: string;
    /** `AR db m+0x1000 lsb 12 handled`. */
    readonly signals: readonly string[];
    /** Kernel log with frames, tasks and addresses replaced by words. */
    readonly log: readonly string[];
    readonly panic: string;
}

const WORDS: readonly (readonly [RegExp, string])[] = [
    [/^((?:Memory failure|Unpoison|Soft offline): )0x[0-9a-f]+/, '$1PFN'],
    [/(Injecting memory failure (?:at|for) pfn |Soft offlining pfn )0x[0-9a-f]+/, '$1PFN'],
    [/(at process virtual address )0x[0-9a-f]+/, '$1VA'],
    [/(Soft-offlining pfn: )0x[0-9a-f]+/, '$1PFN'],
    [/(fault at )[0-9a-f]+$/, '$1VA'],
    [/((?:user-access|user space) at )[0-9a-f]+$/, '$1PA'],
    [/(Memory failure: )0x[0-9a-f]+(: unrecoverable page)/, '$1PFN$2'],
    [/(Memory failure on page )[0-9a-f]+/, '$1PFN'],
    [/(to |Killing |forcibly killing )([\w-]+):\d+/, '$1$2'],
];

export function withWords(line: string): string {
    return WORDS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

export function signalText(event: SignalEvent): string {
    const code = event.code.replace('BUS_MCEERR_', '');
    const where = event.mapping === undefined ? '' : ` ${event.mapping}+0x${event.offset!.toString(16)}`;
    const lsb = event.addressLsbBits === null ? '' : ` lsb ${event.addressLsbBits}`;
    return `${event.signal === 'SIGBUS' ? '' : `${event.signal} `}${code} ${event.task}${where}${lsb} ${event.fate}`;
}

function ofKind<Kind extends TraceEvent['t']>(step: StepTrace, kind: Kind): Extract<TraceEvent, { t: Kind }>[] {
    return step.events.filter((event): event is Extract<TraceEvent, { t: Kind }> => event.t === kind);
}

export function observed(step: StepTrace): Observed {
    return {
        results: ofKind(step, 'result').map(({ type, result }) => `${type.replace('MF_MSG_', '')} ${result[3]}${result.slice(4).toLowerCase()}`),
        errno: step.outcome.errno,
        signals: ofKind(step, 'signal').map(signalText),
        log: ofKind(step, 'log').map(({ text }) => withWords(text)),
        panic: ofKind(step, 'panic').map(({ text }) => withWords(text)).join(),
    };
}

/** The program that brings a page into its state and then takes the steps; the frame is bound as `bad`. */
export function programFor(state: PageState, steps: readonly Step[], more: Partial<MachineSpec> = {}): Program {
    const frames = state.virtualOnly === true ? [] : [{ name: 'bad', source: 0, place: state.target }];
    return program(machine({ ...state.machine, frames, ...more }), [...(state.prepare ?? []), ...steps]);
}

/** The steps after the page was brought into its state. */
export function stepsAfter(state: PageState, steps: readonly Step[], more: Partial<MachineSpec> = {}): { readonly trace: Trace; readonly steps: readonly StepTrace[] } {
    const trace = simulate(programFor(state, steps, more));
    return { trace, steps: trace.steps.slice(state.prepare?.length ?? 0) };
}

/** What one injection gives. */
export function inject(state: PageState, by: Injection, more: Partial<MachineSpec> = {}, version: KernelVersion = '7.3'): Observed & { readonly trace: Trace } {
    const running = state.owner === undefined ? [] : [{ source: 0, cpu: 0, task: state.owner, mode: 'user' as const }];
    const trace = simulate({ ...programFor(state, [INJECTIONS[by](state)], { running, ...more }), kernel: { written: version, version, proposals: [] } });
    return { ...observed(trace.steps.at(-1)!), trace };
}
