import type { Pfn } from './units.js';

/** What the list needs to know of a huge page: its first frame. */
export interface HugePage { readonly head: Pfn; }

/** Huge pages in a row that nobody has looked at since the machine was set up. */
interface Run { pfn: Pfn; count: number; }

/** The free list of a pool of huge pages, in order. Pages that nobody looked at are kept as runs: a large pool costs what a small one costs. */
export class FreeHugePages<Folio extends HugePage> {
    private readonly parts: (Folio | Run)[] = [];
    readonly #pages: number;
    readonly #folio: (pfn: Pfn) => Folio;
    private count = 0;

    /**
     * @param pages base pages of a huge page
     * @param folio the folio of a frame
     */
    constructor(pages: number, folio: (pfn: Pfn) => Folio) {
        this.#pages = pages;
        this.#folio = folio;
    }

    get length(): number {
        return this.count;
    }

    push(...folios: readonly Folio[]): void {
        this.parts.push(...folios);
        this.count += folios.length;
    }

    /** Adds huge pages that nobody has looked at. */
    pushRun(pfn: Pfn, count: number): void {
        if (count > 0) this.parts.push({ pfn, count });
        this.count += count;
    }

    /** The first that fits; it stays on the list. */
    find(fits: (folio: Folio) => boolean): Folio | null {
        for (const part of this.parts) {
            if (!isRun(part)) {
                if (fits(part)) return part;
                continue;
            }
            for (let index = 0; index < part.count; index += 1) {
                const folio = this.#folio(part.pfn + index * this.#pages);
                if (fits(folio)) return folio;
            }
        }
        return null;
    }

    /** The last that fits; it stays on the list. */
    findLast(fits: (folio: Folio) => boolean): Folio | null {
        for (const part of [...this.parts].reverse()) {
            if (!isRun(part)) {
                if (fits(part)) return part;
                continue;
            }
            for (let index = part.count - 1; index >= 0; index -= 1) {
                const folio = this.#folio(part.pfn + index * this.#pages);
                if (fits(folio)) return folio;
            }
        }
        return null;
    }

    has(folio: Folio): boolean {
        return this.#find(folio) >= 0;
    }

    /** @returns whether it was on the list */
    remove(folio: Folio): boolean {
        const at = this.#find(folio);
        const part = this.parts[at];
        if (part === undefined) return false;
        const before = isRun(part) ? (folio.head - part.pfn) / this.#pages : 0;
        const rest: Run[] = isRun(part) ? [{ pfn: part.pfn, count: before }, { pfn: folio.head + this.#pages, count: part.count - before - 1 }] : [];
        this.parts.splice(at, 1, ...rest.filter(({ count }) => count > 0));
        this.count -= 1;
        return true;
    }

    /** Takes that many from the front where they lie in a row and nobody has looked at them. @returns the first frame, or null */
    takeRun(count: number): Pfn | null {
        const [part] = this.parts;
        if (part === undefined || !isRun(part) || part.count < count) return null;
        const { pfn } = part;
        part.pfn += count * this.#pages;
        part.count -= count;
        if (part.count === 0) this.parts.shift();
        this.count -= count;
        return pfn;
    }

    #find(folio: Folio): number {
        return this.parts.findIndex((part) => (isRun(part) ? folio.head >= part.pfn && folio.head < part.pfn + part.count * this.#pages : part === folio));
    }
}

function isRun<Folio extends HugePage>(part: Folio | Run): part is Run {
    return 'count' in part;
}
