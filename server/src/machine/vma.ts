import type { AddressSpace } from './address-space.js';
import type { AnonVma } from './anon-vma.js';
import type { HugetlbReservation } from './hugetlb-reservation.js';
import type { MemoryMap } from './memory-map.js';
import type { PageIndex, Pfn, VirtualPage } from './units.js';

export type Protection = 'none' | 'read' | 'write' | 'exec';

/** A page-table entry of a base page. */
export type Pte =
    | { readonly kind: 'present'; readonly pfn: Pfn; readonly dirty: boolean; readonly writable: boolean }
    | { readonly kind: 'swap'; readonly slot: number }
    | { readonly kind: 'hwpoison'; readonly pfn: Pfn };

/** A huge entry: PMD-mapped THP or a hugetlb page. `head` is the first pfn. */
export type HugeEntry =
    | { readonly kind: 'present'; readonly head: Pfn; readonly dirty: boolean; readonly writable: boolean }
    | { readonly kind: 'hwpoison'; readonly head: Pfn; readonly pfn: Pfn };

/**
 * Pages that were mapped when the machine was set up, kept as a rule: page i of the VMA maps `pfn + i`.
 * Page tables hold only what differs from it, so that cost does not grow with the mapping.
 */
export interface Backing {
    readonly pfn: Pfn;
    readonly dirty: boolean;
    readonly writable: boolean;
    /** Order of the folios behind it; entries are PMDs while the folio is whole and fills one. */
    readonly order: number;
}

export interface SpecialMapping {
    /** Row of SPECIAL_MAPPINGS. */
    readonly what: string;
    /** get_user_pages() reaches the pages. */
    readonly gup: boolean;
    readonly pfn: Pfn | null;
    /** First byte of its pages where no frame stands behind them. */
    readonly content: string;
}

/** A virtual memory area. Its page indexes count from `indexBase`. */
export class Vma {
    backing: Backing | null = null;
    anonVma: AnonVma | null = null;
    special: SpecialMapping | null = null;
    mlocked = false;
    /** log2 bytes of the pages of a hugetlb VMA, else null. */
    hugetlbShift: number | null = null;
    /** Of a private hugetlb mapping that the process made itself (HPAGE_RESV_OWNER); after fork() the child has none. */
    hugetlbReservation: HugetlbReservation | null = null;
    /** A huge page of the mapping was given to whoever made it, as the pool had no other (HPAGE_RESV_UNMAPPED). */
    hugetlbTakenAway = false;
    uffdPoison = false;
    mm: MemoryMap;
    /** Name in the program; parts of a split mapping share it. */
    readonly name: string;
    /** First page of the mapping the name stands for, so that offsets survive splits. */
    nameStart: VirtualPage;
    start: VirtualPage;
    pageCount: number;
    file: AddressSpace | null;
    indexBase: PageIndex;
    shared: boolean;
    protection: Protection;

    constructor(mm: MemoryMap, name: string, start: VirtualPage, pageCount: number, file: AddressSpace | null, indexBase: PageIndex, shared: boolean, protection: Protection) {
        this.mm = mm;
        this.name = name;
        this.nameStart = start;
        this.start = start;
        this.pageCount = pageCount;
        this.file = file;
        this.indexBase = indexBase;
        this.shared = shared;
        this.protection = protection;
    }

    /** First page after the VMA. */
    get end(): VirtualPage {
        return this.start + this.pageCount;
    }

    /** Index, in the file or anonymous object, of a page of the VMA. */
    indexAt(page: VirtualPage): PageIndex {
        return this.indexBase + (page - this.start);
    }

    /** Virtual page that maps the index, or null when the VMA does not cover it. */
    pageOfIndex(index: PageIndex): VirtualPage | null {
        const offset = index - this.indexBase;
        return offset >= 0 && offset < this.pageCount ? this.start + offset : null;
    }
}
