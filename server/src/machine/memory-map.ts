import type { Process } from './process.js';
import type { VirtualPage } from './units.js';
import type { HugeEntry, Pte, Vma } from './vma.js';

/** An address space of a process (struct mm_struct): VMAs and the page-table entries that differ from their backing. */
export class MemoryMap {
    readonly process: Process;
    readonly vmas: Vma[] = [];
    /** null: explicitly nothing, whatever the backing says. */
    readonly ptes = new Map<VirtualPage, Pte | null>();
    /** Keyed by the first page of the huge page. null: no huge entry here (any more). */
    readonly hugeEntries = new Map<VirtualPage, HugeEntry | null>();
    #next: VirtualPage;

    constructor(process: Process, firstPage: VirtualPage) {
        this.process = process;
        this.#next = firstPage;
    }

    find(page: VirtualPage): Vma | null {
        for (const vma of this.vmas) if (page >= vma.start && page < vma.end) return vma;
        return null;
    }

    /** Picks a free start for that many pages, aligned (in pages), with a guard gap. */
    reserve(pageCount: number, alignment: number): VirtualPage {
        const start = Math.ceil(this.#next / alignment) * alignment;
        this.#next = start + pageCount + 16;
        return start;
    }
}
