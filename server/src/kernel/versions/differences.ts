import { compareKernels, KERNELS, type KernelVersion } from '../../vocabulary/kernels.js';

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
    /** Words of the vocabulary that mean something else with it; their hovers tell it. */
    readonly words: readonly string[];
    /** Why the model does not ask for it. */
    readonly notModelled?: string;
}

export const DIFFERENCES = {
    madviseIsActionRequired: { from: '6.12', evidence: 'recorded', words: ['madvise', 'MADV_HWPOISON', 'MF_ACTION_REQUIRED', 'BUS_MCEERR_AR'], effect: 'MADV_HWPOISON passes MF_ACTION_REQUIRED: the caller is signalled with BUS_MCEERR_AR inside the call.' },
    processMadviseOwnMm: { from: '6.18', evidence: 'derived', words: ['process_madvise'], effect: 'process_madvise() with MADV_HWPOISON or MADV_SOFT_OFFLINE is accepted for the own address space.' },
    grabFailureIsUnknown: { before: '6.12', evidence: 'recorded', words: ['MF_MSG_UNKNOWN', 'MF_MSG_GET_HWPOISON'], effect: 'A failed reference grab reports MF_MSG_UNKNOWN; later kernels report MF_MSG_GET_HWPOISON.' },
    callerReferenceSkipsGrab: { before: '7.0', evidence: 'recorded', words: ['madvise', 'MF_COUNT_INCREASED', 'MF_MSG_UNKNOWN'], effect: 'With MF_COUNT_INCREASED (madvise) the checks of the reference grab are skipped.' },
    slabIsNotHandlable: { from: '6.12', evidence: 'derived', words: ['slab'], effect: 'HWPoisonHandlable() rejects slab pages explicitly.' },
    kernelOwnedPages: { from: '7.3', evidence: 'recorded', words: ['MF_MSG_KERNEL', 'slab', 'page-table', 'large-kmalloc', 'reserved', 'ENOTRECOVERABLE'], effect: 'The grab classifies PG_reserved, slab, page-table and large-kmalloc pages as kernel-owned (-ENOTRECOVERABLE): MF_MSG_KERNEL.' },
    flagTableReservedRow: { before: '7.3', evidence: 'recorded', words: ['MF_MSG_KERNEL', 'zero-page'], effect: 'The flag table has a first row for PG_reserved: MF_MSG_KERNEL, Ignored.' },
    flagTableSlabRow: { before: '6.12', evidence: 'derived', words: ['MF_MSG_SLAB'], effect: 'The flag table has a row for slab pages: MF_MSG_SLAB.' },
    unknownStateFails: { before: '6.12', evidence: 'derived', words: ['MF_MSG_UNKNOWN'], effect: 'me_unknown() gives Failed; later kernels give Ignored.' },
    ksmNotHandled: { before: '6.6', evidence: 'recorded', words: ['merge', 'MF_MSG_UNMAP_FAILED'], effect: 'KSM pages cannot be unmapped: MF_MSG_UNMAP_FAILED.' },
    unmapFailureKills: { before: '6.12', evidence: 'recorded', words: ['MF_MSG_UNMAP_FAILED', 'SIGKILL'], effect: 'A page that stays mapped gives Ignored and SIGKILL; later kernels give Failed and SIGBUS.' },
    unsplitThpIsSilent: { before: '6.12', evidence: 'recorded', words: ['MF_MSG_UNSPLIT_THP'], effect: 'A large folio that cannot be split gives Ignored, -EBUSY and no signal; later kernels give Failed, -EHWPOISON and signals.' },
    minimumOrderSplit: { from: '7.0', evidence: 'derived', words: ['MF_MSG_UNSPLIT_THP'], effect: 'Large folios are split to the minimum order of their mapping.', notModelled: 'No file system with blocks larger than a page is described.' },
    alreadyPoisonedType: { from: '6.12', evidence: 'recorded', words: ['MF_MSG_ALREADY_POISONED', 'EHWPOISON'], effect: 'A second failure on a page is reported as MF_MSG_ALREADY_POISONED (or MF_MSG_HUGE for another raw page); older kernels print `already hardware poisoned`.' },
    hugetlbAddressIsRawPage: { from: '6.6', evidence: 'recorded', words: ['MF_MSG_HUGE', 'hugetlbfs'], effect: 'si_addr for hugetlb is the address of the raw page; in 6.1 it is the start of the huge page.' },
    hugetlbWalkFindsHead: { before: '6.12', evidence: 'derived', words: ['machine-check', 'hugetlb', 'BUS_MCEERR_AR'], effect: 'Action required for a hugetlb page that was poisoned before reports the start of the huge page; later kernels report the raw page.' },
    hugetlbPartialRead: { from: '6.6', evidence: 'recorded', words: ['pread', 'hugetlbfs'], effect: 'read() of a poisoned hugetlbfs page returns the bytes before the bad page; 6.1 fails for the whole huge page.' },
    filterAfterSplit: { before: '6.12', evidence: 'derived', words: ['corrupt-filter-enable'], effect: 'The hwpoison filter is consulted after the THP split.' },
    filteredDaxIsReported: { before: '6.6', evidence: 'derived', words: ['corrupt-filter-enable', 'MF_MSG_DAX', 'fsdax', 'devdax'], effect: 'A page of persistent memory that the hwpoison filter rejects is reported and counted as MF_MSG_DAX Failed; later kernels say nothing.' },
    nodeStatistics: { from: '6.6', evidence: 'recorded', words: ['node'], effect: 'Per-node memory_failure statistics exist.' },
    offlineIsNoPage: { before: '7.0', evidence: 'recorded', words: ['kpageflags', 'offline-block'], effect: 'kpageflags of offline and of device memory shows NOPAGE; later kernels show nothing. 6.18 and 7.0 were not looked at.' },
    blockOnlineRefused: { from: '6.6', evidence: 'recorded', words: ['online-block'], effect: 'A memory block with poisoned pages cannot be set online again (-EHWPOISON).' },
    enableSoftOffline: { from: '6.12', evidence: 'recorded', words: ['vm.enable_soft_offline', 'soft_offline_page'], effect: 'vm.enable_soft_offline exists.' },
    panicOnUnrecoverable: { from: '7.3', evidence: 'recorded', words: ['vm.panic_on_unrecoverable_memory_failure', 'MF_MSG_KERNEL'], effect: 'vm.panic_on_unrecoverable_memory_failure exists: panic on MF_MSG_KERNEL with result Ignored.' },
    pfnMapType: { from: '7.0', evidence: 'recorded', words: ['MF_MSG_PFN_MAP', 'pfnmap', 'mmio', 'beyond-ram'], effect: 'A pfn without struct page reports MF_MSG_PFN_MAP; older kernels print `memory outside kernel control`.' },
    ghesRunsHandlerInTask: { from: '6.18', evidence: 'derived', words: ['machine-check', 'arm64'], effect: 'A synchronous firmware error runs memory_failure() as task work of the task that took the abort, and a failure forces a plain SIGBUS; older kernels run the CPU\'s queue there and ignore the result.' },
    ghesNeedsStructPage: { before: '7.0', evidence: 'derived', words: ['machine-check', 'arm64', 'pfnmap', 'mmio', 'beyond-ram'], effect: 'A firmware error at an address without struct page is rejected: `Invalid address in generic error data`.' },
    ghesDropsDuplicates: { from: '7.0', evidence: 'derived', words: ['machine-check', 'arm64', 'BUS_OBJERR'], effect: 'A synchronous firmware record that repeats one of the last 10 s is not taken up: the abort ends in SIGBUS with BUS_OBJERR.' },
    frozenKernelPages: { from: '7.2', evidence: 'recorded', words: ['slab', 'large-kmalloc', 'unpoison-pfn'], effect: 'Slab and large-kmalloc pages have reference count 0.' },
    migratedPagesStayOffline: { from: '7.2', evidence: 'recorded', words: ['soft_offline_page', 'balloon', 'unpoison-pfn'], effect: 'A balloon page that soft offline has replaced keeps its page type, and unpoison refuses it silently; before, the type goes with the migration.' },
    outsideZoneOops: { from: '7.2', evidence: 'recorded', words: ['hole'], effect: 'A page of an online section beyond the end of its zone makes zone_pcp_disable() fault.' },
    splitWarnsOfHugeZero: { before: '6.6', evidence: 'recorded', words: ['huge-zero'], effect: 'Splitting the huge zero page prints a warning of huge_memory.' },
    mlocksLargeFolios: { from: '6.12', evidence: 'derived', words: ['mlock', 'mlocked', 'folio'], effect: 'mlock() marks a large folio that is mapped by PTEs, where all of it lies in the locked range; older kernels mark only huge pages that a PMD maps.' },
    hugeZeroWriteMakesThp: { from: '6.18', evidence: 'derived', words: ['thp', 'huge-zero', 'write'], effect: 'A write where the huge zero page is mapped makes a huge page; older kernels (up to 6.12) split the mapping and make a base page.' },
    synchronousSwapIsFreed: { from: '7.0', evidence: 'recorded', words: ['zram', 'swap', 'swapcache', 'MF_MSG_CLEAN_SWAPCACHE'], effect: 'A page that is read from zram (SWP_SYNCHRONOUS_IO) leaves the swap cache, with its slot, as soon as it is mapped: its only copy is in memory. Older kernels keep the slot.' },
    swapoffKeepsPoison: { from: '6.6', evidence: 'recorded', words: ['swapoff', 'BUS_ADRERR'], effect: 'swapoff() of a poisoned swap-cache page leaves a hwpoison entry (BUS_MCEERR_AR); in 6.1 the entry is a swap-in error (BUS_ADRERR).' },
    faultedPagesAreActive: { from: '6.6', evidence: 'recorded', words: ['soft_offline_page'], effect: 'Faulted pages start on an active list (multi-generation LRU is on); shows in the flags that soft offline prints.' },
    olderPageFlagOrder: { before: '6.12', evidence: 'recorded', words: ['soft_offline_page'], effect: 'Page flags are printed in the older order of their bits, with `mappedtodisk` for `owner_2`.' },
    secretmemIsMlocked: { from: '6.6', before: '7.2', evidence: 'recorded', words: ['secretmem'], effect: 'Pages of memfd_secret carry PG_mlocked.' },
    secretmemIsReferenced: { from: '7.2', evidence: 'recorded', words: ['secretmem'], effect: 'Pages of memfd_secret are marked as referenced when they are faulted in.' },
    stoppedCpuWarnsOfLmce: { before: '6.6', evidence: 'recorded', words: ['machine-check', 'machine-check-registers', 'panic'], effect: 'After a machine check that an emulator made up (`ecc simulated`), the CPU that a panic stops warns in lmce_supported(): IA32_FEAT_CTL was left unlocked.' },
    noRestartIpKillsNow: { before: '6.6', evidence: 'recorded', words: ['machine-check', 'machine-check-registers', 'RIPV'], effect: 'A machine check in user mode without a valid restart IP gives a plain SIGBUS and never reaches memory_failure().' },
    pinsEachPage: { before: '6.6', evidence: 'recorded', words: ['pin', 'io_uring', 'unpoison-pfn'], effect: 'A ring that registers a buffer takes a reference for each page of a huge page; later kernels take one for the folio.' },
    poisonedLargeFolioKeptBack: { from: '6.12', evidence: 'recorded', words: ['MF_MSG_UNSPLIT_THP'], effect: 'Freeing a large folio with a poisoned page keeps the poisoned page out of the allocator and frees the others.' },
    unpoisonNeedsStructPage: { from: '6.6', before: '6.12', evidence: 'derived', words: ['unpoison-pfn', 'ENXIO'], effect: 'unpoison-pfn of a pfn without struct page gives -ENXIO; other kernels give -EIO.' },
    mappedTestedFirstInUnpoison: { before: '6.6', evidence: 'derived', words: ['unpoison-pfn'], effect: 'unpoison tests "mapped" and "mapping" before the silent page-type test, and does not test the offline type.' },
} as const satisfies Record<string, Difference>;

