/** Explores what a step with competitors can come to: every moment at which somebody can move once, whichever way leads to it. */
import { RACE_WINDOWS, type RaceWindowId } from '../../vocabulary/race-windows.js';
import type { Competitor } from '../program.js';
import type { NotModelled, RaceTrace, StepTrace } from '../trace.js';
import { arrive, countWays, isEnd, isListed, movesOf, type Arrival, type End, type Moment, type Way } from './race-graph.js';
import { outcomeKey } from './outcome-key.js';
import type { ChoicePoint, Watcher } from './race-schedule.js';

/** Most runs for one step: each explores what follows one move at one moment. */
export const MAX_RACE_RUNS = 20_000;

/** The step with its competitors, to be run again and again. */
export interface RacedStep {
    /** Goes on towards the step. @returns the number of steps that were run; 0 when the step can be run */
    prepare(maxSteps: number): number;
    /**
     * Runs the step once.
     * @param plan the choice at each moment; where it has ended nobody moves, and the watcher is asked
     * @returns null when the watcher ended it
     */
    play(plan: readonly number[], watcher: Watcher): Played | null;
    /** What no model describes of the step and of what came before it, in any run. */
    readonly notModelled: readonly NotModelled[];
}

export interface Played {
    readonly step: StepTrace;
    /** Windows that opened after the last choice. */
    readonly opened: readonly RaceWindowId[];
}

/** A moment that is known has been reached: what follows is known, too. */
const KNOWN = new Error('the moment is known');

/** One more move after an arrival. */
interface Branch {
    readonly from: Moment;
    readonly choice: number;
    readonly plan: readonly number[];
    readonly passed: readonly RaceWindowId[];
}

/**
 * Moves are added one at a time, so that the first way to a moment or an outcome is one of the shortest. Each branch that leads to a moment
 * which is not known yet takes one run.
 */
export class Exploration {
    /** Index in `Program.steps`. */
    readonly step: number;
    readonly #raced: RacedStep;
    readonly #competitors: readonly Competitor[];
    readonly #moments = new Map<string, Moment>();
    readonly #ends = new Map<string, End>();
    readonly #branches: Branch[] = [];
    readonly #windows = new Set<RaceWindowId>();
    #first: Way | null = null;
    #next = 0;
    #runs = 0;
    #limit: string | null = null;

    constructor(step: number, competitors: readonly Competitor[], raced: RacedStep) {
        this.step = step;
        this.#competitors = competitors;
        this.#raced = raced;
    }

    /** Runs at most about that many steps. @returns the number that is left */
    run(maxSteps: number): number {
        let left = maxSteps;
        while (left > 0 && !this.done) {
            const run = this.#raced.prepare(left);
            left -= run === 0 ? this.#explore() : run;
        }
        return left;
    }

    get done(): boolean {
        return this.#first !== null && (this.#next >= this.#branches.length || this.#limit !== null);
    }

    get notModelled(): readonly NotModelled[] {
        return this.#raced.notModelled;
    }

    /** Follows the next branch. @returns the number of runs */
    #explore(): number {
        const branch = this.#branches[this.#next];
        if (branch === undefined) {
            this.#first = this.#play([]);
            this.#walk(this.#first, [], { passed: [], here: false });
            return 1;
        }
        this.#next += 1;
        const { from, choice, plan, passed } = branch;
        const known = from.next[choice] ?? null;
        if (known === null && this.#runs >= MAX_RACE_RUNS) {
            this.#limit = `${MAX_RACE_RUNS} runs`;
            return 0;
        }
        const way = known ?? this.#play(plan);
        from.next[choice] = way;
        this.#walk(way, plan, { passed, here: way.opened.length === 0 });
        return known === null ? 1 : 0;
    }

    /** Runs the plan, and then lets nobody move until what follows is known. @returns what follows the plan */
    #play(plan: readonly number[]): Way {
        this.#runs += 1;
        const ways: Way[] = [];
        const note = (way: Way): void => {
            const before = ways.at(-1)?.to;
            if (before !== undefined && !isEnd(before)) before.next[0] = way;
            ways.push(way);
            for (const window of way.opened) this.#windows.add(window);
        };
        const choice = ({ window, moves, opened }: ChoicePoint, state: () => string): void => {
            const key = state();
            const known = this.#moments.get(key);
            const moment = known ?? { window, moves, next: [null, ...moves.map(() => null)], arrivals: [] };
            this.#moments.set(key, moment);
            note({ to: moment, opened });
            if (known !== undefined) throw KNOWN;
        };
        const played = this.#raced.play(plan, { choice, isStop: (error) => error === KNOWN });
        if (played !== null) note({ to: this.#end(played.step), opened: played.opened });
        return ways[0]!;
    }

    #end(step: StepTrace): End {
        const key = outcomeKey(step);
        const end = this.#ends.get(key) ?? { step, ways: [], passed: [] };
        this.#ends.set(key, end);
        return end;
    }

    /** Follows a way while nobody moves, and branches off wherever somebody could. */
    #walk(first: Way, plan: readonly number[], arrival: Arrival): void {
        const { passed } = arrival;
        const choices = [...plan];
        let { here } = arrival;
        for (let at = first.to; ; at = at.next[0]!.to) {
            if (isEnd(at)) {
                if (!isListed(at, passed)) return;
                at.ways.push(movesOf(this.#first!, choices));
                at.passed.push(passed);
                return;
            }
            if (!arrive(at, { passed, here })) return;
            const further = here ? passed : [...passed, at.window];
            for (let choice = 1; choice <= at.moves.length; choice += 1) this.#branches.push({ from: at, choice, plan: [...choices, choice], passed: further });
            choices.push(0);
            here = false;
        }
    }

    trace(): RaceTrace {
        const counts = this.#first === null ? new Map<End, number>() : countWays(this.#first);
        const offered = new Set([...this.#moments.values()].flatMap(({ moves }) => moves.map(({ competitor }) => competitor)));
        return {
            outcomes: [...this.#ends.values()].map((end) => ({ ways: end.ways, interleavings: counts.get(end) ?? 1, step: end.step })),
            interleavings: [...counts.values()].reduce((sum, count) => sum + count, 0), limit: this.#limit,
            windows: (Object.keys(RACE_WINDOWS) as RaceWindowId[]).filter((window) => this.#windows.has(window)),
            competitors: this.#competitors.map(({ source, actor, op }, index) => ({ source, actor, op, idle: !offered.has(index) })),
        };
    }
}
