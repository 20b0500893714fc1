/** Page flags as user space sees them: bits of /proc/kpageflags, and the names that %pGp prints. */

export interface KpageFlag {
    readonly bit: number;
    readonly doc: string;
}

const ROWS = {
    LOCKED: { bit: 0, doc: 'PG_locked: somebody works on the page, such as I/O.' },
    ERROR: { bit: 1, doc: 'I/O error on the page.' },
    REFERENCED: { bit: 2, doc: 'PG_referenced: touched since reclaim looked last.' },
    UPTODATE: { bit: 3, doc: 'PG_uptodate: the contents are valid.' },
    DIRTY: { bit: 4, doc: 'PG_dirty: the contents are newer than those on disk or swap. Dirty bits of page tables do not show here.' },
    LRU: { bit: 5, doc: 'PG_lru: on an LRU list. A freshly faulted page shows it only after the per-CPU batches were drained.' },
    ACTIVE: { bit: 6, doc: 'PG_active: on an active LRU list.' },
    SLAB: { bit: 7, doc: 'Slab page.' },
    WRITEBACK: { bit: 8, doc: 'PG_writeback: being written; the handler waits for it.' },
    RECLAIM: { bit: 9, doc: 'PG_reclaim: to be reclaimed as soon as it is written.' },
    BUDDY: { bit: 10, doc: 'Free in the buddy allocator; in 7.x on every page of a free block.' },
    MMAP: { bit: 11, doc: 'Mapped into some page table.' },
    ANON: { bit: 12, doc: 'Anonymous memory.' },
    SWAPCACHE: { bit: 13, doc: 'In the swap cache.' },
    SWAPBACKED: { bit: 14, doc: 'PG_swapbacked: reclaimed to swap (anonymous memory and shmem).' },
    COMPOUND_HEAD: { bit: 15, doc: 'First page of a compound page.' },
    COMPOUND_TAIL: { bit: 16, doc: 'Later page of a compound page.' },
    HUGE: { bit: 17, doc: 'Part of a hugetlb page.' },
    UNEVICTABLE: { bit: 18, doc: 'PG_unevictable: reclaim passes it by.' },
    HWPOISON: { bit: 19, doc: 'PG_hwpoison; for a hugetlb page on all of its pages.' },
    NOPAGE: { bit: 20, doc: 'No struct page behind the PFN; older kernels say so of offline and device memory too.' },
    KSM: { bit: 21, doc: 'Merged by KSM.' },
    THP: { bit: 22, doc: 'Part of a transparent huge page or another large folio.' },
    OFFLINE: { bit: 23, doc: 'Logically offline inside an online section: balloon, virtio-mem.' },
    ZERO_PAGE: { bit: 24, doc: 'The zero page or the huge zero folio.' },
    IDLE: { bit: 25, doc: 'Not touched since idle page tracking marked it.' },
    PGTABLE: { bit: 26, doc: 'Page of page tables.' },
    RESERVED: { bit: 32, doc: 'PG_reserved; a bit for kernel hackers.' },
    MLOCKED: { bit: 33, doc: 'PG_mlocked; a bit for kernel hackers.' },
    OWNER_2: { bit: 34, doc: 'PG_owner_2: mapped to disk, or anonymous and exclusive (7.x; called MAPPEDTODISK before).' },
    PRIVATE: { bit: 35, doc: 'PG_private: private data such as buffer heads is attached.' },
    PRIVATE_2: { bit: 36, doc: 'PG_private_2.' },
    OWNER_PRIVATE: { bit: 37, doc: 'PG_owner_priv_1: free for the owner; the swap cache uses it.' },
    ARCH: { bit: 38, doc: 'PG_arch_1.' },
    SOFTDIRTY: { bit: 40, doc: 'Soft-dirty tracking.' },
    ARCH_2: { bit: 41, doc: 'PG_arch_2.' },
    ARCH_3: { bit: 42, doc: 'PG_arch_3.' },
} as const satisfies Record<string, KpageFlag>;

export type KpageFlagName = keyof typeof ROWS;

export const KPAGEFLAGS: Readonly<Record<KpageFlagName, KpageFlag>> = ROWS;

/** How %pGp prints a word of page flags: names in the order of a table of their own, which is not that of the bits. Follows __def_pageflag_names. */
export interface PrintedPageFlags { readonly names: readonly string[]; readonly bits: readonly string[] }

/** Of 7.3. */
export const PRINTED_PAGE_FLAGS: PrintedPageFlags = {
    names: [
        'locked', 'waiters', 'referenced', 'uptodate', 'dirty', 'lru', 'active', 'workingset', 'owner_priv_1', 'owner_2', 'arch_1', 'reserved',
        'private', 'private_2', 'writeback', 'head', 'reclaim', 'swapbacked', 'unevictable', 'dropbehind', 'mlocked', 'hwpoison', 'idle', 'young',
        'arch_2', 'arch_3',
    ],
    bits: [
        'locked', 'writeback', 'referenced', 'uptodate', 'dirty', 'lru', 'head', 'waiters', 'active', 'workingset', 'owner_priv_1', 'owner_2',
        'arch_1', 'reserved', 'private', 'private_2', 'reclaim', 'swapbacked', 'unevictable', 'dropbehind', 'mlocked', 'hwpoison', 'young', 'idle',
        'arch_2', 'arch_3',
    ],
};

/** Of 6.1, with `mappedtodisk` for `owner_2`. */
export const OLDER_PRINTED_PAGE_FLAGS: PrintedPageFlags = {
    names: [
        'locked', 'waiters', 'error', 'referenced', 'uptodate', 'dirty', 'lru', 'active', 'workingset', 'slab', 'owner_priv_1', 'arch_1', 'reserved',
        'private', 'private_2', 'writeback', 'head', 'mappedtodisk', 'reclaim', 'swapbacked', 'unevictable', 'mlocked', 'uncached', 'hwpoison', 'idle', 'young',
    ],
    bits: [
        'locked', 'referenced', 'uptodate', 'dirty', 'lru', 'active', 'workingset', 'waiters', 'error', 'slab', 'owner_priv_1', 'arch_1', 'reserved',
        'private', 'private_2', 'writeback', 'head', 'mappedtodisk', 'reclaim', 'swapbacked', 'unevictable', 'mlocked', 'uncached', 'hwpoison', 'young', 'idle',
    ],
};
