import type { Trace } from './trace.js';

/** Whether a trace has more events than that. Steps are asked until it is known: each that is asked makes its events. */
export function hasMoreEventsThan(most: number, { steps }: Trace): boolean {
    let events = 0;
    return steps.some((step) => (events += step.events.length) > most);
}
