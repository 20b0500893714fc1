/** A virtual machine's side of a run, as a program and a trace of its own: every reader of traces can read it. */
import type { Program } from '../../simulator/program.js';
import type { StepTrace, Trace, TraceEvent } from '../../simulator/trace.js';

export interface Side {
    /** Name of the virtual machine. */
    readonly guest: string;
    readonly program: Program;
    readonly trace: Trace;
}

const NOTHING = { poisonedPages: 0, nodes: [] } as const;

/** The sides of the virtual machines of a run, in the order of the text. */
export function guestSides(program: Program, trace: Trace): Side[] {
    return (program.guests ?? []).flatMap(({ name, program: inner }) => {
        const side = traceOfGuest(trace, name);
        return side === null ? [] : [{ guest: name, program: { ...inner, steps: program.steps, expectations: program.expectations, sources: program.sources }, trace: side }];
    });
}

/** A trace as a virtual machine sees it; null where there is none of that name. */
export function traceOfGuest(trace: Trace, guest: string): Trace | null {
    const state = trace.guests?.[guest];
    return state === undefined ? null : {
        schema: trace.schema, scenario: trace.scenario, kernel: state.kernel, arch: state.arch, pageShift: state.pageShift,
        steps: trace.steps.map((step) => guestStep(step, guest)), end: state.end, notModelled: trace.notModelled, ...(state.start === undefined ? {} : { start: state.start }),
    };
}

/** What a step meant for a virtual machine. Events keep their places: those of other machines are wrapped. */
export function guestStep(step: StepTrace, guest: string): StepTrace {
    const own = step.guest === guest;
    return {
        index: step.index, source: step.source, phase: step.phase, timeNs: step.timeNs, op: step.op, actor: step.actor,
        skipped: own && step.skipped,
        events: step.events.map((event): TraceEvent => event.t === 'guest' && event.guest === guest ? event.event : { t: 'guest', guest: '', event }),
        outcome: own ? step.outcome : { errno: '' },
        counters: step.guestCounters?.[guest] ?? NOTHING,
        ...(step.race === undefined ? {} : { race: { ...step.race, outcomes: step.race.outcomes.map((outcome) => ({ ...outcome, step: guestStep(outcome.step, guest) })) } }),
        ...(step.sweep === undefined ? {} : { sweep: { ...step.sweep, classes: step.sweep.classes.map((pageClass) => ({ ...pageClass, step: guestStep(pageClass.step, guest) })) } }),
    };
}

/** The virtual machines in which something happened in the step. */
export function guestsIn(step: StepTrace): string[] {
    const names = new Set<string>();
    for (const event of step.events) {
        if (event.t === 'guest' && event.guest !== '') names.add(event.guest);
    }
    return [...names];
}
