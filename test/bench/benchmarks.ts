import { Simulation, simulate } from '../../server/src/simulator/simulate.js';
import type { Program } from '../../server/src/simulator/program.js';
import { buildObjects, countObjects, sizeInTurns, timeInTurns, type Repetition } from './measure.js';
import { debuggerBenchmarks } from './debugging.js';
import { pictureBenchmarks } from './pictures.js';
import { sweptHost } from './swept-host.js';
import { manyFailures, typicalScenario } from './typical-scenario.js';

export interface Row {
    readonly what: string;
    /** Wall clock, where the value is the CPU's. Milliseconds. */
    readonly wall?: number;
    /** Judged by the target. */
    readonly value: number;
    readonly unit: 'ms' | 'ms CPU' | 'kB';
    /** What plain objects, another machine or a bare server cost. */
    readonly floor: number;
    readonly floorIs: string;
    readonly target: string;
    readonly met: boolean;
}

const GIB = 2 ** 30;
const TIB = 2 ** 40;
const FAILURES = 100_000;
/** Runs of the typical scenario in a round. */
const RUNS = 1000;

/** A simulation that has ended, as a caller would keep it: machine and trace. */
function ended(program: Program): unknown {
    const simulation = new Simulation(program);
    while (!simulation.run(10_000)) { /* the next slice */ }
    return { simulation, trace: simulation.trace() };
}

function againstObjects(what: string, program: Program, limitMs: number, runs: number, repetition: Repetition): Row {
    const objects = countObjects(simulate(program));
    const [time, floor] = timeInTurns([{ run: () => simulate(program), runs }, { run: () => buildObjects(objects), runs: runs * (runs === 1 ? 1 : 20) }], repetition);
    return { what, wall: time!.wall, value: time!.cpu, unit: 'ms CPU', floor: floor!.cpu, floorIs: `${objects.toLocaleString('en')} plain objects`, target: `< ${limitMs} ms`, met: time!.cpu < limitMs };
}

function sameCost(what: string, unit: Row['unit'], [small = 0, large = 0]: readonly number[]): Row {
    return { what, value: large, unit, floor: small, floorIs: 'machine of 1 GiB', target: 'within 10 %', met: large <= small * 1.1 };
}

/** A sweep over a whole host: its cost follows the number of states, not of pages. */
function* sweeps(repetition: Repetition): Generator<Row> {
    const [small, large] = [sweptHost(GIB), sweptHost(TIB)];
    const runs = 10;
    const [ofSmall, ofLarge] = timeInTurns([{ run: () => simulate(small), runs }, { run: () => simulate(large), runs }], repetition);
    const states = (program: Program): string => `sweep over ${simulate(program).steps[0]!.sweep!.classes.length} states of`;
    yield { what: `${states(small)} 1 GiB`, wall: ofSmall!.wall, value: ofSmall!.cpu, unit: 'ms CPU', floor: ofSmall!.cpu, floorIs: 'itself', target: '< 50 ms', met: ofSmall!.cpu < 50 };
    yield { what: `${states(large)} 1 TiB`, wall: ofLarge!.wall, value: ofLarge!.cpu, unit: 'ms CPU', floor: ofSmall!.cpu, floorIs: 'the sweep over 1 GiB', target: '< 50 ms', met: ofLarge!.cpu < 50 };
}

/** Every benchmark, in the order of the table. */
export function* benchmarks(quick: boolean): Generator<Row> {
    // The compiler is done with the scenario after ten to twenty thousand runs.
    const repetition: Repetition = { warmUp: 20, rounds: quick ? 5 : 21 };
    const few: Repetition = quick ? { warmUp: 1, rounds: 3 } : { warmUp: 2, rounds: 9 };
    yield againstObjects('typical scenario, 20 steps', typicalScenario(), 0.2, RUNS, repetition);
    yield againstObjects('100,000 corrupt-pfn, free pages', manyFailures('free', FAILURES), 1000, 1, few);
    yield againstObjects('100,000 corrupt-pfn, pages of a process', manyFailures('anon', FAILURES), 1000, 1, few);
    yield* sweeps(few);
    yield* pictureBenchmarks(few);
    yield* debuggerBenchmarks(few);
    const small = typicalScenario(GIB);
    const large = typicalScenario(TIB);
    const times = timeInTurns([{ run: () => simulate(small), runs: RUNS }, { run: () => simulate(large), runs: RUNS }], repetition);
    yield { ...sameCost('machine of 1 TiB, time', 'ms CPU', times.map(({ cpu }) => cpu)), wall: times[1]!.wall };
    yield sameCost('machine of 1 TiB, memory', 'kB', sizeInTurns([() => ended(small), () => ended(large)], quick ? 5 : 15, 200).map((bytes) => bytes / 1024));
}
