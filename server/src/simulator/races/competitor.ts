/** A competitor at work: what it has done so far, and what it can do at a window. */
import type { Kernel } from '../../kernel/kernel.js';
import { canTakeSignal, takeSignal } from '../../kernel/signal/signals.js';
import type { Pfn } from '../../machine/units.js';
import { RACE_WINDOWS, type RaceWindowId } from '../../vocabulary/race-windows.js';
import type { CompetitorContext } from './competitor-context.js';

/** One thing that a competitor does without a break. */
export interface Stage {
    readonly what: string | ((context: CompetitorContext, at: Opening) => string);
    /** Can it happen here? Asked at every window. */
    readonly possible?: (context: CompetitorContext, at: Opening) => boolean;
    /** Somebody else has brought it about already: the competitor goes on to the next stage. */
    readonly done?: (context: CompetitorContext) => boolean;
    /** What it can do here instead. */
    readonly or?: Stage;
    /** @returns false when the competitor gives up here; anything else means that it goes on */
    readonly act: (context: CompetitorContext, at: Opening) => unknown;
}

/** An open window. */
export interface Opening {
    readonly window: RaceWindowId;
    /** The frame that the handler is about. */
    readonly pfn: Pfn;
    readonly kernel: Kernel;
}

/** Stages in order, gone through once, or several times. */
export interface Course {
    readonly stages: readonly Stage[];
    readonly rounds: number;
}

/** Does the handler hold what the window's row says? */
export function holds({ window }: Opening, what: 'reference' | 'folio lock'): boolean {
    return (RACE_WINDOWS[window].holds as readonly string[]).includes(what);
}

/** Whatever a task does besides, it runs: it is interrupted, and takes what is pending for it before the handler tells it again. */
const TAKES_SIGNAL: Stage = { what: 'the signal is taken', act: ({ kernel, thread }) => takeSignal(kernel, thread!) };

export class CompetitorRun {
    readonly #course: Course;
    readonly #context: CompetitorContext;
    #at = 0;
    #round = 0;

    constructor(course: Course, context: CompetitorContext) {
        this.#course = course;
        this.#context = context;
    }

    /** All that the rest of its course depends on besides the machine. */
    get progress(): readonly unknown[] {
        return [this.#at, this.#round, this.#context.begun];
    }

    /** It has done nothing yet. */
    restart(): void {
        this.#at = 0;
        this.#round = 0;
        this.#context.begun = null;
    }

    /** What it can do at this window: one of these. */
    options(at: Opening): readonly Stage[] {
        const found: Stage[] = [];
        const { alive, thread } = this.#context;
        if (!alive) return found;
        if (at.window === 'W12' && thread !== null && canTakeSignal(thread)) found.push(TAKES_SIGNAL);
        for (let stage = this.#stage(); stage !== null; stage = stage.or ?? null) if (stage.possible?.(this.#context, at) !== false) found.push(stage);
        return found;
    }

    what({ what }: Stage, at: Opening): string {
        return typeof what === 'string' ? what : what(this.#context, at);
    }

    /** Does one of its options. */
    act(stage: Stage, at: Opening): void {
        if (stage !== TAKES_SIGNAL) this.#advance();
        if (stage.act(this.#context, at) === false) this.#round = this.#course.rounds;
    }

    #stage(): Stage | null {
        for (let skipped = 0; skipped <= this.#course.stages.length; skipped += 1) {
            if (this.#round >= this.#course.rounds) return null;
            const stage = this.#course.stages[this.#at]!;
            if (stage.done?.(this.#context) !== true) return stage;
            this.#advance();
        }
        return null;
    }

    #advance(): void {
        this.#at += 1;
        if (this.#at < this.#course.stages.length) return;
        this.#at = 0;
        this.#round += 1;
    }
}
