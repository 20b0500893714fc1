/** Mappings of memory that is neither anonymous nor a file's: what `map NAME = special WHAT` can name. */
import { isAvailable } from './availability.js';
import type { MainlineRelease } from './kernels.js';
import type { PageKindName } from './page-kinds.js';

export interface SpecialMapping {
    /** What the frames behind it are. */
    readonly pageKind: PageKindName;
    /** get_user_pages() reaches the frame, so madvise() can name it; else EFAULT. */
    readonly gup: boolean;
    /** First and last kernel in which it does, where that is not all of them. */
    readonly gupSince?: MainlineRelease;
    readonly gupUntil?: MainlineRelease;
    /** Mapped into every process by the kernel, which has one of it: never cut, and the same frames for all. */
    readonly ofKernel?: true;
    /** How it is mapped, where that is not for reading and writing; and whether mprotect() may make it writable. */
    readonly protection?: { readonly exec: boolean; readonly mayWrite: boolean };
    /** First byte of its first page, where that is known. */
    readonly content?: string;
    /** From that kernel on it begins with something that counts. */
    readonly changesSince?: MainlineRelease;
    readonly doc: string;
}

const ROWS = {
    vdso: { pageKind: 'kernel-data', gup: true, ofKernel: true, protection: { exec: true, mayWrite: true }, content: '\x7f', doc: 'Code that the kernel maps into every process: pages of the kernel image, PG_reserved. madvise() by one process hits it for all.' },
    vvar: { pageKind: 'driver', gup: true, ofKernel: true, protection: { exec: false, mayWrite: false }, gupSince: '7.3', changesSince: '6.15', doc: 'Data of the vDSO. A PFN map that get_user_pages() refuses up to 7.2; plain kernel pages with struct page in 7.3.' },
    io_uring: { pageKind: 'driver', gup: true, doc: 'Submission or completion ring. madvise() reaches it; up to 6.18 the caller\'s reference carries it past the grab, to `unknown page`.' },
    packet: { pageKind: 'driver-compound', gup: true, doc: 'Ring of a packet socket: a compound page that up to 6.18 is taken for a THP that cannot be split.' },
    perf: { pageKind: 'driver', gup: true, gupUntil: '6.12', doc: 'Ring buffer of a perf event. Up to 6.12 as io_uring; from 6.18 on it is a PFN map and get_user_pages() fails with EFAULT.' },
    devmem: { pageKind: 'mmio', gup: false, doc: 'Mapping of /dev/mem: a PFN map, EFAULT.' },
    pfnmap: { pageKind: 'pfnmap', gup: false, doc: 'Mapping of device memory by a driver that registered the range for memory errors.' },
    sgx: { pageKind: 'sgx', gup: false, doc: 'SGX enclave: a PFN map of enclave pages.' },
} as const satisfies Record<string, SpecialMapping>;

export type SpecialMappingName = keyof typeof ROWS;

export const SPECIAL_MAPPINGS: Readonly<Record<SpecialMappingName, SpecialMapping>> = ROWS;

/** Does that mapping begin with something that counts, so that nobody knows what a read gives? */
export function isChanging(name: SpecialMappingName, written: string): boolean {
    const { changesSince }: SpecialMapping = SPECIAL_MAPPINGS[name];
    return changesSince !== undefined && isAvailable({ since: changesSince }, { written, proposals: [] });
}

/** Does get_user_pages() reach the frames of that mapping on that kernel? */
export function reachableByGup(name: SpecialMappingName, written: string): boolean {
    const { gup, gupSince, gupUntil } = SPECIAL_MAPPINGS[name];
    return gup && isAvailable({ ...gupSince === undefined ? {} : { since: gupSince }, ...gupUntil === undefined ? {} : { until: gupUntil } }, { written, proposals: [] });
}
