/** Where one can stop: before each step, after each of its events, and at the end. */
import type { Trace, TraceEvent } from '../simulator/trace.js';

export class Positions {
    /** Position before each step, and the end. */
    readonly #starts: readonly number[];
    readonly #trace: Trace;

    constructor(trace: Trace) {
        this.#trace = trace;
        const starts = [0];
        for (const { events } of trace.steps) starts.push(starts.at(-1)! + events.length + 1);
        this.#starts = starts;
    }

    get count(): number {
        return this.end + 1;
    }

    /** Behind the last step. */
    get end(): number {
        return this.#starts.at(-1)!;
    }

    /** Before a step. */
    before(step: number): number {
        return this.#starts[step] ?? this.end;
    }

    /** Index of the step; that of the last one and one more at the end. */
    stepOf(position: number): number {
        let low = 0;
        let high = this.#starts.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.#starts[middle]! <= position) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    /** Index of the event that has just happened; -1 before a step. */
    eventOf(position: number): number {
        return position - this.before(this.stepOf(position)) - 1;
    }

    /** What has just happened, on whichever machine; null before a step. */
    event(position: number): { readonly event: TraceEvent; readonly guest: string } | null {
        const event = this.#trace.steps[this.stepOf(position)]?.events[this.eventOf(position)];
        if (event === undefined) return null;
        return event.t === 'guest' ? { event: event.event, guest: event.guest } : { event, guest: '' };
    }

    /** Is it before a step, or the end? */
    isStep(position: number): boolean {
        return this.eventOf(position) < 0;
    }
}
