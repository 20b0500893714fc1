import { changeIn, KERNEL_CHANGES, releasesOf, seriesOf, type ChangeInKernel, type KernelChange, type KernelChangeName } from '../../vocabulary/kernel-changes.js';
import { compareKernels, KERNELS, releaseOf, type KernelVersion, type Release } from '../../vocabulary/kernels.js';

/**
 * Where a difference begins or ends: with a change of vocabulary/kernel-changes, which says the releases; somewhere between a described
 * kernel and the one before it, where no commit is known; or with a mainline release of which running kernels of it and of the one before were asked.
 */
export type Bound = KernelVersion | AskedRelease | KernelChangeName;

/** Mainline releases that are not described. */
type AskedRelease = '6.19';

/**
 * What differs between kernels, by name. The model asks `profile.has(name)`; it never compares versions.
 * `from` inclusive, `before` exclusive; a difference without `from` holds from the oldest described kernel on.
 */
export interface Difference {
    readonly from?: Bound;
    readonly before?: Bound;
    /** What the kernel does where it holds. */
    readonly effect: string;
    readonly evidence: 'recorded' | 'derived';
    /** Words of the vocabulary that mean something else with it; their hovers tell it. */
    readonly words: readonly string[];
    /** Why the model does not ask for it. */
    readonly notModelled?: string;
}

