import type { KernelVersion } from '../../vocabulary/kernels.js';

/**
 * What differs between kernels, by name. The model asks `profile.has(name)`; it never compares versions.
 * `from` inclusive, `before` exclusive; a difference without `from` holds from the oldest described kernel on.
 */
export interface Difference {
    readonly from?: KernelVersion;
    readonly before?: KernelVersion;
    /** What the kernel does where it holds. */
    readonly effect: string;
    readonly evidence: 'recorded' | 'derived';
}

export const DIFFERENCES = {
    madviseIsActionRequired: { from: '6.12', evidence: 'recorded', effect: 'MADV_HWPOISON passes MF_ACTION_REQUIRED: the caller is signalled with BUS_MCEERR_AR inside the call.' },
    processMadviseOwnMm: { from: '6.18', evidence: 'derived', effect: 'process_madvise() with MADV_HWPOISON or MADV_SOFT_OFFLINE is accepted for the own address space.' },
    grabFailureIsUnknown: { before: '6.12', evidence: 'recorded', effect: 'A failed reference grab reports MF_MSG_UNKNOWN; later kernels report MF_MSG_GET_HWPOISON.' },
    callerReferenceSkipsGrab: { before: '7.0', evidence: 'recorded', effect: 'With MF_COUNT_INCREASED (madvise) the checks of the reference grab are skipped.' },
    slabIsNotHandlable: { from: '6.12', evidence: 'derived', effect: 'HWPoisonHandlable() rejects slab pages explicitly.' },
    kernelOwnedPages: { from: '7.3', evidence: 'recorded', effect: 'The grab classifies PG_reserved, slab, page-table and large-kmalloc pages as kernel-owned (-ENOTRECOVERABLE): MF_MSG_KERNEL.' },
    flagTableReservedRow: { before: '7.3', evidence: 'recorded', effect: 'The flag table has a first row for PG_reserved: MF_MSG_KERNEL, Ignored.' },
    flagTableSlabRow: { before: '6.12', evidence: 'derived', effect: 'The flag table has a row for slab pages: MF_MSG_SLAB.' },
    unknownStateFails: { before: '6.12', evidence: 'derived', effect: 'me_unknown() gives Failed; later kernels give Ignored.' },
    ksmNotHandled: { before: '6.6', evidence: 'recorded', effect: 'KSM pages cannot be unmapped: MF_MSG_UNMAP_FAILED.' },
    unmapFailureKills: { before: '6.12', evidence: 'recorded', effect: 'A page that stays mapped gives Ignored and SIGKILL; later kernels give Failed and SIGBUS.' },
    unsplitThpIsSilent: { before: '6.12', evidence: 'recorded', effect: 'A large folio that cannot be split gives Ignored, -EBUSY and no signal; later kernels give Failed, -EHWPOISON and signals.' },
    minimumOrderSplit: { from: '7.0', evidence: 'derived', effect: 'Large folios are split to the minimum order of their mapping.' },
    alreadyPoisonedType: { from: '6.12', evidence: 'recorded', effect: 'A second failure on a page is reported as MF_MSG_ALREADY_POISONED (or MF_MSG_HUGE for another raw page); older kernels print `already hardware poisoned`.' },
    hugetlbAddressIsRawPage: { from: '6.6', evidence: 'recorded', effect: 'si_addr for hugetlb is the address of the raw page; in 6.1 it is the start of the huge page.' },
    hugetlbPartialRead: { from: '6.6', evidence: 'recorded', effect: 'read() of a poisoned hugetlbfs page returns the bytes before the bad page; 6.1 fails for the whole huge page.' },
    filterAfterSplit: { before: '6.12', evidence: 'derived', effect: 'The hwpoison filter is consulted after the THP split.' },
    nodeStatistics: { from: '6.6', evidence: 'recorded', effect: 'Per-node memory_failure statistics exist.' },
    blockOnlineRefused: { from: '6.6', evidence: 'recorded', effect: 'A memory block with poisoned pages cannot be set online again (-EHWPOISON).' },
    enableSoftOffline: { from: '6.12', evidence: 'recorded', effect: 'vm.enable_soft_offline exists.' },
    panicOnUnrecoverable: { from: '7.3', evidence: 'recorded', effect: 'vm.panic_on_unrecoverable_memory_failure exists: panic on MF_MSG_KERNEL with result Ignored.' },
    pfnMapType: { from: '7.0', evidence: 'recorded', effect: 'A pfn without struct page reports MF_MSG_PFN_MAP; older kernels print `memory outside kernel control`.' },
    frozenKernelPages: { from: '7.2', evidence: 'recorded', effect: 'Slab and large-kmalloc pages have reference count 0.' },
    outsideZoneOops: { from: '7.2', evidence: 'recorded', effect: 'A page of an online section beyond the end of its zone makes zone_pcp_disable() fault.' },
    splitWarnsOfHugeZero: { before: '6.6', evidence: 'recorded', effect: 'Splitting the huge zero page prints a warning of huge_memory.' },
    swapoffKeepsPoison: { from: '6.6', evidence: 'recorded', effect: 'swapoff() of a poisoned swap-cache page leaves a hwpoison entry (BUS_MCEERR_AR); in 6.1 the entry is a swap-in error (BUS_ADRERR).' },
    faultedPagesAreActive: { from: '6.6', evidence: 'recorded', effect: 'Faulted pages start on an active list (multi-generation LRU is on); shows in the flags that soft offline prints.' },
    secretmemIsMlocked: { from: '6.6', before: '7.0', evidence: 'recorded', effect: 'Pages of memfd_secret carry PG_mlocked.' },
    secretmemIsReferenced: { from: '7.0', evidence: 'recorded', effect: 'Pages of memfd_secret are marked as referenced when they are faulted in.' },
    noRestartIpKillsNow: { before: '6.6', evidence: 'recorded', effect: 'A machine check in user mode without a valid restart IP gives a plain SIGBUS and never reaches memory_failure().' },
    poisonedLargeFolioKeptBack: { from: '6.12', evidence: 'recorded', effect: 'Freeing a large folio with a poisoned page keeps the poisoned page out of the allocator and frees the others.' },
    unpoisonNeedsStructPage: { from: '6.6', before: '6.12', evidence: 'derived', effect: 'unpoison-pfn of a pfn without struct page gives -ENXIO; other kernels give -EIO.' },
    mappedTestedFirstInUnpoison: { before: '6.6', evidence: 'derived', effect: 'unpoison tests "mapped" and "mapping" before the silent page-type test, and does not test the offline type.' },
} as const satisfies Record<string, Difference>;

export type DifferenceName = keyof typeof DIFFERENCES;
