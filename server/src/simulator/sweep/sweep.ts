import type { Program, Step } from '../program.js';
import type { SweepClass, SweepLimit, SweepTrace, Trace } from '../trace.js';
import type { PageClass } from './page-classes.js';

/** Most classes of pages of one sweep. */
export const MAX_SWEEP_CLASSES = 2_000;
/** Most steps that one sweep repeats on its machines, in total: those before it count once for every class. */
export const MAX_SWEEP_STEPS = 500_000;

/** A simulation of a program of its own: what a sweep needs of it. */
export interface Rerun {
    run(maxSteps: number): boolean;
    trace(): Trace;
    /** Sorts the frames of the sweep by their state. Marks the machine: nothing can be run on it afterwards. */
    classes(step: Step): PageClass[];
}

/** One sweep, in slices: a machine to look at, then one for each class of pages. */
export class Sweep {
    readonly #program: Program;
    readonly #step: Step;
    /** Index of the sweep in the program. */
    readonly #index: number;
    readonly #before: readonly Step[];
    readonly #start: (program: Program) => Rerun;
    #classes: PageClass[] | null = null;
    #limit: SweepLimit | null = null;
    #pageCount = 0;
    readonly #done: SweepClass[] = [];

    /** @param start makes a machine from the declarations of a program */
    constructor(program: Program, index: number, start: (program: Program) => Rerun) {
        this.#program = program;
        this.#index = index;
        this.#step = program.steps[index]!;
        // What else could have happened on the way is no part of how the machine got here.
        this.#before = program.steps.slice(0, index).filter(({ sweep }) => sweep === undefined).map(({ races: _races, ...step }) => step);
        this.#start = start;
    }

    /**
     * Goes on.
     * @param budget about that many steps
     * @returns steps that were spent
     */
    run(budget: number): number {
        const cost = this.#before.length + 1;
        let spent = 0;
        if (this.#classes === null) {
            this.#classes = this.#classify();
            spent += cost;
        }
        while (this.#done.length < this.#classes.length && spent < budget) {
            this.#done.push(this.#meet(this.#classes[this.#done.length]!));
            spent += cost;
        }
        return spent;
    }

    get ended(): boolean {
        return this.#classes !== null && this.#done.length === this.#classes.length;
    }

    trace(): SweepTrace {
        return { over: this.#step.sweep!.name, pageCount: this.#pageCount, classes: this.#done, limit: this.#limit };
    }

    #classify(): PageClass[] {
        const probe = this.#start(this.#rerun([]));
        runAll(probe);
        const found = probe.classes(this.#step);
        const affordable = Math.floor(MAX_SWEEP_STEPS / (this.#before.length + 1));
        const limit = Math.min(MAX_SWEEP_CLASSES, affordable);
        if (found.length > limit) {
            this.#limit = limit === MAX_SWEEP_CLASSES
                ? { of: 'classes', limit, found: found.length }
                : { of: 'replayed-steps', limit: MAX_SWEEP_STEPS, found: found.length * (this.#before.length + 1) };
        }
        this.#pageCount = found.reduce((sum, { pageCount }) => sum + pageCount, 0);
        return found.slice(0, limit);
    }

    #meet(pageClass: PageClass): SweepClass {
        const { op, actor, args } = this.#step.sweep!.inject;
        const { source, timeNs } = this.#step;
        const rerun = this.#start(this.#rerun([{ op, actor, source, timeNs, args: { ...args, target: { kind: 'pfn', pfn: pageClass.pfn } } }]));
        runAll(rerun);
        const trace = rerun.trace();
        const step = trace.steps.at(-1)!;
        return { ...pageClass, step: { ...step, index: this.#index }, notModelled: trace.notModelled.filter((gap) => gap.step === this.#before.length).map(({ what }) => what) };
    }

    /** The same scenario up to the sweep, and what comes then. */
    #rerun(then: readonly Step[]): Program {
        return { ...this.#program, steps: [...this.#before, ...then], expectations: [], notModelled: [] };
    }
}

function runAll(rerun: Rerun): void {
    while (!rerun.run(10_000)) { /* the next slice */ }
}
