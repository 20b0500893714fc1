/** From one position to the next, in the way that a person means. */
import type { TraceEvent } from '../simulator/trace.js';
import type { DebugMotion } from './messages.js';
import type { DebugTimeline } from './timeline.js';
import type { Call } from '../vocabulary/kernel-functions.js';

/** A place to stop at when stepping: before a step, or at a decision. Other events happen on the way. */
function isStop(timeline: DebugTimeline, position: number, side: string | null): boolean {
    if (timeline.positions.isStep(position)) return side === null || position === timeline.positions.end || timeline.sideOf(position) === side;
    return timeline.decisionAt(position) !== null && (side === null || timeline.sideOf(position) === side);
}

/**
 * Where a step leads to: the end when there is nothing more, the beginning backwards. `next` passes by what the function calls; `out` leads to
 * the next decision of one that has called it; both to the next step where there is none.
 * @param side the machine that is stepped, where it is not the one of the position
 */
export function stepFrom(timeline: DebugTimeline, from: number, motion: Exclude<DebugMotion, 'continue' | 'reverse'>, side: string): number {
    const { positions } = timeline;
    // The machine is elsewhere: on to where it does something.
    if (timeline.sideOf(from) !== side) return search(timeline, from, motion === 'back' ? -1 : 1, side);
    if (motion === 'in') return search(timeline, from, 1, null);
    const step = positions.stepOf(from);
    if (positions.isStep(from)) return positions.before(motion === 'back' ? Math.max(0, step - 1) : step + 1);
    return decisionInStep(timeline, from, motion, side) ?? positions.before(motion === 'back' ? step : step + 1);
}

/**
 * In the step: a decision of the same call or, once that is over, of what has called it; for `out` only the latter. Goes over the calls of the
 * step once: a step may have a hundred thousand decisions.
 */
function decisionInStep(timeline: DebugTimeline, from: number, motion: 'next' | 'out' | 'back', side: string): number | undefined {
    const step = timeline.positions.stepOf(from);
    const first = timeline.positions.before(step) + 1;
    const events = timeline.trace.steps[step]?.events ?? [];
    const calls = timeline.callsIn(step, side);
    const call = calls[from - first] ?? null;
    if (call === null) return undefined;
    const direction = motion === 'back' ? -1 : 1;
    let over: Call | null = null;
    for (let index = from - first + direction; index >= 0 && index < events.length; index += direction) {
        const there = calls[index] ?? null;
        // What lies within the call is passed by; decisions that follow each other have the same call.
        if (there === null || there === over || !isDecisionOf(events[index]!, side)) continue;
        if (motion === 'out' ? there !== call && isWithin(call, there) : there === call || !isWithin(there, call)) return first + index;
        over = there;
    }
    return undefined;
}

function isDecisionOf(event: TraceEvent, side: string): boolean {
    return event.t === 'guest' ? event.guest === side && event.event.t === 'decision' : side === '' && event.t === 'decision';
}

/** Was a call made by another one, directly or not? */
function isWithin(call: Call, outer: Call): boolean {
    for (let at: Call | null = call; at !== null; at = at.caller) if (at === outer) return true;
    return false;
}

/** The nearest stop of a machine, or of any. */
function search(timeline: DebugTimeline, from: number, direction: 1 | -1, side: string | null): number {
    const last = direction > 0 ? timeline.positions.end : 0;
    for (let position = from + direction; (last - position) * direction > 0; position += direction) if (isStop(timeline, position, side)) return position;
    return last;
}
