import process from 'node:process';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Simulation, simulate } from '../../server/src/simulator/simulate.js';
import type { Program } from '../../server/src/simulator/program.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { choices } from './choices.js';
import { ENTRIES, reaches, type Entry } from './entries.js';
import { INVARIANTS } from './invariants/index.js';
import { randomProgram } from './random-program.js';
import { exactly, moved, withBystander, withoutNumbers } from './renumbered.js';

/** Every run draws the same programs unless told otherwise: HWP_SEED=$RANDOM npm run test:unit -- test/properties */
const SEED = Number(process.env['HWP_SEED'] ?? 20260630);
/** Programs drawn for each pair of page and entry, so that at least MEETINGS of them get to the entry. */
const PROGRAMS = Number(process.env['HWP_PROGRAMS'] ?? 24);
const MEETINGS = 20;
const LEAST_PROGRAMS = 10_000;

const met = new Map<string, number>();
let programs = 0;

function sliced(program: Program): Trace {
    const simulation = new Simulation(program);
    for (let steps = 0; !simulation.run(1); steps += 1) if (steps > program.steps.length) throw new Error('the simulation does not end');
    return simulation.trace();
}


const VARIANTS: readonly (readonly [name: string, run: (program: Program) => Trace, text: (trace: Trace) => readonly string[]])[] = [
    ['same program again', simulate, exactly],
    ['run step by step', sliced, exactly],
    ['frames elsewhere, other pids', (program) => simulate(moved(program)), withoutNumbers],
    ['something unrelated beside it', (program) => simulate(withBystander(program)), withoutNumbers],
];

/** Compares with the plain run another way to run the program, each in turn. */
function checkVariant(program: Program, trace: Trace, turn: number): void {
    const [name, run, text] = VARIANTS[turn % VARIANTS.length]!;
    const expected = text(trace);
    const found = text(run(program));
    const at = expected.findIndex((line, index) => line !== found[index]);
    if (at >= 0 || found.length !== expected.length) throw new Error(`${name}: ${found[at]}\n  instead of ${expected[at]}`);
}

function checkMeeting(name: string, entry: Entry): void {
    const state = PAGE_STATES[name]!;
    fc.assert(fc.property(choices, (chosen) => {
        const { program, entryAt } = randomProgram({ state, entry, choices: chosen });
        const trace = simulate(program);
        programs += 1;
        const step = trace.steps[entryAt]!;
        const dead = step.events.some((event) => event.t === 'decision' && event.id === 'task.dead');
        if (!step.skipped && !dead) met.set(`${name} | ${entry}`, (met.get(`${name} | ${entry}`) ?? 0) + 1);
        const run = { program, trace, bad: trace.end.frames['bad']?.pfn ?? null };
        for (const [invariant, check] of Object.entries(INVARIANTS)) {
            const found = check(run);
            if (found.length > 0) throw new Error(`${entry}, ${invariant}: ${found.join('; ')}`);
        }
        checkVariant(program, trace, programs);
    }), { seed: SEED, numRuns: PROGRAMS });
}

describe(`random programs (HWP_SEED=${SEED})`, () => {
    for (const [name, state] of Object.entries(PAGE_STATES)) {
        test(`${name} meets every entry point that can reach it`, { timeout: 60_000 }, () => {
            for (const entry of ENTRIES) if (reaches(entry, state)) checkMeeting(name, entry);
        });
    }

    // A run of a few programs, to find faults fast, says nothing about how often pages were met.
    test.skipIf(PROGRAMS < MEETINGS)('every pair of page and entry met often enough', () => {
        const rare = Object.entries(PAGE_STATES).flatMap(([name, state]) => ENTRIES.filter((entry) => reaches(entry, state)).map((entry) => [`${name} | ${entry}`, met.get(`${name} | ${entry}`) ?? 0] as const)).filter(([, times]) => times < MEETINGS);
        expect(rare).toEqual([]);
        expect(programs).toBeGreaterThanOrEqual(LEAST_PROGRAMS);
    });

    afterAll(() => { console.log(`${programs} programs, ${met.size} pairs of page and entry, seldom met: ${Math.min(...met.values())} times`); });
});
