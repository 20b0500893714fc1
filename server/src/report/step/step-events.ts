import type { StepTrace, TraceEvent } from '../../simulator/trace.js';

/** The events of one kind in a step, in order. */
export function stepEvents<Kind extends TraceEvent['t']>(step: StepTrace, kind: Kind): Extract<TraceEvent, { t: Kind }>[] {
    return step.events.filter((event): event is Extract<TraceEvent, { t: Kind }> => event.t === kind);
}
