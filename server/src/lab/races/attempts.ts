/** Which interleavings are forced: first each competitor at each point that the handler comes by, then the ways to what was not seen yet. */
import type { RaceMove, RaceOutcome } from '../../simulator/trace.js';
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import type { CompetitorPlan } from './acts.js';
import type { Attempt, Move } from './attempt.js';
import { POINTS, type HoldPoint } from './points.js';

const NOT_HUGETLB = 'marked';
/** A page whose reference count is zero comes there. */
const FREE = 'free';
/** Ways that are tried for one outcome that was not seen. */
const MOST_WAYS = 6;

function holdAt(point: HoldPoint): Move {
    return { t: 'hold', points: [point.id], visit: 1, window: point.window };
}

function actOf({ index, acts }: CompetitorPlan, at: number): Move {
    return { t: 'act', competitor: index, act: acts[at]!.act, what: acts[at]!.what };
}

function beginOf({ index, acts, inner }: CompetitorPlan): Move {
    return { t: 'begin', competitor: index, act: acts[0]!.act, what: acts[0]!.what, inner: inner! };
}

/**
 * Those of a count that is read as zero are watched for: a free page comes by them. W10 is a window of hugetlb pages, which do not
 * come to the others: another page is not looked at there yet.
 */
function reachable(passed: readonly string[]): readonly HoldPoint[] {
    return POINTS.filter(({ window }) => window !== 'W10' || !passed.includes(NOT_HUGETLB)).filter((point) => passed.includes(point.id) || 'from' in point.anchor && point.anchor.watch === 'refcount' && passed.includes(FREE));
}

/** @param passed points that the handler comes by where nobody interferes */
export function firstAttempts(competitors: readonly CompetitorPlan[], passed: readonly string[]): readonly Attempt[] {
    return reachable(passed).flatMap((point) => competitors.flatMap((competitor): readonly Attempt[] => [
        ...competitor.onlyBegun === true ? [] : competitor.acts.map((_act, last) => ({ moves: [holdAt(point), ...competitor.acts.slice(0, last + 1).map((_each, at) => actOf(competitor, at))] })),
        ...competitor.inner === null ? [] : [{ moves: [holdAt(point), beginOf(competitor), { t: 'alone' } as const] }],
    ]));
}

/** The ways that the model knows to an outcome, as they can be forced. */
export function attemptsFor(outcome: RaceOutcome, competitors: readonly CompetitorPlan[], points: ReadonlySet<string>): readonly Attempt[] {
    return outcome.ways.filter((way) => way.length > 0).slice(0, MOST_WAYS).flatMap((way) => {
        const moves = forced(way, competitors, points);
        return moves === null ? [] : [{ moves }];
    });
}

/** Null: something in it cannot be forced. */
function forced(way: readonly RaceMove[], competitors: readonly CompetitorPlan[], points: ReadonlySet<string>): readonly Move[] | null {
    const moves: Move[] = [];
    const stages = new Map<number, number>();
    const begun = new Set<number>();
    const visits = new Map<RaceWindowId, number>();
    let last: string | null = null;
    for (const [at, { window, visit, competitor }] of way.entries()) {
        const plan = competitors.find(({ index }) => index === competitor);
        if (plan === undefined) {
            return null;
        }
        const opening = `${window} ${visit}`;
        if (opening !== last) {
            const ids = POINTS.filter((point) => point.opens && point.window === windowOf(window)).map(({ id }) => id).filter((id) => points.has(id));
            const seen = visits.get(window) ?? 0;
            if (ids.length === 0 || visit <= seen) {
                return null;
            }
            moves.push({ t: 'hold', points: ids, visit: visit - seen, window });
            visits.set(window, visit);
            last = opening;
        }
        const stage = stages.get(competitor) ?? 0;
        stages.set(competitor, stage + 1);
        const next = way[at + 1];
        const goesOnHere = next !== undefined && next.competitor === competitor && `${next.window} ${next.visit}` === opening;
        const { stagesOfFirst } = stagesOf(plan);
        const inRound = stage % (stagesOfFirst + plan.acts.length - 1);
        if (inRound < stagesOfFirst - 1) {
            // The first half of its first act; the second half may follow at once.
            if (!goesOnHere) {
                if (plan.inner === null) {
                    return null;
                }
                moves.push(beginOf(plan));
                begun.add(competitor);
            }
        } else if (inRound === stagesOfFirst - 1) {
            moves.push(begun.delete(competitor) ? { t: 'finish', competitor, what: `${plan.acts[0]!.what}, to its end` } : actOf(plan, 0));
        } else {
            moves.push(actOf(plan, inRound - stagesOfFirst + 1));
        }
    }
    if (begun.size > 0) {
        moves.push({ t: 'alone' });
    }
    return moves;
}

/** W11 is W6 of an mlocked page. */
function windowOf(window: RaceWindowId): RaceWindowId {
    return window === 'W11' ? 'W6' : window;
}

/** An act that can be held in the middle is two stages of the model. */
function stagesOf({ inner }: CompetitorPlan): { readonly stagesOfFirst: number } {
    return { stagesOfFirst: inner === null ? 1 : 2 };
}

/** Attempts that come to the same are made once. */
export function attemptKey({ moves }: Attempt): string {
    return JSON.stringify(moves.map((move) => move.t === 'hold' ? [move.points, move.visit] : move.t === 'alone' ? 'alone' : [move.t, move.competitor, move.t === 'finish' ? 0 : move.act]));
}
