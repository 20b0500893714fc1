/** The part of a trace that an expectation speaks about. */
import type { Expectation, Program } from '../../simulator/program.js';
import type { StepTrace, Trace, TraceEvent } from '../../simulator/trace.js';

/** Leads to an event: index in `Trace.steps`, index in `StepTrace.events`. */
export interface EventRef {
    readonly step: number;
    readonly event: number;
}

export interface Scene {
    readonly program: Program;
    readonly trace: Trace;
    /** Steps whose events count: the one that the expectation stands under, or all of them for one that stands under none. */
    readonly steps: readonly StepTrace[];
    /** Index in `Trace.steps` of the last step whose effects count; -1 when there is none. */
    readonly last: number;
}

/** What an expectation under step `step` is about; -1 is the whole run, judged at its end. */
export function sceneOf(expectation: Pick<Expectation, 'step'>, program: Program, trace: Trace): Scene {
    if (expectation.step < 0) {
        return { program, trace, steps: trace.steps, last: trace.steps.length - 1 };
    }
    const step = trace.steps[expectation.step];
    return { program, trace, steps: step === undefined ? [] : [step], last: step === undefined ? -1 : expectation.step };
}

/** An event together with where it stands. */
export interface PlacedEvent<Event extends TraceEvent> {
    readonly event: Event;
    readonly at: EventRef;
}

/** The events of one kind among the steps of a scene, in order. */
export function eventsOf<Kind extends TraceEvent['t']>(scene: Scene, kind: Kind): PlacedEvent<Extract<TraceEvent, { t: Kind }>>[] {
    return eventsIn(scene.steps, kind);
}

/** The events of one kind from the start up to the end of a scene: for what holds as a state. */
export function eventsUntil<Kind extends TraceEvent['t']>(scene: Scene, kind: Kind): PlacedEvent<Extract<TraceEvent, { t: Kind }>>[] {
    return eventsIn(scene.trace.steps.slice(0, scene.last + 1), kind);
}

function eventsIn<Kind extends TraceEvent['t']>(steps: readonly StepTrace[], kind: Kind): PlacedEvent<Extract<TraceEvent, { t: Kind }>>[] {
    const found: PlacedEvent<Extract<TraceEvent, { t: Kind }>>[] = [];
    for (const step of steps) {
        step.events.forEach((event, index) => {
            if (event.t === kind) {
                found.push({ event: event as Extract<TraceEvent, { t: Kind }>, at: { step: step.index, event: index } });
            }
        });
    }
    return found;
}

/** How a claim turned out. `holds` is null when the trace cannot tell. */
export interface Finding {
    readonly holds: boolean | null;
    /** In the words of the language. */
    readonly expected: string;
    readonly actual: string;
    /** The event that decided, when one did. */
    readonly at: EventRef | null;
}
