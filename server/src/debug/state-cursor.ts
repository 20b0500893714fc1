/** The state at any position, by going there over the changes that were recorded. */
import type { Fields, StateLog } from '../simulator/recording/state-log.js';

/** Properties of one thing that differ between two positions. */
export interface Difference { readonly item: number; readonly before: Fields | null; readonly after: Fields | null }

export class StateCursor {
    readonly #log: StateLog;
    readonly #now: (Fields | null)[] = [];
    #at = -1;

    constructor(log: StateLog) {
        this.#log = log;
    }

    /** Things by their index in the log; null where there is none at that position. Good until the next call. */
    at(position: number): readonly (Fields | null)[] {
        const { changes } = this.#log;
        while (this.#at < position) for (const { item, after } of changes[++this.#at] ?? []) this.#now[item] = after;
        while (this.#at > position) {
            const undone = changes[this.#at--] ?? [];
            for (let index = undone.length - 1; index >= 0; index -= 1) this.#now[undone[index]!.item] = undone[index]!.before;
        }
        return this.#now;
    }

    /** What differs, by item; what came back to what it was is left out. */
    between(from: number, to: number): ReadonlyMap<number, Difference> {
        const found = new Map<number, Difference>();
        const [first, last] = from < to ? [from, to] : [to, from];
        for (let position = first + 1; position <= last; position += 1) {
            for (const { item, before, after } of this.#log.changes[position] ?? []) {
                const known = found.get(item);
                found.set(item, { item, before: known === undefined ? before : known.before, after });
            }
        }
        for (const [item, { before, after }] of found) {
            if (before !== null && after !== null && Object.keys({ ...before, ...after }).every((name) => before[name] === after[name])) found.delete(item);
            else if (from > to) found.set(item, { item, before: after, after: before });
        }
        return found;
    }
}