export const DIFFERENCES = {
    madviseIsActionRequired: { from: 'madviseActionRequired', evidence: 'recorded', words: ['madvise', 'MADV_HWPOISON', 'MF_ACTION_REQUIRED', 'BUS_MCEERR_AR'], effect: 'MADV_HWPOISON passes MF_ACTION_REQUIRED: the caller is signalled with BUS_MCEERR_AR inside the call.' },
    processMadviseOwnMm: { from: 'processMadviseSelf', evidence: 'derived', words: ['process_madvise'], effect: 'process_madvise() with MADV_HWPOISON or MADV_SOFT_OFFLINE is accepted for the own address space.' },
    grabFailureIsUnknown: { before: 'actionResultMessages', evidence: 'recorded', words: ['MF_MSG_UNKNOWN', 'MF_MSG_GET_HWPOISON'], effect: 'A failed reference grab reports MF_MSG_UNKNOWN; later kernels report MF_MSG_GET_HWPOISON.' },
    callerReferenceSkipsGrab: { before: '6.19', evidence: 'recorded', words: ['madvise', 'MF_COUNT_INCREASED', 'MF_MSG_UNKNOWN'], effect: 'With MF_COUNT_INCREASED (madvise) the checks of the reference grab are skipped.' },
    slabIsNotHandlable: { from: '6.12', evidence: 'derived', words: ['slab'], effect: 'HWPoisonHandlable() rejects slab pages explicitly.' },
    kernelOwnedPages: { from: '7.3', evidence: 'recorded', words: ['MF_MSG_KERNEL', 'slab', 'page-table', 'large-kmalloc', 'reserved', 'ENOTRECOVERABLE'], effect: 'The grab classifies PG_reserved, slab, page-table and large-kmalloc pages as kernel-owned (-ENOTRECOVERABLE): MF_MSG_KERNEL.' },
    flagTableReservedRow: { before: '7.3', evidence: 'recorded', words: ['MF_MSG_KERNEL', 'zero-page'], effect: 'The flag table has a first row for PG_reserved: MF_MSG_KERNEL, Ignored.' },
    flagTableSlabRow: { before: 'flagTableWithoutSlab', evidence: 'derived', words: ['MF_MSG_SLAB'], effect: 'The flag table has a row for slab pages: MF_MSG_SLAB.' },
    unknownStateFails: { before: 'actionResultMessages', evidence: 'derived', words: ['MF_MSG_UNKNOWN'], effect: 'me_unknown() gives Failed; later kernels give Ignored.' },
    ksmNotHandled: { before: 'ksmHwpoison', evidence: 'recorded', words: ['merge', 'MF_MSG_UNMAP_FAILED'], effect: 'KSM pages cannot be unmapped: MF_MSG_UNMAP_FAILED.' },
    unmapFailureKills: { before: 'sigbusOnUnmapFailure', evidence: 'recorded', words: ['MF_MSG_UNMAP_FAILED', 'SIGKILL'], effect: 'A page that stays mapped gives Ignored and SIGKILL; later kernels give Failed and SIGBUS.' },
    unsplitThpIsSilent: { before: 'sigbusOnSplitFailure', evidence: 'recorded', words: ['MF_MSG_UNSPLIT_THP'], effect: 'A large folio that cannot be split gives Ignored, -EBUSY and no signal; later kernels give Failed, -EHWPOISON and signals.' },
    minimumOrderSplit: { from: '7.0', evidence: 'derived', words: ['MF_MSG_UNSPLIT_THP'], effect: 'Large folios are split to the minimum order of their mapping.', notModelled: 'No file system with blocks larger than a page is described.' },
    alreadyPoisonedType: { from: 'actionResultMessages', evidence: 'recorded', words: ['MF_MSG_ALREADY_POISONED', 'EHWPOISON'], effect: 'A second failure on a page is reported as MF_MSG_ALREADY_POISONED (or MF_MSG_HUGE for another raw page); older kernels print `already hardware poisoned`.' },
    hugetlbAddressIsRawPage: { from: 'collectProcsOfPage', evidence: 'recorded', words: ['MF_MSG_HUGE', 'hugetlbfs'], effect: 'si_addr for hugetlb is the address of the raw page; in 6.1 it is the start of the huge page.' },
    hugetlbWalkFindsHead: { before: 'hugetlbTailPfn', evidence: 'derived', words: ['machine-check', 'hugetlb', 'BUS_MCEERR_AR'], effect: 'Action required for a hugetlb page that was poisoned before reports the start of the huge page; later kernels report the raw page.' },
    hugetlbPartialRead: { from: 'hugetlbfsPartialRead', evidence: 'recorded', words: ['pread', 'hugetlbfs'], effect: 'read() of a poisoned hugetlbfs page returns the bytes before the bad page; 6.1 fails for the whole huge page.' },
    filterAfterSplit: { before: 'filterFirst', evidence: 'derived', words: ['corrupt-filter-enable'], effect: 'The hwpoison filter is consulted after the THP split.' },
    filteredDaxIsReported: { before: '6.6', evidence: 'derived', words: ['corrupt-filter-enable', 'MF_MSG_DAX', 'fsdax', 'devdax'], effect: 'A page of persistent memory that the hwpoison filter rejects is reported and counted as MF_MSG_DAX Failed; later kernels say nothing.' },
    nodeStatistics: { from: 'memoryFailureStatistics', evidence: 'recorded', words: ['node'], effect: 'Per-node memory_failure statistics exist.' },
    offlineIsNoPage: { before: '6.18', evidence: 'recorded', words: ['kpageflags', 'offline-block'], effect: 'kpageflags of offline and of device memory shows NOPAGE; later kernels show nothing.' },
    blockOnlineRefused: { from: 'memoryBlockPoisonCount', evidence: 'recorded', words: ['online-block'], effect: 'A memory block with poisoned pages cannot be set online again (-EHWPOISON).' },
    poisonedHugetlbStays: { from: 'hugetlbPoisonNotMigratable', evidence: 'recorded', words: ['offline-block', 'MF_MSG_HUGE'], effect: 'A huge page in use that memory_failure() has marked is not moved out of a memory block that goes offline, which then fails (-EBUSY); 6.1 tries to move it, in vain, until a signal comes (-EINTR).' },
    enableSoftOffline: { from: 'enableSoftOffline', evidence: 'recorded', words: ['vm.enable_soft_offline', 'soft_offline_page'], effect: 'vm.enable_soft_offline exists.' },
    panicOnUnrecoverable: { from: '7.3', evidence: 'recorded', words: ['vm.panic_on_unrecoverable_memory_failure', 'MF_MSG_KERNEL'], effect: 'vm.panic_on_unrecoverable_memory_failure exists: panic on MF_MSG_KERNEL with result Ignored.' },
    pfnMapType: { from: '7.0', evidence: 'recorded', words: ['MF_MSG_PFN_MAP', 'pfnmap', 'mmio', 'beyond-ram'], effect: 'A pfn without struct page reports MF_MSG_PFN_MAP; older kernels print `memory outside kernel control`.' },
    ghesRunsHandlerInTask: { from: 'ghesTaskWork', evidence: 'recorded', words: ['machine-check', 'arm64'], effect: 'A synchronous firmware error runs memory_failure() as task work of the task that took the abort, and a failure forces a plain SIGBUS; in older kernels a worker has run the CPU\'s queue before the task comes to it: nobody is current, and the result is ignored.' },
    ghesNeedsStructPage: { before: '7.0', evidence: 'recorded', words: ['machine-check', 'arm64', 'pfnmap', 'mmio', 'beyond-ram'], effect: 'A firmware error at an address without struct page is rejected: `Invalid address in generic error data`.' },
    ghesDropsDuplicates: { from: 'seaStorms', evidence: 'recorded', words: ['machine-check', 'arm64', 'BUS_OBJERR'], effect: 'A synchronous firmware record that repeats one of the last 10 s is not taken up: the abort ends in SIGBUS with BUS_OBJERR.' },
    amdAddressIsTaken: { before: '6.12', evidence: 'derived', words: ['machine-check', 'vendor'], effect: 'Whatever address a record of AMD holds is taken for one of the system; later kernels trust that of consumed poison only.' },
    machineChecksLoggedAtOnce: { from: '6.18', evidence: 'recorded', words: ['machine-check'], effect: '`Machine check events logged` is printed when the record is put down, also before a panic; older kernels print it later, after the collector\'s line, and at most twice a minute.' },
    deferredErrorsArePolled: { from: '7.0', evidence: 'derived', words: ['machine-check', 'vendor'], effect: 'The deferred error interrupt of AMD uses the poller, which grades the record; older kernels log it ungraded, so that nothing acts on it.' },
    fetchOfPoisonKeepsContext: { from: 'zenInstructionFetch', evidence: 'derived', words: ['machine-check', 'vendor'], effect: 'Poison that an instruction fetch of AMD consumed interrupts a known context, though the record has neither restart nor error IP; older kernels take it for one in the kernel and panic.' },
    stormsByBank: { from: 'cmciStormByBank', evidence: 'derived', words: ['machine-check'], effect: 'Storms of corrected errors are told bank by bank, from the fifth error of a minute on; older kernels count the interrupts of a second.' },
    frozenKernelPages: { from: '7.2', evidence: 'recorded', words: ['slab', 'large-kmalloc', 'unpoison-pfn'], effect: 'Slab and large-kmalloc pages have reference count 0.' },
    migratedPagesStayOffline: { from: '7.2', evidence: 'recorded', words: ['soft_offline_page', 'balloon', 'unpoison-pfn'], effect: 'A balloon page that soft offline has replaced keeps its page type, and unpoison refuses it silently; before, the type goes with the migration.' },
    outsideZoneOops: { from: 'outsideZoneFault', evidence: 'recorded', words: ['hole'], effect: 'A page of an online section beyond the end of its zone makes zone_pcp_disable() fault.' },
    splitWarnsOfHugeZero: { before: '6.6', evidence: 'recorded', words: ['huge-zero'], effect: 'Splitting the huge zero page prints a warning of huge_memory.' },
    mlocksLargeFolios: { from: '6.12', evidence: 'derived', words: ['mlock', 'mlocked', 'folio'], effect: 'mlock() marks a large folio that is mapped by PTEs, where all of it lies in the locked range; older kernels mark only huge pages that a PMD maps.' },
    hugeZeroWriteMakesThp: { from: 'thpOnHugeZeroWrite', evidence: 'recorded', words: ['thp', 'huge-zero', 'write'], effect: 'A write where the huge zero page is mapped makes a huge page; older kernels split the mapping and make a base page.' },
    mprotectCleansHugePages: { from: '6.6', before: 'hugeEntriesStayDirty', evidence: 'recorded', words: ['mprotect', 'thp', 'MF_MSG_CLEAN_LRU'], effect: 'On x86-64 mprotect() loses the dirty bit of the PMD of a transparent huge page: memory_failure() takes it for clean, and tells nobody.' },
    migrationWalkEndsAtPmd: { from: 'migrationWalkEnds', before: 'migrationWalkGoesOn', evidence: 'recorded', words: ['thp', 'fork', 'MF_MSG_UNSPLIT_THP'], effect: 'A huge page that several processes share, as after fork(), cannot be split where one that comes first maps it as a whole: memory_failure() and soft offline fail. Other kernels split it.' },
    mremapUnmapsFirst: { before: 'mremapOfManyVmas', evidence: 'recorded', words: ['mremap'], effect: 'mremap() to a given address unmaps what is there before it looks whether it can move anything: where it then fails, that is gone. Later kernels look first.' },
    mremapMovesManyVmas: { from: 'mremapOfManyVmas', evidence: 'recorded', words: ['mremap'], effect: 'mremap() to a given address moves ranges of several mappings, and leaves the holes between them as they are; older kernels move a range of one mapping only (EFAULT).' },
    guardMarkers: { from: 'guardMarkers', evidence: 'recorded', words: ['MADV_GUARD_INSTALL', 'MADV_GUARD_REMOVE'], effect: 'madvise() knows MADV_GUARD_INSTALL and MADV_GUARD_REMOVE; older kernels answer EINVAL.' },
    guardMarkersInFiles: { from: 'guardMarkersInFiles', evidence: 'derived', words: ['MADV_GUARD_INSTALL', 'MADV_GUARD_REMOVE'], effect: 'MADV_GUARD_INSTALL works in mappings of files and in shared memory; older kernels take private anonymous memory only (EINVAL).' },
    longtermPinsNoFiles: { from: 'longtermPinsOfFiles', evidence: 'recorded', words: ['pin', 'io_uring'], effect: 'A ring cannot pin pages of a shared mapping of a file on disk, or on ramfs (EFAULT).' },
    collapseOfNothingSucceeds: { from: '7.2', evidence: 'recorded', words: ['MADV_COLLAPSE'], effect: 'MADV_COLLAPSE of a range inside a huge page does nothing and returns 0; older kernels fail with EINVAL, unless the range begins with the huge page.' },
    procMemForcesTracersOnly: { from: '7.2', evidence: 'recorded', words: ['read-proc-mem', 'write-proc-mem'], effect: '/proc/PID/mem looks past the protection of a mapping for a tracer only (Debian builds with CONFIG_PROC_MEM_FORCE_PTRACE from 7.2 on); older kernels let everybody who may open it.' },
    faultedPagesAreReferenced: { from: '7.2', evidence: 'recorded', words: ['kpageflags', 'soft_offline_page'], effect: 'A page that a fault brings in carries PG_referenced from the start; in older kernels only get_user_pages(), read() and write() set it.' },
    anonymousPagesShowKsm: { from: '6.12', before: '7.1', evidence: 'recorded', words: ['kpageflags', 'KSM', 'corrupt-filter-flags-mask'], effect: 'kpageflags shows KSM for every anonymous page.' },
    statOfNothingFaults: { before: '6.12', evidence: 'recorded', words: ['move_pages'], effect: 'move_pages() tells -EFAULT of anonymous memory that nobody has touched; later kernels tell -ENOENT.' },
    tailsShowTheirOwnFlags: { before: '6.12', evidence: 'recorded', words: ['kpageflags', 'COMPOUND_TAIL'], effect: 'kpageflags of a tail page shows the flags of the tail itself, which has hardly any; later kernels show those of its head.' },
    dirtyLossSetsError: { before: '6.12', evidence: 'recorded', words: ['kpageflags', 'MF_MSG_DIRTY_LRU'], effect: 'A dirty page that is lost carries PG_error afterwards.' },
    movableOpsAreUptodate: { from: '6.18', evidence: 'recorded', words: ['kpageflags', 'balloon', 'zsmalloc'], effect: 'A page that its driver can move is marked with the bit of PG_uptodate, which kpageflags shows.' },
    pageTablesAreReferenced: { from: '6.18', evidence: 'recorded', words: ['kpageflags', 'page-table'], effect: 'kpageflags of a page table shows REFERENCED.' },
    shmemWriteChecksFolio: { from: '6.6', evidence: 'recorded', words: ['pwrite', 'tmpfs'], effect: 'write() refuses a large folio of shared memory that holds poison anywhere; 6.1 refuses only the bad page.' },
    synchronousSwapSkipsCache: { before: '7.0', evidence: 'recorded', words: ['zram', 'swap', 'swapcache', 'MF_MSG_CLEAN_LRU'], effect: 'A page that one page table alone has in zram (SWP_SYNCHRONOUS_IO) is read past the swap cache, and its slot is freed: it is a clean page of the LRU.' },
    synchronousSwapIsFreed: { from: '7.0', evidence: 'recorded', words: ['zram', 'swap', 'swapcache', 'MF_MSG_CLEAN_SWAPCACHE'], effect: 'A page that is read from zram (SWP_SYNCHRONOUS_IO) leaves the swap cache, with its slot, as soon as it is mapped: its only copy is in memory. Older kernels keep the slot.' },
    swapoffKeepsPoison: { from: 'swapoffHwpoison', evidence: 'recorded', words: ['swapoff', 'BUS_ADRERR'], effect: 'swapoff() of a poisoned swap-cache page leaves a hwpoison entry (BUS_MCEERR_AR); in 6.1 the entry is a swap-in error (BUS_ADRERR).' },
    uffdioPoison: { from: '6.6', evidence: 'recorded', words: ['uffdio-poison'], effect: 'userfaultfd has UFFDIO_POISON; older kernels refuse UFFD_FEATURE_POISON with EINVAL.' },
    punchHoleWritesBack: { before: '6.12', evidence: 'recorded', words: ['fallocate', 'PUNCH_HOLE', 'ext4'], effect: 'A hole in a file of ext4 that has dirty pages is punched after they were written, and fails with EIO, once, where an error of the file was not told by fsync() yet.' },
    faultedPagesAreActive: { from: '6.6', evidence: 'recorded', words: ['soft_offline_page'], effect: 'Faulted pages start on an active list (multi-generation LRU is on); shows in the flags that soft offline prints.' },
    firstTailHoldsOrder: { from: '6.12', evidence: 'recorded', words: ['hugetlb', 'soft_offline_page'], effect: 'The second page of a huge one holds its order where other pages have flags: of 2 MiB, soft offline prints `locked|uptodate` for it.' },
    olderPageFlagOrder: { before: '6.12', evidence: 'recorded', words: ['soft_offline_page'], effect: 'Page flags are printed in the older order of their bits, with `mappedtodisk` for `owner_2`.' },
    secretmemIsMlocked: { before: 'secretmemNotLocked', evidence: 'recorded', words: ['secretmem'], effect: 'Pages of memfd_secret carry PG_mlocked.' },
    secretmemIsLocked: { before: 'secretmemNotLocked', evidence: 'recorded', words: ['secretmem', 'madvise'], effect: 'Mappings of memfd_secret are VM_LOCKED: madvise() refuses what it refuses for locked memory.' },
    secretmemIsReferenced: { from: '7.2', evidence: 'recorded', words: ['secretmem'], effect: 'Pages of memfd_secret are marked as referenced when they are faulted in.' },
    stoppedCpuWarnsOfLmce: { before: '6.6', evidence: 'recorded', words: ['machine-check', 'machine-check-registers', 'panic'], effect: 'After a machine check that an emulator made up (`ecc simulated`), the CPU that a panic stops warns in lmce_supported(): IA32_FEAT_CTL was left unlocked.' },
    freshHugetlbStayedIsolated: { before: '6.12', evidence: 'recorded', words: ['hugetlb', 'soft_offline_page', 'MF_MSG_UNKNOWN'], effect: 'A huge page of hugetlb that was moved to a fresh one on the same node, because the pool had none free, is for good as if somebody were moving it: memory_failure() ignores it (MF_MSG_UNKNOWN, EBUSY), and it is not moved again (EIO). 6.16 to 7.1 do so again.' },
    freshHugetlbStaysIsolated: { from: 'migratedHugetlbPutBack', before: 'migratedHugetlbOnOneNode', evidence: 'recorded', words: ['hugetlb', 'soft_offline_page', 'MF_MSG_GET_HWPOISON'], effect: 'A huge page of hugetlb that was moved to a fresh one on the same node, because the pool had none free, is for good as if somebody were moving it: memory_failure() ignores it (EBUSY, it stays mapped), and it is not moved again (EIO). Other kernels handle it.' },
    machineCheckAddressUnmasked: { before: 'machineCheckAddressMasked', evidence: 'derived', words: ['machine-check-registers'], effect: 'Bits of MCi_ADDR above a physical address are taken for a part of it: no such page is the kernel\'s. Later kernels leave them out.' },
    noRestartIpKillsNow: { before: '6.6', evidence: 'recorded', words: ['machine-check', 'machine-check-registers', 'RIPV'], effect: 'A machine check in user mode without a valid restart IP gives a plain SIGBUS and never reaches memory_failure().' },
    directIoPins: { from: '6.6', evidence: 'derived', words: ['write-from', 'read-into'], effect: 'Direct I/O pins its pages: memory that a child shares since fork() is copied first, as process_vm_readv() does on every kernel.' },
    pinsEachPage: { before: '6.6', evidence: 'recorded', words: ['pin', 'io_uring', 'unpoison-pfn'], effect: 'A ring that registers a buffer takes a reference for each page of a huge page; later kernels take one for the folio.' },
    poisonedLargeFolioKeptBack: { from: '6.12', evidence: 'recorded', words: ['MF_MSG_UNSPLIT_THP'], effect: 'Freeing a large folio with a poisoned page keeps the poisoned page out of the allocator and frees the others.' },
    unpoisonNeedsStructPage: { before: 'unpoisonOnlinePage', evidence: 'derived', words: ['unpoison-pfn', 'ENXIO'], effect: 'unpoison-pfn of a pfn without struct page gives -ENXIO, and a page of an offline block is looked at as any other; later kernels give -EIO for both.' },
    mappedTestedFirstInUnpoison: { before: 'unpoisonMappedCheck', evidence: 'derived', words: ['unpoison-pfn'], effect: 'unpoison tests "mapped" and "mapping" before the silent page-type test, and does not test the offline type.' },
    accessWithoutMappingFails: { before: 'cleanPagesAreRecovered', evidence: 'derived', words: ['machine-check', 'BUS_MCEERR_AR', 'SI_KERNEL'], effect: 'Action required for a page that was poisoned before and that the task does not map any more, as a clean file page that was dropped, fails with -EFAULT: a needless SIGBUS without address. Later kernels take it for recovered.' },
    alreadyPoisonedIsCounted: { from: 'actionResultMessages', before: 'alreadyPoisonedOnce', evidence: 'derived', words: ['MF_MSG_ALREADY_POISONED', 'HardwareCorrupted'], effect: 'A second failure on a page prints `already hardware poisoned` and `recovery action for already poisoned: Failed`, and is counted again in HardwareCorrupted and the node statistics; for hugetlb pages only where action is required.' },
    secondRawPageIsAlreadyPoisoned: { before: 'hugetlbStatistics', evidence: 'derived', words: ['MF_MSG_HUGE', 'hugetlb'], effect: 'Another raw page of a poisoned hugetlb page counts in HardwareCorrupted, but not in the node statistics, and is reported as already poisoned; later kernels report MF_MSG_HUGE Failed.' },
    splitMapsZeroPages: { from: 'remapToZeropage', evidence: 'recorded', words: ['thp', 'soft_offline_page', 'memory_failure'], effect: 'Where an anonymous huge page is split, those of its pages that hold nothing but zeroes are given back, and the zero page is mapped in their place.' },
    deactivationForgetsUse: { from: 'lruGenClearsRefs', evidence: 'derived', words: ['drop_caches', 'kpageflags'], effect: 'drop_caches takes PG_referenced from the pages that it cannot drop (multi-generation LRU is on); older kernels leave it.' },
    truncationSplitsUnevenly: { from: 'truncationSplit', evidence: 'recorded', words: ['ftruncate', 'fallocate', 'folio'], effect: 'A truncation or a hole that cuts a large folio of a file halves it up to the edge: what is left of it are folios as large as their place allows. Older kernels leave single pages.' },
    partsForgetPoison: { from: 'truncationSplit', before: 'hasHwpoisonedKept', evidence: 'derived', words: ['ftruncate', 'fallocate', 'folio'], effect: 'A large folio that stayed whole with poison in it, and is cut by a truncation, leaves large folios of which nobody knows that they hold poison.' },
    splitReadsEachPage: { from: 'remapToZeropage', before: 'splitSkipsPoison', evidence: 'derived', words: ['thp', 'machine-check', 'memory_failure'], effect: 'Splitting an anonymous huge page looks for pages of zeroes, and reads the bad line where it stands before the first byte that is none: a second machine check, in the kernel, which panics. Later kernels leave the poisoned page out.' },
    splitLeavesHwpoisonEntries: { before: 'ttuHwpoison', evidence: 'derived', words: ['folio', 'MF_MSG_CLEAN_LRU'], effect: 'Splitting a large folio of a file that is mapped by PTEs leaves a hwpoison entry for the bad page, so that the next access to a clean page that was dropped ends in SIGBUS; later kernels read it again.' },
    copyOnWritePanics: { before: 'cowRecovers', evidence: 'derived', words: ['write', 'fork', 'BUS_MCEERR_AR'], effect: 'The copy of a copy-on-write that meets bad memory is a machine check in the kernel, which panics; later kernels give the writer SIGBUS.' },
    hugetlbCopyOnWritePanics: { before: 'hugetlbCowRecovers', evidence: 'derived', words: ['hugetlb', 'fork'], effect: 'The copy of a hugetlb page that meets bad memory is a machine check in the kernel, which panics; later kernels give the writer SIGBUS.' },
    faultCopyPanics: { before: 'faultCopiesRecover', evidence: 'derived', words: ['write', 'fork', 'private', 'latent'], effect: 'The first store to a private mapping of a file copies the page of the file, and fork() copies pages that are pinned for long: where that meets bad memory, it is a machine check in the kernel, which panics. Later kernels give the writer SIGBUS, and the fork fails.' },
    collapsePanics: { before: 'collapseCopyRecovers', evidence: 'derived', words: ['collapse', 'latent'], effect: 'Collapsing base pages into a huge one copies them: where that meets bad memory, it is a machine check in the kernel, which panics. Later kernels give up the collapse.' },
    migrationPanics: { before: 'migrationCopyRecovers', evidence: 'derived', words: ['soft_offline_page', 'move_pages', 'offline-block', 'latent'], effect: 'Moving a page to another frame copies it: where that meets bad memory, it is a machine check in the kernel, which panics. Later kernels leave the page where it is, and it is handled.' },
    softOfflineForgetsFailure: { before: 'softOfflineReturn', evidence: 'derived', words: ['soft_offline_page', 'EBUSY'], effect: 'Soft offline of a free page that could not be taken out of use returns 0; later kernels return -EBUSY.' },
    ghesSynchronousIsOptional: { before: 'ghesActionRequired', evidence: 'derived', words: ['machine-check', 'arm64', 'MF_ACTION_REQUIRED'], effect: 'A synchronous firmware error is handled as action optional: the task that consumed it is signalled as any other, by its policy.' },
    ghesOverridesPanicSetting: { before: 'ghesPanicSetting', evidence: 'derived', words: ['ghes', 'arm64', 'kernel.panic'], effect: 'A fatal firmware record panics with `Fatal hardware error!`, and boots again after 30 s where kernel.panic is 0; later kernels heed the setting, and say before the panic that it is 0.' },
    ghesUnqueuedIsSilent: { before: 'ghesSigbusIfNotRecovered', evidence: 'derived', words: ['machine-check', 'arm64', 'SI_KERNEL'], effect: 'A synchronous firmware error of which nothing could be queued gives no signal: the task goes back to the same access. Later kernels force a plain SIGBUS.' },
    unpoisonTakesHugeZero: { before: 'hugeZeroUnpoison', evidence: 'derived', words: ['unpoison-pfn', 'huge-zero'], effect: 'unpoison-pfn does not refuse the huge zero page, and drops a reference of it.' },
} as const satisfies Record<string, Difference>;