export type DifferenceName = keyof typeof DIFFERENCES;

/** Does it hold in that kernel? */
export function holdsIn({ from, before }: Difference, version: KernelVersion): boolean {
    return (from === undefined || compareKernels(version, from) >= 0) && (before === undefined || compareKernels(version, before) < 0);
}

/** What is known of each described kernel: the same for every machine that runs it. */
const heldBy = new Map<KernelVersion, ReadonlySet<DifferenceName>>();

/** The differences that hold in that kernel. */
export function differencesIn(version: KernelVersion): ReadonlySet<DifferenceName> {
    const known = heldBy.get(version);
    if (known !== undefined) return known;
    const held = new Set((Object.entries(DIFFERENCES) as [DifferenceName, Difference][]).filter(([, difference]) => holdsIn(difference, version)).map(([name]) => name));
    heldBy.set(version, held);
    return held;
}

/** The described kernels in which it holds, oldest first. */
export function kernelsWith(difference: Difference): readonly KernelVersion[] {
    return KERNELS.map(({ version }) => version).filter((version) => holdsIn(difference, version));
}

/** `since 6.12`, `up to 6.6`, `from 6.6 to 6.18`. */
export function spanOf({ from, before }: Difference): string {
    const last = before === undefined ? undefined : KERNELS[KERNELS.findIndex(({ version }) => version === before) - 1]?.version;
    return from === undefined ? `up to ${last}` : last === undefined ? `since ${from}` : `from ${from} to ${last}`;
}
