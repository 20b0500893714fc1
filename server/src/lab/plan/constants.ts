/** Numbers of Linux's interfaces that the agent is given: include/uapi, x86-64. */
import { MADVICE } from '../../vocabulary/madvice.js';
import { KPAGEFLAGS } from '../../vocabulary/page-flags.js';
import { PRCTL as PRCTL_CONSTANTS } from '../../vocabulary/prctl.js';

export const PROT = { none: 0, read: 1, write: 3, exec: 7 } as const;
export const MAP = { shared: 0x01, private: 0x02, anonymous: 0x20, populate: 0x8000, hugetlb: 0x40000, fixedNoReplace: 0x100000 } as const;
/** log2 of the size of a huge page stands there in the flags of mmap() and memfd_create(). */
export const HUGE_SHIFT = 26;
export const MFD_HUGETLB = 4;
export const O = { readWrite: 2, create: 0o100, direct: 0o40000 } as const;

/** With what the set-up of mappings needs besides the advice of steps. */
export const ADVICE: Readonly<Record<string, number>> = { ...numbersIn(MADVICE), MADV_NOHUGEPAGE: 15 };
export const PRCTL = numbersIn(PRCTL_CONSTANTS);

export const PROTECTION_WORDS: Readonly<Record<string, number>> = { PROT_NONE: 0, PROT_READ: 1, PROT_WRITE: 3 };
export const FALLOC: Readonly<Record<string, number>> = { PUNCH_HOLE: 3, ALLOCATE_RANGE: 0 };
export const SEEK: Readonly<Record<string, number>> = { SEEK_DATA: 3, SEEK_HOLE: 4 };
export const MREMAP = { mayMove: 1, fixed: 2, dontUnmap: 4 } as const;

/** Bits of /proc/kpageflags. */
export const KPF = { swapcache: KPAGEFLAGS.SWAPCACHE.bit, ksm: KPAGEFLAGS.KSM.bit, thp: KPAGEFLAGS.THP.bit } as const;

export const MEMORY_FOLDER = '/sys/devices/system/memory';
export const THP_FOLDER = '/sys/kernel/mm/transparent_hugepage';

function numbersIn(table: Readonly<Record<string, { readonly value: number }>>): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(table).map(([name, { value }]) => [name, value]));
}