export type DifferenceName = keyof typeof DIFFERENCES;

/** The commit that a bound is known by. */
export function changeOf(bound: Bound | undefined): KernelChange | undefined {
    return bound === undefined || !Object.hasOwn(KERNEL_CHANGES, bound) ? undefined : KERNEL_CHANGES[bound as KernelChangeName];
}

/** The newest described kernel that is older than a release. */
function lastBefore(release: string): KernelVersion | undefined {
    return KERNELS.filter(({ version }) => compareKernels(version, release) < 0).at(-1)?.version;
}

/** Is what the bound says in that release? */
function boundIn(bound: Bound, release: Release): ChangeInKernel {
    const change = changeOf(bound);
    if (change !== undefined) return changeIn(change, release);
    const isDescribed = KERNELS.some(({ version }) => version === bound);
    const [before, series] = [isDescribed ? lastBefore(bound) : undefined, seriesOf(release)];
    const has = compareKernels(series, bound) >= 0;
    return { has, isCertain: has || before === undefined || compareKernels(series, before) <= 0 };
}

/** Does it hold in that release, and is that known? */
export function holdsInRelease({ from, before }: Difference, release: Release): ChangeInKernel {
    const [begun, ended] = [from === undefined ? undefined : boundIn(from, release), before === undefined ? undefined : boundIn(before, release)];
    return { has: begun?.has !== false && ended?.has !== true, isCertain: begun?.isCertain !== false && ended?.isCertain !== false };
}

