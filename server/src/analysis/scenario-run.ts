/** Simulates a program in slices and judges the trace. */
import { judge, statusOf, type Verdict } from '../report/judgement/verdicts.js';
import type { ScenarioStatus } from '../report/judgement/scenario-status.js';
import type { Program } from '../simulator/program.js';
import { Simulation } from '../simulator/simulate.js';
import type { Trace } from '../simulator/trace.js';
import { findingsOf, type Found } from './diagnostics/table.js';

/** Steps between two chances to stop: a millisecond or two of work. */
const STEPS_PER_SLICE = 200;

/** What follows from a program alone; places in the text are ids, so it holds wherever the scenario stands. */
export interface ScenarioRun {
    readonly trace: Trace;
    readonly verdicts: readonly Verdict[];
    readonly status: ScenarioStatus;
    readonly findings: readonly Found[];
}

/** All of it but the trace, which is most of it and follows from the program as well. */
export type Outcome = Omit<ScenarioRun, 'trace'>;

/** Yields between slices of bounded work; a caller that has lost interest drops it there. */
export function* runProgram(program: Program): Generator<void, ScenarioRun> {
    const simulation = new Simulation(program);
    while (!simulation.run(STEPS_PER_SLICE)) {
        yield;
    }
    const trace = simulation.trace();
    const verdicts = judge(program, trace);
    return { trace, verdicts, status: statusOf(program, trace, verdicts), findings: findingsOf(program, trace, verdicts).slice() };
}
