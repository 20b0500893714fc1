/** From one position to the next, in the way that a person means. */
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
    const other = timeline.sideOf(from) === side ? null : side;
    const step = positions.stepOf(from);
    if (motion === 'back') return backFrom(timeline, from, other);
    // The machine is elsewhere: on to where it does something.
    if (other !== null) return search(timeline, from + 1, (position) => isStop(timeline, position, other));
    if (motion === 'in') return search(timeline, from + 1, (position) => isStop(timeline, position, null));
    const own = timeline.sideOf(from);
    const call = timeline.call(from, own);
    return search(timeline, from + 1, (position) => {
        if (positions.stepOf(position) !== step) return isStop(timeline, position, null);
        const there = timeline.call(position, own);
        if (call === null || there === null || timeline.sideOf(position) !== own || !isStop(timeline, position, null)) return false;
        return motion === 'out' ? there !== call && isWithin(call, there) : there === call || !isWithin(there, call);
    });
}

/** Was a call made by another one, directly or not? */
function isWithin(call: Call, outer: Call): boolean {
    for (let at: Call | null = call; at !== null; at = at.caller) if (at === outer) return true;
    return false;
}

function search(timeline: DebugTimeline, from: number, stops: (position: number) => boolean): number {
    for (let position = from; position < timeline.positions.end; position += 1) if (stops(position)) return position;
    return timeline.positions.end;
}

/** Before a step: before the one before it. In a function: to the decision before, but not into what the function has called; else out of it. */
function backFrom(timeline: DebugTimeline, from: number, other: string | null): number {
    const { positions } = timeline;
    const own = timeline.sideOf(from);
    const call = timeline.call(from, own);
    for (let position = from - 1; position > 0; position -= 1) {
        if (other !== null) {
            if (isStop(timeline, position, other)) return position;
            continue;
        }
        if (positions.isStep(position)) return position;
        const there = timeline.call(position, own);
        if (call !== null && there !== null && timeline.sideOf(position) === own && isStop(timeline, position, null) && (there === call || !isWithin(there, call))) return position;
    }
    return 0;
}
