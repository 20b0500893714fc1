// Every interleaving of a step with its competitors, each from the start on a machine of its own.
import { outcomeKey } from '../../server/src/simulator/races/outcome-key.js';
import type { Program } from '../../server/src/simulator/program.js';
import { Simulation } from '../../server/src/simulator/simulation.js';
import type { RaceTrace } from '../../server/src/simulator/trace.js';

/** Moves in order: where, by whom, what. */
type Way = readonly string[];

export interface Found {
    readonly interleavings: number;
    /** By outcome: how many interleavings end so, and the first of those with the fewest moves. */
    readonly outcomes: ReadonlyMap<string, { readonly count: number; readonly way: Way }>;
}

/** @returns null when there are more interleavings than that */
export function bruteForce(program: Program, step: number, maxInterleavings: number): Found | null {
    const outcomes = new Map<string, { count: number; way: Way }>();
    // In order of the number of moves: each gives rise to those with one more after its last.
    const plans: number[][] = [[]];
    for (const plan of plans) {
        if (plans.length > maxInterleavings) return null;
        const offers: number[] = [];
        const { key, way } = run(program, step, plan, offers);
        const found = outcomes.get(key);
        if (found === undefined) outcomes.set(key, { count: 1, way });
        else found.count += 1;
        offers.forEach((offered, after) => {
            for (let move = 1; move <= offered; move += 1) plans.push([...plan, ...new Array<number>(after).fill(0), move]);
        });
    }
    return { interleavings: plans.length, outcomes };
}

/** @param offers is given the number of moves at each choice after the plan */
function run(program: Program, step: number, plan: readonly number[], offers: number[]): { readonly key: string; readonly way: Way } {
    const simulation = new Simulation(program, step);
    while (!simulation.run(1000)) { /* the next slice */ }
    const played = simulation.play(plan, { choice: ({ moves }) => offers.push(moves.length), isStop: () => false });
    const way = played.step.events.flatMap((event) => event.t === 'decision' && event.id === 'meanwhile.acts' ? [event.note!] : []);
    return { key: outcomeKey(played.step), way };
}

/** The same of what the simulator has found. */
export function foundBy({ outcomes, interleavings }: RaceTrace): Found {
    return {
        interleavings,
        outcomes: new Map(outcomes.map(({ step, ways, interleavings: count }) => [outcomeKey(step), { count, way: ways[0]!.map(({ window, what }) => `${window}: ${what}`) }])),
    };
}
