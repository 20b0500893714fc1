import type { Machine } from '../../machine/machine.js';
import { hugePages } from '../../machine/page-tables.js';
import type { FolioOwner, Vma } from '../../machine/mm-types.js';
import type { Extent } from '../../machine/physical-memory.js';
import type { PageIndex, Pfn } from '../../machine/units.js';
import type { PageTableIndex } from './page-table-index.js';

/** Where neighbouring frames may differ. Between two neighbouring boundaries all folios are alike, and all their tails. */
export interface Boundaries {
    /** Sorted. A frame from which on things are different from the one below. */
    readonly cuts: readonly Pfn[];
    /** Sorted. Frames with a state of their own; each is cut out by two cuts. */
    readonly marked: readonly Pfn[];
}

/**
 * Collects every place where something is written down about single frames, and every edge of what is written down about many.
 * @param more cuts that the machine knows nothing of
 */
export function boundariesOf(machine: Machine, tables: PageTableIndex, more: readonly Pfn[] = []): Boundaries {
    return new Collector(machine, tables, more).collect();
}

class Collector {
    readonly #machine: Machine;
    readonly #tables: PageTableIndex;
    readonly #cuts = new Set<Pfn>([0]);
    readonly #marked = new Set<Pfn>();
    readonly #extents = new Map<FolioOwner, Extent[]>();

    constructor(machine: Machine, tables: PageTableIndex, more: readonly Pfn[]) {
        this.#machine = machine;
        this.#tables = tables;
        for (const cut of more) this.#cuts.add(cut);
    }

    collect(): Boundaries {
        const { memory, processes } = this.#machine;
        this.#layout();
        // Before anything is looked at: looking makes folios.
        const touched = [...memory.touchedFolios()];
        for (const extent of memory.extents) this.#extent(extent);
        for (const { head, pageCount } of touched) this.#range(head, pageCount);
        for (const head of memory.restructuredHeads()) this.#range(head, 2 ** (memory.extentAt(head)?.order ?? 0));
        for (const pfn of [...memory.poisoned.keys(), ...memory.bad.keys(), ...memory.notInDirectMap]) this.#mark(pfn);
        for (const { pfn, pageCount } of this.#machine.regions.values()) this.#range(pfn, pageCount);
        for (const file of this.#machine.files.values()) {
            for (const index of file.absent) this.#markIndex(file, index);
            for (const index of [Math.ceil(file.size / 2 ** this.#machine.pageShift), file.zeroFrom, file.initial?.pageCount ?? 0]) this.#cutIndex(file, index);
        }
        for (const { mm } of processes) for (const vma of mm.vmas) this.#vma(vma);
        this.#wholeFolios();
        return { cuts: [...this.#cuts].sort((a, b) => a - b), marked: [...this.#marked].sort((a, b) => a - b) };
    }

    #range(pfn: Pfn, pageCount: number): void {
        this.#cuts.add(pfn);
        this.#cuts.add(pfn + pageCount);
    }

    #mark(pfn: Pfn): void {
        this.#marked.add(pfn);
        this.#range(pfn, 1);
    }

    /** Ranges of the memory map; whether there are struct pages, and whether they are online, is decided in larger blocks. */
    #layout(): void {
        const { memory: { layout }, nodeStarts } = this.#machine;
        const { lowReservedPages, sectionPages, subsectionPages } = layout.geometry;
        this.#cuts.add(lowReservedPages);
        for (const { pfn, pageCount } of [...layout.holes, ...layout.offline, ...layout.devices, ...nodeStarts, { pfn: 0, pageCount: layout.pageCount }]) {
            for (const edge of [pfn, pfn + pageCount]) {
                this.#cuts.add(edge);
                for (const block of [sectionPages, subsectionPages]) this.#range(Math.floor(edge / block) * block, block);
            }
        }
    }

    #extent(extent: Extent): void {
        this.#range(extent.pfn, extent.pageCount);
        if (extent.owner === null) return;
        const known = this.#extents.get(extent.owner);
        if (known === undefined) this.#extents.set(extent.owner, [extent]);
        else known.push(extent);
    }

    /** Frames that hold an index of an owner since the machine was set up. */
    #framesOf(owner: FolioOwner | null, index: PageIndex): Pfn[] {
        return owner === null ? [] : (this.#extents.get(owner) ?? []).filter((extent) => index >= extent.index && index <= extent.index + extent.pageCount).map((extent) => extent.pfn + (index - extent.index));
    }

    #cutIndex(owner: FolioOwner | null, index: PageIndex): void {
        for (const pfn of this.#framesOf(owner, index)) this.#cuts.add(pfn);
    }

    #markIndex(owner: FolioOwner | null, index: PageIndex): void {
        for (const pfn of this.#framesOf(owner, index)) this.#mark(pfn);
    }

    #vma(vma: Vma): void {
        const { pageShift } = this.#machine;
        const { mm, backing, special } = vma;
        const pages = hugePages(vma, pageShift);
        const edges = [vma.start, vma.end];
        // A PMD must lie inside the VMA as a whole.
        if (backing !== null && 2 ** backing.order >= pages) edges.push(Math.ceil(vma.start / pages) * pages, Math.floor(vma.end / pages) * pages);
        for (const start of this.#tables.huge(vma, vma.start, vma.end)) {
            edges.push(start, start + pages);
            const entry = mm.hugeEntries.get(start) ?? null;
            if (entry !== null) this.#range(entry.head, pages);
            if (entry?.kind === 'hwpoison') this.#mark(entry.pfn);
        }
        for (const edge of edges) {
            for (const owner of [vma.anonVma, vma.file]) this.#cutIndex(owner, vma.indexAt(edge));
            if (backing !== null) this.#cuts.add(backing.pfn + (edge - vma.start));
        }
        if (special !== null && special.pfn !== null) this.#range(special.pfn, vma.pageCount);
        for (const page of this.#tables.ptes(vma, vma.start, vma.end)) {
            for (const owner of [vma.anonVma, vma.file]) this.#markIndex(owner, vma.indexAt(page));
            if (backing !== null) this.#mark(backing.pfn + (page - vma.start));
            const pte = mm.ptes.get(page) ?? null;
            if (pte !== null && pte.kind !== 'swap') this.#mark(pte.pfn);
        }
    }

    /** A folio that is cut differs as a whole from its neighbours. */
    #wholeFolios(): void {
        const { memory } = this.#machine;
        for (const pfn of [...this.#cuts, ...this.#marked]) {
            if (pfn < 0) continue;
            const { head, order, pageCount } = memory.folio(pfn);
            if (order > 0 && (pfn !== head || this.#marked.has(pfn))) this.#range(head, pageCount);
        }
    }
}