/** Does it hold in that kernel, as it is written? */
export function holdsIn(difference: Difference, written: string): boolean {
    return holdsInRelease(difference, releaseOf(written)).has;
}

const ALL = Object.entries(DIFFERENCES) as readonly [DifferenceName, Difference][];

/** What is known of each release that was asked for: the same for every machine that runs it. */
const heldBy = new Map<Release, ReadonlySet<DifferenceName>>();

/** The differences that hold in that kernel, as it is written. */
export function differencesIn(written: string): ReadonlySet<DifferenceName> {
    const release = releaseOf(written);
    const known = heldBy.get(release);
    if (known !== undefined) return known;
    const held = new Set(ALL.filter(([, difference]) => holdsIn(difference, release)).map(([name]) => name));
    heldBy.set(release, held);
    return held;
}

/** The described kernels in which it holds, oldest first. */
export function kernelsWith(difference: Difference): readonly KernelVersion[] {
    return KERNELS.map(({ version }) => version).filter((version) => holdsIn(difference, version));
}

/** `since 6.11`, `before 6.15, 6.12.24 and 6.1.135`, `from 6.6 to 6.18`: with the releases where a commit is known, else the described kernels. */
export function spanOf({ from, before }: Difference): string {
    const [begun, ended] = [changeOf(from), changeOf(before)];
    const last = before === undefined || ended !== undefined ? undefined : lastBefore(before);
    if (begun === undefined && ended === undefined && from !== undefined && last !== undefined) return `from ${from} to ${last}`;
    const since = from === undefined ? [] : [`since ${begun === undefined ? from : releasesOf(begun)}`];
    const until = before === undefined ? [] : [ended === undefined ? `up to ${last}` : `before ${releasesOf(ended)}`];
    return [...since, ...until].join(', ');
}
