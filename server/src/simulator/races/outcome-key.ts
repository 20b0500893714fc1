import type { StepTrace, TraceEvent } from '../trace.js';

/** What makes two ends of a step the same outcome. Signals to one task have an order, those to several have none. */
export function outcomeKey({ events, outcome }: Pick<StepTrace, 'events' | 'outcome'>): string {
    const signals = events.filter((event) => event.t === 'signal').sort((left, right) => left.task < right.task ? -1 : left.task > right.task ? 1 : 0);
    return JSON.stringify([outcome.errno, ...happened(events.filter(({ t }) => t !== 'signal')), ...happened(signals)]);
}

/** What counts of the events. */
export function happened(events: readonly TraceEvent[]): readonly unknown[] {
    return events.flatMap(whatCounts);
}

function whatCounts(event: TraceEvent): readonly unknown[] {
    switch (event.t) {
        case 'result': return [[event.type, event.result]];
        case 'signal': return [[event.signal, event.code, event.task, event.address, event.addressLsbBits, event.fate]];
        case 'panic': case 'oops': return [[event.t, event.text]];
        // A competitor that ends by itself is no outcome of the step.
        case 'exit': return event.signal === null ? [] : [[event.process, event.signal]];
        case 'guest': return whatCounts(event.event).map((words) => [event.guest, words]);
        default: return [];
    }
}
