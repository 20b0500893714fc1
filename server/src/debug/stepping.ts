/** From one position to the next, in the way that a person means. */
import type { DebugMotion } from './messages.js';
import type { DebugTimeline } from './timeline.js';

/** A place to stop at when stepping: before a step, or at a decision. Other events happen on the way. */
function isStop(timeline: DebugTimeline, position: number, side: string | null): boolean {
    if (timeline.positions.isStep(position)) return side === null || position === timeline.positions.end || timeline.sideOf(position) === side;
    return timeline.decisionAt(position) !== null && (side === null || timeline.sideOf(position) === side);
}

/**
 * Where a step leads to: the end when there is nothing more, the beginning backwards.
 * @param side the machine that is stepped, where it is not the one of the position
 */
export function stepFrom(timeline: DebugTimeline, from: number, motion: Exclude<DebugMotion, 'continue' | 'reverse'>, side: string): number {
    const { positions } = timeline;
    const other = timeline.sideOf(from) === side ? null : side;
    const step = positions.stepOf(from);
    if (motion === 'back') return backFrom(timeline, from, other);
    // The machine is elsewhere: on to where it does something.
    if (other !== null) return search(timeline, from + 1, (position) => isStop(timeline, position, other));
    const depth = timeline.depth(from);
    if (motion === 'in') return search(timeline, from + 1, (position) => isStop(timeline, position, null));
    const own = timeline.sideOf(from);
    const limit = motion === 'out' ? depth - 1 : depth;
    return search(timeline, from + 1, (position) => positions.stepOf(position) !== step
        ? isStop(timeline, position, null) : limit > 0 && isStop(timeline, position, null) && timeline.sideOf(position) === own && timeline.depth(position) <= limit);
}

function search(timeline: DebugTimeline, from: number, stops: (position: number) => boolean): number {
    for (let position = from; position < timeline.positions.end; position += 1) if (stops(position)) return position;
    return timeline.positions.end;
}

/** Before a step: before the one before it. In a function: to its decision before, else out of it. */
function backFrom(timeline: DebugTimeline, from: number, other: string | null): number {
    const { positions } = timeline;
    const depth = timeline.depth(from);
    const whole = positions.isStep(from);
    for (let position = from - 1; position > 0; position -= 1) {
        if (other !== null ? isStop(timeline, position, other) : positions.isStep(position) || !whole && isStop(timeline, position, null) && timeline.sideOf(position) === timeline.sideOf(from) && timeline.depth(position) <= depth) return position;
    }
    return 0;
}
