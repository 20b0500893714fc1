/** Numbers of Linux's interfaces that the agent is given: include/uapi, x86-64. */
export const PROT = { none: 0, read: 1, write: 3, exec: 7 } as const;
export const MAP = { shared: 0x01, private: 0x02, anonymous: 0x20, populate: 0x8000, hugetlb: 0x40000 } as const;
/** log2 of the size of a huge page stands there in the flags of mmap() and memfd_create(). */
export const HUGE_SHIFT = 26;
export const MFD_HUGETLB = 4;
export const O = { readWrite: 2, create: 0o100, direct: 0o40000 } as const;

export const ADVICE: Readonly<Record<string, number>> = {
    MADV_WILLNEED: 3, MADV_DONTNEED: 4, MADV_FREE: 8, MADV_REMOVE: 9, MADV_MERGEABLE: 12, MADV_HUGEPAGE: 14, MADV_NOHUGEPAGE: 15, MADV_COLD: 20, MADV_PAGEOUT: 21,
    MADV_POPULATE_READ: 22, MADV_POPULATE_WRITE: 23, MADV_COLLAPSE: 25, MADV_HWPOISON: 100, MADV_SOFT_OFFLINE: 101, MADV_GUARD_INSTALL: 102, MADV_GUARD_REMOVE: 103,
};

export const PRCTL: Readonly<Record<string, number>> = {
    PR_MCE_KILL: 33, PR_MCE_KILL_GET: 34, PR_MCE_KILL_CLEAR: 0, PR_MCE_KILL_SET: 1, PR_MCE_KILL_LATE: 0, PR_MCE_KILL_EARLY: 1, PR_MCE_KILL_DEFAULT: 2,
};

export const PROTECTION_WORDS: Readonly<Record<string, number>> = { PROT_NONE: 0, PROT_READ: 1, PROT_WRITE: 3 };
export const FALLOC: Readonly<Record<string, number>> = { PUNCH_HOLE: 3, ALLOCATE_RANGE: 0 };
export const SEEK: Readonly<Record<string, number>> = { SEEK_DATA: 3, SEEK_HOLE: 4 };
export const MREMAP = { mayMove: 1, fixed: 2, dontUnmap: 4 } as const;

/** Bits of /proc/kpageflags. */
export const KPF = { swapcache: 13, ksm: 21, thp: 22 } as const;

export const HWPOISON_FOLDER = '/sys/kernel/debug/hwpoison';
export const MEMORY_FOLDER = '/sys/devices/system/memory';
export const THP_FOLDER = '/sys/kernel/mm/transparent_hugepage';
