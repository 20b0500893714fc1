import type { MemoryMap, Vma } from '../../machine/mm-types.js';
import { hugePages } from '../../machine/page-tables.js';
import type { VirtualPage } from '../../machine/units.js';
import type { PfnRange } from '../program.js';
import { lowerBound, united, without } from './ranges.js';

/** Frames that follow each other, mapped from that page on. */
export interface MappedRange extends PfnRange { readonly page: VirtualPage }

interface Touched { readonly ptes: readonly VirtualPage[]; readonly huge: readonly VirtualPage[]; }

/** The explicit page-table entries by address, so that those of one VMA are found without looking at the others. */
export class PageTableIndex {
    readonly #byMap = new Map<MemoryMap, Touched>();
    readonly #pageShift: number;

    constructor(pageShift: number) {
        this.#pageShift = pageShift;
    }

    #of(mm: MemoryMap): Touched {
        let touched = this.#byMap.get(mm);
        if (touched === undefined) {
            touched = { ptes: [...mm.ptes.keys()].sort((a, b) => a - b), huge: [...mm.hugeEntries.keys()].sort((a, b) => a - b) };
            this.#byMap.set(mm, touched);
        }
        return touched;
    }

    /** Pages of the range with an explicit entry. */
    ptes(vma: Vma, from: VirtualPage, to: VirtualPage): readonly VirtualPage[] {
        const { ptes } = this.#of(vma.mm);
        return ptes.slice(lowerBound(ptes, from), lowerBound(ptes, to));
    }

    /** Starts of huge pages with an explicit entry that overlap the range. */
    huge(vma: Vma, from: VirtualPage, to: VirtualPage): readonly VirtualPage[] {
        const { huge } = this.#of(vma.mm);
        return huge.slice(lowerBound(huge, from - hugePages(vma, this.#pageShift) + 1), lowerBound(huge, to));
    }

    /** The frames that the VMA maps in a range of its pages. */
    frames(vma: Vma, from: VirtualPage, to: VirtualPage): MappedRange[] {
        if (vma.special !== null) return vma.special.pfn === null ? [] : [{ page: from, pfn: vma.special.pfn + (from - vma.start), pageCount: to - from }];
        const { mm, backing } = vma;
        const pages = hugePages(vma, this.#pageShift);
        const mapped: MappedRange[] = [];
        const covered: PfnRange[] = [];
        const within = (page: VirtualPage, pageCount: number): PfnRange => ({ pfn: Math.max(page, from), pageCount: Math.min(page + pageCount, to) - Math.max(page, from) });
        for (const start of this.huge(vma, from, to)) {
            const entry = mm.hugeEntries.get(start) ?? null;
            const part = within(start, pages);
            if (entry?.kind === 'present') mapped.push({ page: part.pfn, pfn: entry.head + (part.pfn - start), pageCount: part.pageCount });
            if (entry !== null || vma.hugetlbShift !== null) covered.push(part);
        }
        const underHuge = united(covered);
        for (const page of this.ptes(vma, from, to)) {
            const pte = mm.ptes.get(page) ?? null;
            const hidden = without([{ pfn: page, pageCount: 1 }], underHuge).length === 0;
            if (pte?.kind === 'present' && !hidden) mapped.push({ page, pfn: pte.pfn, pageCount: 1 });
            covered.push({ pfn: page, pageCount: 1 });
        }
        if (backing === null) return mapped;
        for (const rest of without([{ pfn: from, pageCount: to - from }], united(covered))) mapped.push({ page: rest.pfn, pfn: backing.pfn + (rest.pfn - vma.start), pageCount: rest.pageCount });
        return mapped;
    }
}
