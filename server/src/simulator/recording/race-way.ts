/** Goes one way of a race again: the moves that a trace lists, each at its window. */
import type { RaceMove, RaceWay } from '../trace.js';
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import type { ChoicePoint, Watcher } from '../races/race-schedule.js';

/** Writes the plan while it is gone: whoever plays asks the watcher where the plan has ended, and reads on. */
export class GivenWay implements Watcher {
    readonly plan: number[] = [];
    readonly #way: RaceWay;
    readonly #visits = new Map<RaceWindowId, number>();
    #done = 0;

    constructor(way: RaceWay) {
        this.#way = way;
    }

    choice({ window, moves, opened }: ChoicePoint): void {
        for (const each of opened) this.#visits.set(each, (this.#visits.get(each) ?? 0) + 1);
        const next = this.#way[this.#done];
        const chosen = next === undefined || !this.#isHere(next, window) ? -1 : moves.findIndex(({ competitor, what }) => competitor === next.competitor && what === next.what);
        if (chosen >= 0) this.#done += 1;
        this.plan.push(chosen + 1);
    }

    isStop(): boolean {
        return false;
    }

    /** Every move of the way has been made. */
    get complete(): boolean {
        return this.#done === this.#way.length;
    }

    #isHere({ window, visit }: RaceMove, opened: RaceWindowId): boolean {
        return window === opened && visit === (this.#visits.get(opened) ?? 1);
    }
}
