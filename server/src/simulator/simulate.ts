import type { Program } from './program.js';
import { Simulation } from './simulation.js';
import type { Trace } from './trace.js';

export { Simulation } from './simulation.js';

/** Runs a whole program. Pure and total on programs that passed validation. */
export function simulate(program: Program): Trace {
    const simulation = new Simulation(program);
    while (!simulation.run(10_000)) { /* the next slice */ }
    return simulation.trace();
}
