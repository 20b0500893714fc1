import process from 'node:process';
import fc from 'fast-check';
import { Simulation, simulate } from '../../server/src/simulator/simulate.js';
import type { Program } from '../../server/src/simulator/program.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { choices } from './choices.js';
import type { Entry } from './entries.js';
import { INVARIANTS } from './invariants/index.js';
import { onKernel } from './on-kernel.js';
import { randomProgram } from './random-program.js';
import { exactly, moved, withBystander, withoutNumbers } from './renumbered.js';

/** Every run draws the same programs unless told otherwise: HWP_SEED=$RANDOM npx vitest run test/properties */
export const SEED = Number(process.env['HWP_SEED'] ?? 20260630);

/** Programs so far: each is compared with the next of the other ways to run it. */
let turn = 0;

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

export interface Meetings {
    /** Programs that were run. */
    readonly programs: number;
    /** In how many of them somebody got to the entry. */
    readonly met: number;
}

/** Draws programs in which the page meets the entry on that kernel, and holds each trace against the invariants and against another way to run it. */
export function checkMeetings(name: string, entry: Entry, version: KernelVersion, { seed, numRuns }: { readonly seed: number; readonly numRuns: number }): Meetings {
    const state = PAGE_STATES[name]!;
    let programs = 0;
    let met = 0;
    fc.assert(fc.property(choices, (chosen) => {
        const { program: drawn, entryAt } = randomProgram({ state, entry, choices: chosen });
        const program = onKernel(drawn, version);
        const trace = simulate(program);
        programs += 1;
        const step = trace.steps[entryAt]!;
        const dead = step.events.some((event) => event.t === 'decision' && event.id === 'task.dead');
        if (!step.skipped && !dead) met += 1;
        const run = { program, trace, bad: trace.end.frames['bad']?.pfn ?? null };
        for (const [invariant, check] of Object.entries(INVARIANTS)) {
            const found = check(run);
            if (found.length > 0) throw new Error(`Linux ${version}, ${entry}, ${invariant}: ${found.join('; ')}`);
        }
        turn += 1;
        checkVariant(program, trace, turn);
    }), { seed, numRuns });
    return { programs, met };
}
