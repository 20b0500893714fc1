/** Runs by what they depend on, so that an edit simulates only the scenarios that it changed. */
import type { Program } from '../simulator/program.js';
import type { ScenarioRun } from './scenario-run.js';

/**
 * Runs kept for what undo brings back, the least recently used go first. Those of scenarios that stand in a text are
 * kept as long as these stand there, however many they are.
 */
const MAX_RUNS = 60;

/** Longest key that is kept, in characters: a scenario of 100,000 steps is simulated again rather than remembered. */
const MAX_KEY_LENGTH = 2_000_000;

export class RunCache {
    readonly #runs = new Map<string, ScenarioRun>();
    /** By a part that programs share only when nothing but their places differs: no key has to be made for those. */
    readonly #byMachine = new WeakMap<Program['machine'], ScenarioRun>();

    get(program: Program): ScenarioRun | undefined {
        const known = this.#byMachine.get(program.machine);
        if (known !== undefined) {
            return known;
        }
        const key = keyOf(program);
        const run = this.#runs.get(key);
        if (run !== undefined) {
            this.#byMachine.set(program.machine, run);
            this.#runs.delete(key);
            this.#runs.set(key, run);
        }
        return run;
    }

    set(program: Program, run: ScenarioRun): void {
        if (this.#byMachine.get(program.machine) === run) {
            return;
        }
        this.#byMachine.set(program.machine, run);
        const key = keyOf(program);
        if (key.length > MAX_KEY_LENGTH) {
            return;
        }
        this.#runs.set(key, run);
        for (const oldest of this.#runs.keys()) {
            if (this.#runs.size <= MAX_RUNS) {
                break;
            }
            this.#runs.delete(oldest);
        }
    }
}

/** Everything of a program but where it stands in the text: traces and verdicts refer to sources by id. */
function keyOf(program: Program): string {
    return JSON.stringify({ ...program, sources: program.sources.length });
}
