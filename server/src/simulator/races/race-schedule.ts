import type { Kernel } from '../../kernel/kernel.js';
import type { Held, Schedule } from '../../kernel/schedule.js';
import type { Pfn } from '../../machine/units.js';
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import type { CompetitorRun, Opening } from './competitor.js';

/** Somebody could move here. */
export interface ChoicePoint {
    readonly window: RaceWindowId;
    /** In the order in which they are offered. `competitor`: index in `Step.races`. */
    readonly moves: readonly { readonly competitor: number; readonly what: string }[];
    /** Windows that have opened since the choice before this one, in order; empty where the window of that one is still open. */
    readonly opened: readonly RaceWindowId[];
}

/** Hears of the choices that follow the plan. */
export interface Watcher {
    /** @param state everything that the rest of the step depends on. Throws to end the run */
    choice(point: ChoicePoint, state: () => string): void;
    /** Did the watcher throw that? */
    isStop(error: unknown): boolean;
}

/** One interleaving: at each window that offers a move, the choice of `plan`; nobody moves where the plan has ended. */
export class RaceSchedule implements Schedule {
    /** Windows that have opened since the last choice. */
    opened: RaceWindowId[] = [];
    readonly #kernel: Kernel;
    readonly #competitors: readonly CompetitorRun[];
    /** 0 for nobody, n for the n-th move that is offered. */
    readonly #plan: readonly number[];
    readonly #watcher: Watcher;
    readonly #state: (held: readonly unknown[]) => string;
    readonly #held = new Map<Held, unknown>();
    #choices = 0;
    #calls = 0;

    /** @param state the machine in words, with what is held besides */
    constructor(kernel: Kernel, competitors: readonly CompetitorRun[], plan: readonly number[], watcher: Watcher, state: (held: readonly unknown[]) => string) {
        this.#kernel = kernel;
        this.#competitors = competitors;
        this.#plan = plan;
        this.#watcher = watcher;
        this.#state = state;
    }

    begin(): void {
        this.#held.clear();
        this.#calls += 1;
    }

    hold(what: Held, value: unknown): void {
        this.#held.set(what, value);
    }

    choose(window: RaceWindowId, pfn: Pfn): void {
        const at: Opening = { window, pfn, kernel: this.#kernel };
        this.opened.push(window);
        for (;;) {
            const able = this.#competitors.flatMap((run) => run.options(at).map((stage) => ({ run, stage })));
            if (able.length === 0) return;
            const { opened } = this;
            this.opened = [];
            if (this.#choices >= this.#plan.length) {
                const moves = able.map(({ run, stage }) => ({ competitor: this.#competitors.indexOf(run), what: run.what(stage, at) }));
                this.#watcher.choice({ window, moves, opened }, () => this.#words(at));
            }
            const chosen = able[(this.#plan[this.#choices] ?? 0) - 1];
            this.#choices += 1;
            if (chosen === undefined) return;
            this.#kernel.decide('meanwhile.acts', pfn, `${window}: ${chosen.run.what(chosen.stage, at)}`);
            chosen.run.act(chosen.stage, at);
        }
    }

    #words({ window, pfn }: Opening): string {
        const held = [...this.#held].filter(([, value]) => value !== undefined).sort(([left], [right]) => (left < right ? -1 : 1)).flat();
        return this.#state([this.#calls, window, pfn, ...held, '|', ...this.#competitors.flatMap((run) => run.progress)]);
    }
}
