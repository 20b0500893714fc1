/** Runs by what they depend on, so that an edit simulates only the scenarios that it changed. */
import type { Program } from '../simulator/program.js';
import { simulate } from '../simulator/simulate.js';
import type { Trace } from '../simulator/trace.js';
import { hasMoreEventsThan } from '../simulator/trace-size.js';
import type { Outcome, ScenarioRun } from './scenario-run.js';

/**
 * Runs kept for what undo brings back, the least recently used go first. Those of scenarios that stand in a text are
 * kept as long as these stand there, however many they are.
 */
const MAX_RUNS = 60;

/** Longest key that is kept, in characters: a scenario of 100,000 steps is simulated again rather than remembered. */
const MAX_KEY_LENGTH = 2_000_000;

/** Events of a trace that is made again in a few milliseconds: it can be given up. */
const FEW_EVENTS = 2000;

export class RunCache {
    readonly #runs = new Map<string, Outcome>();
    /** By a part that programs share only when nothing but their places differs: no key has to be made for those. */
    readonly #byMachine = new WeakMap<Program['machine'], Outcome>();
    readonly #traces = new WeakMap<Outcome, Trace>();
    /** Traces that can be given up, the least recently used first. */
    readonly #recent = new Map<Outcome, Trace>();
    readonly #maxRecent: number;
    /** The program that was asked for last, and its key. */
    #asked: { readonly program: Program; readonly key: string } | undefined;

    /** @param maxRecent short traces that are kept: in a text of thousands of scenarios they are most of what it takes, and few are looked at. All unless given */
    constructor(maxRecent = Infinity) {
        this.#maxRecent = maxRecent;
    }

    get(program: Program): Outcome | undefined {
        const known = this.#byMachine.get(program.machine);
        if (known !== undefined) {
            return known;
        }
        const key = this.#keyOf(program);
        const outcome = this.#runs.get(key);
        if (outcome !== undefined) {
            this.#byMachine.set(program.machine, outcome);
            this.#runs.delete(key);
            this.#runs.set(key, outcome);
        }
        return outcome;
    }

    set(program: Program, { trace, ...outcome }: ScenarioRun): Outcome {
        this.#keep(outcome, trace);
        this.#byMachine.set(program.machine, outcome);
        const key = this.#keyOf(program);
        if (key.length <= MAX_KEY_LENGTH) {
            this.#runs.set(key, outcome);
            deleteOldest(this.#runs, MAX_RUNS);
        }
        return outcome;
    }

    /** Whoever asks for a run in vain makes it and sets it. */
    #keyOf(program: Program): string {
        if (this.#asked?.program !== program) {
            this.#asked = { program, key: keyOf(program) };
        }
        return this.#asked.key;
    }

    /** The trace that an outcome of this cache is of: kept, or made again by the same program. */
    traceOf(outcome: Outcome, program: Program): Trace {
        const kept = this.#traces.get(outcome);
        if (kept !== undefined) return kept;
        const recent = this.#recent.get(outcome);
        if (recent !== undefined) {
            this.#touch(outcome, recent);
            return recent;
        }
        const trace = simulate(program);
        this.#keep(outcome, trace);
        return trace;
    }

    #keep(outcome: Outcome, trace: Trace): void {
        if (this.#maxRecent === Infinity || hasMoreEventsThan(FEW_EVENTS, trace)) this.#traces.set(outcome, trace);
        else this.#touch(outcome, trace);
    }

    #touch(outcome: Outcome, trace: Trace): void {
        this.#recent.delete(outcome);
        this.#recent.set(outcome, trace);
        deleteOldest(this.#recent, this.#maxRecent);
    }
}

function deleteOldest(map: Map<unknown, unknown>, max: number): void {
    for (const oldest of map.keys()) {
        if (map.size <= max) {
            return;
        }
        map.delete(oldest);
    }
}

/** Everything of a program but where it stands in the text: traces and verdicts refer to sources by id. */
function keyOf(program: Program): string {
    return JSON.stringify({ ...program, sources: program.sources.length });
}
