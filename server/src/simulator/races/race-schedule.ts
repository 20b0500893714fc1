import type { Kernel } from '../../kernel/kernel.js';
import type { Schedule } from '../../kernel/schedule.js';
import type { Pfn } from '../../machine/units.js';
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import type { RaceMove } from '../trace.js';
import type { CompetitorRun, Opening } from './competitor.js';

/** One interleaving: at each window that offers a move, the choice of `plan`; nobody moves where the plan has ended. */
export class RaceSchedule implements Schedule {
    /** Moves made so far. */
    readonly moves: RaceMove[] = [];
    /** For every choice asked for: how many moves there were to choose from. */
    readonly offers: number[] = [];
    /** How many times each window has opened. */
    readonly windows = new Map<RaceWindowId, number>();
    /** Competitors that were offered a move. */
    readonly offered = new Set<number>();
    readonly #kernel: Kernel;
    readonly #competitors: readonly CompetitorRun[];
    /** 0 for nobody, n for the n-th move that is offered. */
    readonly #plan: readonly number[];

    constructor(kernel: Kernel, competitors: readonly CompetitorRun[], plan: readonly number[]) {
        this.#kernel = kernel;
        this.#competitors = competitors;
        this.#plan = plan;
    }

    choose(window: RaceWindowId, pfn: Pfn): void {
        const visit = (this.windows.get(window) ?? 0) + 1;
        this.windows.set(window, visit);
        const at: Opening = { window, pfn, kernel: this.#kernel };
        for (;;) {
            const moves = this.#competitors.flatMap((run, competitor) => {
                const next = run.next(at);
                return next === null ? [] : [{ run, move: { window, visit, competitor, what: next.what } }];
            });
            for (const { move } of moves) this.offered.add(move.competitor);
            if (moves.length === 0) return;
            const chosen = moves[(this.#plan[this.offers.length] ?? 0) - 1];
            this.offers.push(moves.length);
            if (chosen === undefined) return;
            this.#kernel.decide('meanwhile.acts', pfn, `${window}: ${chosen.move.what}`);
            this.moves.push(chosen.move);
            chosen.run.act(at);
        }
    }
}
