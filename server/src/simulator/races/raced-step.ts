import type { NotModelled } from '../trace.js';
import type { Played, RacedStep } from './exploration.js';
import type { Watcher } from './race-schedule.js';

/** A simulation that has come as far as a step with competitors. */
export interface BeforeStep {
    /** Runs at most that many steps. @returns true when the step is next */
    run(maxSteps: number): boolean;
    readonly gaps: readonly NotModelled[];
    /** Can it go back after the step has been played? */
    readonly canGoBack: boolean;
    /** Throws what the watcher throws. */
    play(plan: readonly number[], watcher: Watcher): Played;
}

/** Plays a step from the state before it: on one machine that goes back again and again, or on machines of their own where that is not possible. */
export class ReplayedStep implements RacedStep {
    readonly #begin: () => BeforeStep;
    /** Steps before it. */
    readonly #steps: number;
    readonly #gaps = new Map<string, NotModelled>();
    #simulation: BeforeStep | null = null;
    #prepared = 0;

    constructor(steps: number, begin: () => BeforeStep) {
        this.#steps = steps;
        this.#begin = begin;
    }

    get notModelled(): readonly NotModelled[] {
        return [...this.#gaps.values()];
    }

    prepare(maxSteps: number): number {
        if (this.#simulation === null) {
            this.#simulation = this.#begin();
            this.#prepared = 0;
        }
        const count = Math.min(maxSteps, this.#steps - this.#prepared);
        if (count === 0) return 0;
        this.#prepared += count;
        this.#simulation.run(count);
        return count;
    }

    play(plan: readonly number[], watcher: Watcher): Played | null {
        const simulation = this.#simulation!;
        if (!simulation.canGoBack) this.#simulation = null;
        try {
            return simulation.play(plan, watcher);
        } catch (error) {
            if (!watcher.isStop(error)) throw error;
            return null;
        } finally {
            for (const gap of simulation.gaps) if (!this.#gaps.has(gap.what)) this.#gaps.set(gap.what, gap);
        }
    }
}
