import type { AddressSpace } from './address-space.js';
import type { AnonVma } from './anon-vma.js';
import type { KsmNode } from './ksm.js';
import type { HugetlbPool } from './hugetlb-pool.js';
import type { Process } from './process.js';
import type { PageIndex, Pfn } from './units.js';

/** Folio flags that memory_failure() and its surroundings read, one bit each. Spelled as in include/linux/page-flags.h. */
export const PG = {
    referenced: 1 << 0,
    uptodate: 1 << 1,
    dirty: 1 << 2,
    lru: 1 << 3,
    active: 1 << 4,
    swapcache: 1 << 5,
    /** PG_owner_2: anon_exclusive of an anonymous page, mappedtodisk of a page-cache page. */
    owner_2: 1 << 6,
    reserved: 1 << 7,
    private: 1 << 8,
    swapbacked: 1 << 9,
    unevictable: 1 << 10,
    mlocked: 1 << 11,
    writeback: 1 << 12,
    has_hwpoisoned: 1 << 13,
} as const;

export type FolioFlag = keyof typeof PG;

/** Names of the flags that are set. */
export function setFlags(flags: number): FolioFlag[] {
    return (Object.keys(PG) as FolioFlag[]).filter((flag) => (flags & PG[flag]) !== 0);
}

export type PageType = 'none' | 'slab' | 'table' | 'large-kmalloc' | 'offline' | 'zsmalloc' | 'buddy' | 'hugetlb';
export type FolioOwner = AddressSpace | AnonVma | KsmNode;

/** What a hugetlb folio knows beyond the others. */
export interface HugetlbState {
    readonly pool: HugetlbPool;
    /** free: on the pool's list. inUse: allocated and migratable. isolated: neither (being allocated, moved or demoted). */
    state: 'free' | 'inUse' | 'isolated';
    /** Raw poisoned pages; null once the list could not be kept. */
    rawPoison: Set<Pfn> | null;
}

/**
 * One folio: `1 << order` physically contiguous pages managed together. PG_hwpoison belongs to pages and
 * lives in {@link PhysicalMemory}.
 */
export class Folio {
    readonly head: Pfn;
    /** log2 of the page count. */
    order: number;
    flags: number;
    pageType: PageType;
    /** What it is, in the words of the page-kind table; for explanations only. */
    kind: string;
    /** References besides mappings: page cache (one a page), swap cache, buffers, pins, the handler, an owner in the kernel. */
    references: number;
    owner: FolioOwner | null = null;
    /** Index of the head page in its owner. */
    index: PageIndex = 0;
    movableOps = false;
    hugetlb: HugetlbState | null = null;
    /** Swap slot while PG_swapcache is set. */
    swapSlot: number | null = null;
    /** Long-term pins and pipe references, part of `references`. */
    pins = 0;
    /** Of those, pins taken with FOLL_PIN. */
    longtermPins = 0;
    /** The file system keeps its buffers busy: neither evictable nor migratable. */
    buffersHeld = false;
    /** On a per-CPU list of the LRU (add batch), not yet on the LRU. */
    lruBatch = false;
    /** On a per-CPU free list of the page allocator. */
    perCpuFree = false;
    /** Poisoned and refused by the allocator when it was freed: nobody's. */
    keptOut = false;
    /** Process whose cgroup is charged. */
    chargedTo: Process | null = null;

    constructor(head: Pfn, order: number, kind: string, pageType: PageType = 'none', flags = 0, references = 1) {
        this.head = head;
        this.order = order;
        this.kind = kind;
        this.pageType = pageType;
        this.flags = flags;
        this.references = references;
    }

    /** Size in base pages. */
    get pageCount(): number {
        return 2 ** this.order;
    }

    /** Free in the buddy allocator or on a per-CPU list. */
    get free(): boolean {
        return this.pageType === 'buddy' || this.perCpuFree;
    }

    get large(): boolean {
        return this.order > 0;
    }

    has(flag: FolioFlag): boolean {
        return (this.flags & PG[flag]) !== 0;
    }

    set(flag: FolioFlag): void {
        this.flags |= PG[flag];
    }

    clear(flag: FolioFlag): void {
        this.flags &= ~PG[flag];
    }

    /** Index in its owner of a page of the folio. */
    indexOf(pfn: Pfn): PageIndex {
        return this.index + (pfn - this.head);
    }
}
