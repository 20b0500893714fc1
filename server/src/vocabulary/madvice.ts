/** madvise() advice values. */

import type { MainlineRelease } from './kernels.js';

export interface Madvice {
    readonly value: number;
    /** First kernel whose process_madvise() takes it, for the caller's own memory; EINVAL before. */
    readonly processMadviseSince?: MainlineRelease;
    readonly doc: string;
}

const ROWS = {
    MADV_WILLNEED: { value: 3, doc: 'Start to read the range: page cache of files, pages in swap.' },
    MADV_DONTNEED: { value: 4, doc: 'Drop the mappings of the range. Removes hwpoison entries: anonymous memory there is zero-filled at the next touch.' },
    MADV_FREE: { value: 8, doc: 'Lazy free of anonymous memory: until it is written again the pages are clean and may be dropped. Removes hwpoison entries.' },
    MADV_MERGEABLE: { value: 12, doc: 'Let KSM merge pages of the range with equal ones.' },
    MADV_HUGEPAGE: { value: 14, doc: 'Use transparent huge pages for the range.' },
    MADV_COLD: { value: 20, doc: 'Deactivate the pages: first in line for reclaim.' },
    MADV_PAGEOUT: { value: 21, doc: 'Reclaim the pages of the range now: anonymous memory to swap, file pages written back and dropped.' },
    MADV_POPULATE_READ: { value: 22, doc: 'Fault the range in for reading. A hwpoison entry gives EHWPOISON.' },
    MADV_POPULATE_WRITE: { value: 23, doc: 'Fault the range in for writing. A hwpoison entry gives EHWPOISON.' },
    MADV_REMOVE: { value: 9, doc: 'Punch a hole into the file behind a shared mapping, as fallocate() does.' },
    MADV_COLLAPSE: { value: 25, doc: 'Make a huge page of the base pages of the range now; EINVAL where one of them is poisoned or cannot be moved.' },
    MADV_GUARD_INSTALL: { value: 102, doc: 'Drop what is mapped and leave guard markers: who touches the range gets SIGSEGV. From 6.13 on.' },
    MADV_GUARD_REMOVE: { value: 103, doc: 'Take guard markers away; the range is empty afterwards. From 6.13 on.' },
    MADV_HWPOISON: { value: 100, processMadviseSince: '6.13', doc: 'Poison the pages of the range (CAP_SYS_ADMIN). Each page is faulted in for reading, then memory_failure() is called, since 6.11 as action required; the walk steps by the folio it finds, so a range over a THP poisons one page of it. Never-written anonymous memory poisons the zero page.' },
    MADV_SOFT_OFFLINE: { value: 101, processMadviseSince: '6.13', doc: 'Soft offline the pages of the range (CAP_SYS_ADMIN): contents are migrated away and the old frames taken out of use. Nobody is killed.' },
} as const satisfies Record<string, Madvice>;

export type MadviceName = keyof typeof ROWS;

export const MADVICE: Readonly<Record<MadviceName, Madvice>> = ROWS;
