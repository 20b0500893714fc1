import type { PageIndex } from './units.js';

/** What a pool has promised, in huge pages. */
interface Promises { promised: number; }

/** Huge pages that a pool has promised to a private mapping or to a file: one for each index of a range that has not taken its own (struct resv_map). */
export class HugetlbReservation {
    readonly #pool: Promises;
    readonly #first: PageIndex;
    readonly #end: PageIndex;
    /** Base pages of a huge page. */
    readonly #stride: number;
    private readonly taken = new Set<PageIndex>();
    /** Every index has its huge page. */
    readonly #complete: boolean;

    constructor(pool: Promises, first: PageIndex, pageCount: number, stride: number, taken: readonly PageIndex[] | 'all') {
        this.#pool = pool;
        this.#first = first;
        this.#end = first + pageCount;
        this.#stride = stride;
        this.#complete = taken === 'all';
        if (taken !== 'all') for (const index of taken) this.taken.add(index);
        pool.promised += this.#leftIn(first, this.#end);
    }

    /** Is a huge page promised for the index? */
    has(index: PageIndex): boolean {
        return !this.#complete && index >= this.#first && index < this.#end && !this.taken.has(index);
    }

    /** The index takes what it was promised. */
    take(index: PageIndex): void {
        if (!this.has(index)) return;
        this.taken.add(index);
        this.#pool.promised -= 1;
    }

    /** Nobody asks for the range any more. @returns how many huge pages were promised to it and not taken */
    drop(first: PageIndex, end: PageIndex): number {
        const left = this.#leftIn(Math.max(first, this.#first), Math.min(end, this.#end));
        this.#pool.promised -= left;
        return left;
    }

    #leftIn(first: PageIndex, end: PageIndex): number {
        if (this.#complete || end <= first) return 0;
        let left = (end - first) / this.#stride;
        for (const index of this.taken) if (index >= first && index < end) left -= 1;
        return left;
    }
}
