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
    error: 1 << 14,
} as const;

export type FolioFlag = keyof typeof PG;

/** Names of the flags that are set. */
export function setFlags(flags: number): FolioFlag[] {
    return (Object.keys(PG) as FolioFlag[]).filter((flag) => (flags & PG[flag]) !== 0);
}

export type PageType = 'none' | 'slab' | 'table' | 'large-kmalloc' | 'offline' | 'zsmalloc' | 'buddy' | 'hugetlb';
