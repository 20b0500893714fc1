/** Runs every interleaving of a step with its competitors, each on a fresh machine, and gathers what they come to. */
import { RACE_WINDOWS, type RaceWindowId } from '../../vocabulary/race-windows.js';
import type { Competitor } from '../program.js';
import { MAX_RACE_WAYS, type NotModelled, type RaceMove, type RaceTrace, type StepTrace, type TraceEvent } from '../trace.js';
import type { RaceSchedule } from './race-schedule.js';

/** Most interleavings of one step. */
export const MAX_INTERLEAVINGS = 2000;

/** Most steps that are run for the interleavings of one step: each of them begins at the start of the scenario. */
export const MAX_RERUN_STEPS = 200_000;

/** One interleaving on its way. The step it is about is its last. */
export interface Interleaving {
    /** Runs at most that many steps. @returns the number of steps that were run; 0 at the end */
    run(maxSteps: number): number;
    /** Once it has ended. */
    result(): { readonly step: StepTrace; readonly schedule: RaceSchedule; readonly notModelled: readonly NotModelled[] };
}

interface Current { readonly plan: readonly number[]; readonly interleaving: Interleaving; }

/** Makes the interleaving that follows a plan. */
export type Start = (plan: readonly number[]) => Interleaving;


/**
 * Interleavings in order of their number of moves: each one that was run gives rise to those with one more move after its last.
 * Every interleaving is run once, and the first way to an outcome is one of the shortest.
 */
export class Exploration {
    /** Index in `Program.steps`. */
    readonly step: number;
    readonly #start: Start;
    readonly #competitors: readonly Competitor[];
    readonly #plans: number[][] = [[]];
    readonly #groups = new Map<string, { ways: RaceMove[][]; interleavings: number; step: StepTrace }>();
    readonly #windows = new Set<RaceWindowId>();
    readonly #offered = new Set<number>();
    readonly notModelled: NotModelled[] = [];
    #next = 0;
    #stepsRun = 0;
    #limit: string | null = null;
    #current: Current | null = null;

    constructor(step: number, competitors: readonly Competitor[], start: Start) {
        this.step = step;
        this.#competitors = competitors;
        this.#start = start;
    }

    /** Runs at most that many steps. @returns the number that is left */
    run(maxSteps: number): number {
        let left = maxSteps;
        while (left > 0 && !this.done) {
            const current = this.#current ?? this.#begin();
            const run = current.interleaving.run(left);
            left -= run;
            this.#stepsRun += run;
            if (run === 0) this.#finish(current.plan, current.interleaving);
        }
        return left;
    }

    get done(): boolean {
        return this.#current === null && (this.#next >= this.#plans.length || this.#limit !== null);
    }

    #begin(): Current {
        const plan = this.#plans[this.#next]!;
        this.#next += 1;
        const current = { plan, interleaving: this.#start(plan) };
        this.#current = current;
        return current;
    }

    #finish(plan: readonly number[], interleaving: Interleaving): void {
        const { step, schedule, notModelled } = interleaving.result();
        this.#current = null;
        this.notModelled.push(...notModelled.filter((each) => !this.notModelled.some(({ what }) => what === each.what)));
        this.#gather(step, schedule);
        for (let at = plan.length; at < schedule.offers.length; at += 1) {
            for (let move = 1; move <= schedule.offers[at]!; move += 1) {
                this.#plans.push([...plan, ...new Array<number>(at - plan.length).fill(0), move]);
            }
        }
        if (this.#next >= this.#plans.length) return;
        if (this.#next >= MAX_INTERLEAVINGS) this.#limit = `${MAX_INTERLEAVINGS} interleavings`;
        else if (this.#stepsRun >= MAX_RERUN_STEPS) this.#limit = `${MAX_RERUN_STEPS} steps run again`;
    }

    #gather(step: StepTrace, { moves, windows, offered }: RaceSchedule): void {
        for (const window of windows.keys()) this.#windows.add(window);
        for (const competitor of offered) this.#offered.add(competitor);
        const key = outcomeKey(step);
        const group = this.#groups.get(key);
        if (group === undefined) {
            this.#groups.set(key, { ways: [moves], interleavings: 1, step });
            return;
        }
        group.interleavings += 1;
        if (group.ways.length < MAX_RACE_WAYS && !group.ways.some((way) => way.length > 0 && isWithin(openings(way), openings(moves)))) group.ways.push(moves);
    }

    trace(): RaceTrace {
        return {
            outcomes: [...this.#groups.values()], interleavings: this.#next, limit: this.#limit,
            windows: (Object.keys(RACE_WINDOWS) as RaceWindowId[]).filter((window) => this.#windows.has(window)),
            competitors: this.#competitors.map(({ source, actor, op }, index) => ({ source, actor, op, idle: !this.#offered.has(index) })),
        };
    }
}

/** The windows of a way; moves at one opening count once. */
function openings(moves: readonly RaceMove[]): readonly RaceWindowId[] {
    return moves.filter((move, index) => move.window !== moves[index - 1]?.window || move.visit !== moves[index - 1]?.visit).map(({ window }) => window);
}

/** Is the one sequence the other with some left out? */
function isWithin(part: readonly RaceWindowId[], whole: readonly RaceWindowId[]): boolean {
    let at = 0;
    for (const window of whole) if (window === part[at]) at += 1;
    return at === part.length;
}

/** What makes two ends of a step the same outcome. */
function outcomeKey({ events, outcome }: StepTrace): string {
    return JSON.stringify([outcome.errno, events.flatMap(whatCounts)]);
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
