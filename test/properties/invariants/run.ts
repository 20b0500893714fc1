import type { Program } from '../../../server/src/simulator/program.js';
import type { SignalEvent, StepTrace, Trace, TraceEvent } from '../../../server/src/simulator/trace.js';
import { compareKernels, type KernelVersion } from '../../../server/src/vocabulary/kernels.js';
import { POISONING } from '../entries.js';

/** A program and what it gave. */
export interface Run {
    readonly program: Program;
    readonly trace: Trace;
    /** The frame bound as `bad`, null where only an address leads to it. */
    readonly bad: number | null;
}

/** Is its kernel that one or a newer one? What these tests know of kernels is their own, from what is written about them. */
export function isSince({ program }: Run, version: KernelVersion): boolean {
    return compareKernels(program.kernel.version, version) >= 0;
}

/** What is wrong with a run; nothing when it holds. */
export type Invariant = (run: Run) => readonly string[];

export function eventsOf<Kind extends TraceEvent['t']>({ events }: StepTrace, kind: Kind): Extract<TraceEvent, { t: Kind }>[] {
    return events.filter((event): event is Extract<TraceEvent, { t: Kind }> => event.t === kind);
}

/** Signals that name poison. */
export function poisonSignals(step: StepTrace): SignalEvent[] {
    return eventsOf(step, 'signal').filter(({ code }) => code === 'BUS_MCEERR_AO' || code === 'BUS_MCEERR_AR');
}

/** Does the step load from memory that is bad? */
export function consumes(step: StepTrace): boolean {
    return eventsOf(step, 'decision').some(({ id }) => id === 'memory.poison-consumed' || /^(__wp_page_copy_user|do_cow_fault|copy_present_page|__collapse_huge_page_copy|folio_mc_copy)\.poisoned$/.test(id));
}

/** Does the step call memory_failure() or soft offline: by what its words say, or because it loads from memory that is bad? */
export function poisons(run: Run, step: StepTrace): boolean {
    if (consumes(step)) return true;
    if (!POISONING.has(step.op)) return false;
    const advice = run.program.steps[step.index]!.args['advice'];
    return advice === undefined || advice === 'MADV_HWPOISON' || advice === 'MADV_SOFT_OFFLINE';
}

/** `step 3 (corrupt-pfn): ...` */
export function wrong(step: StepTrace, what: string): string {
    return `step ${step.index} (${step.op} by ${step.actor}): ${what}`;
}

/** Signals are sent by a task's own act: the one that acts, or the one that CPU 0 runs when a machine check hits it. */
export function currentTask(run: Run, step: StepTrace): string | null {
    if (step.op.startsWith('machine-check')) return run.program.machine.running[0]?.task ?? null;
    return step.actor === 'root' || step.actor === 'kernel' ? null : step.actor;
}

/**
 * The steps up to an unpoison that gave back a page which its owner still uses (section 0, point 10): from there on the
 * machine is broken, and what it reports of that page means nothing.
 */
export function soundSteps({ trace }: Run): readonly StepTrace[] {
    let ignored = false;
    const end = trace.steps.findIndex((step) => {
        if (eventsOf(step, 'result').some(({ result }) => result === 'MF_IGNORED')) ignored = true;
        return ignored && step.op === 'unpoison-pfn' && step.outcome.errno === '0';
    });
    return end < 0 ? trace.steps : trace.steps.slice(0, end + 1);
}
