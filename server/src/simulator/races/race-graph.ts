/** The moments of a raced step at which somebody can move, each with what follows: what two ways have in common is explored once. */
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import { MAX_RACE_WAYS, type RaceMove, type StepTrace } from '../trace.js';
import type { ChoicePoint } from './race-schedule.js';

/** A moment: the machine, the competitors and what the handler remembers. */
export interface Moment {
    readonly window: RaceWindowId;
    readonly moves: ChoicePoint['moves'];
    /** What follows when nobody moves, or when the n-th of `moves` is made; null while it is not known. */
    readonly next: (Way | null)[];
    /** Ways by which the moment is reached, none of which can stand for another; at most {@link MAX_RACE_WAYS}. */
    readonly arrivals: Arrival[];
}

/** An outcome, with the run that found it. */
export interface End {
    readonly step: StepTrace;
    readonly ways: RaceMove[][];
    /** The windows of each way. */
    readonly passed: (readonly RaceWindowId[])[];
}

/** From one moment to the next, or to the end. */
export interface Way {
    readonly to: Moment | End;
    /** Windows that open in between, the one of the next moment included. */
    readonly opened: readonly RaceWindowId[];
}

/** The moves up to a moment. */
export interface Arrival {
    /** The windows of the moves; moves at one opening count once. */
    readonly passed: readonly RaceWindowId[];
    /** The last move was made at the opening that is still open. */
    readonly here: boolean;
}

export function isEnd(place: Moment | End): place is End {
    return 'step' in place;
}

/** Is the one sequence the other with some left out? */
function isWithin(part: readonly RaceWindowId[], whole: readonly RaceWindowId[]): boolean {
    let at = 0;
    for (const window of whole) if (window === part[at]) at += 1;
    return at === part.length;
}

/**
 * Whatever follows, can an earlier way that passes fewer windows stand for this one? Where the later one has moved at this opening already
 * and the earlier one has not, a further move here would cost that one a window.
 */
function standsFor(earlier: Arrival, later: Arrival, window: RaceWindowId): boolean {
    if (earlier.passed.length === 0) return false;
    return isWithin(later.here && !earlier.here ? [...earlier.passed, window] : earlier.passed, later.passed);
}

/** The moment is reached once more. @returns false when what follows is covered by ways that have reached it before */
export function arrive(moment: Moment, arrival: Arrival): boolean {
    if (moment.arrivals.length >= MAX_RACE_WAYS || moment.arrivals.some((earlier) => standsFor(earlier, arrival, moment.window))) return false;
    moment.arrivals.push(arrival);
    return true;
}

/** The end is reached once more: is the way listed? */
export function isListed(end: End, passed: readonly RaceWindowId[]): boolean {
    return end.ways.length < MAX_RACE_WAYS && !end.passed.some((earlier) => earlier.length > 0 && isWithin(earlier, passed));
}

/** The moves of a plan. */
export function movesOf(first: Way, plan: readonly number[]): RaceMove[] {
    const visits = new Map<RaceWindowId, number>();
    const moves: RaceMove[] = [];
    let way = first;
    for (const choice of plan) {
        for (const window of way.opened) visits.set(window, (visits.get(window) ?? 0) + 1);
        const moment = way.to as Moment;
        const move = moment.moves[choice - 1];
        if (move !== undefined) moves.push({ window: moment.window, visit: visits.get(moment.window) ?? 1, competitor: move.competitor, what: move.what });
        way = moment.next[choice]!;
    }
    return moves;
}

/** How many interleavings come to each end. */
export function countWays(first: Way): ReadonlyMap<End, number> {
    const counts = new Map<Moment | End, number>([[first.to, 1]]);
    const ends = new Map<End, number>();
    for (const place of inOrder(first.to)) {
        const count = counts.get(place)!;
        if (isEnd(place)) ends.set(place, count);
        else for (const way of place.next) if (way !== null) counts.set(way.to, (counts.get(way.to) ?? 0) + count);
    }
    return ends;
}

/** Every place that can be reached, none before one that leads to it. Nothing leads back: each move takes a competitor further, or the handler. */
function inOrder(first: Moment | End): readonly (Moment | End)[] {
    const done: (Moment | End)[] = [];
    const seen = new Set([first]);
    const path = [{ place: first, next: 0 }];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
        const ways = isEnd(at.place) ? [] : at.place.next;
        if (at.next >= ways.length) {
            done.push(at.place);
            path.pop();
            continue;
        }
        const to = ways[at.next]?.to;
        at.next += 1;
        if (to === undefined || seen.has(to)) continue;
        seen.add(to);
        path.push({ place: to, next: 0 });
    }
    return done.reverse();
}
