/**
 * Which release brought which change: commits of mainline with the stable releases that took them over. A difference of the model
 * (kernel/versions/differences.ts) begins or ends with one of them; the others stand here with the reason why no outcome changes.
 */
import { compareKernels, KERNELS, releaseOf, type MainlineRelease, type Release } from './kernels.js';
import { withFields } from './with-words.js';
import { KERNEL_CHANGE_TITLES } from './words/kernel-change-words.js';

export interface KernelChange {
    /** First line of the commit, or of the series that it belongs to. */
    readonly title: string;
    /** Abbreviated id in mainline, where it is known. */
    readonly commit?: string;
    /** First mainline release that has it; where that was not looked up, the one without it and the one with it that were compared. */
    readonly mainline: MainlineRelease | { readonly after: MainlineRelease; readonly by: MainlineRelease };
    /** The first release of each stable series that took it over. */
    readonly stable?: readonly Release[];
    /** Releases that have it, of series of which the first one with it is not known. */
    readonly seenIn?: readonly Release[];
    /** No fix: stable kernels do not take such changes over. */
    readonly isFeature?: true;
    /** Why no outcome that the model describes changes with it. */
    readonly changesNothing?: string;
    /** The same of one series. */
    readonly changesNothingIn?: Readonly<Record<string, string>>;
}

/** Up to which release each series was read, by source or by the list of its commits; of other series only the mainline release was. */
export const READ_UP_TO: Readonly<Record<string, number>> = { '6.1': 192, '6.6': 93, '6.12': 117, '6.18': 15, '7.0': 13, '7.1': 13, '7.2': 13, '7.3': 4 };

const ONLY_RACE = 'It closes a window between two CPUs that no step opens.';
const ONLY_INJECTOR = 'The mce-inject module is not described.';
const NOT_HWPOISON = 'It does not touch what happens to a page in error.';
const OLDER = 'Every described kernel has it.';

const ROWS = {
    // Features and fixes of mainline between the described kernels.
    memoryBlockPoisonCount: { commit: '5033091de814', mainline: '6.2', isFeature: true },
    hugetlbPoisonNotMigratable: { mainline: '6.2', isFeature: true },
    memoryFailureStatistics: { commit: '44b8f8bf2438', mainline: '6.3', isFeature: true },
    ksmHwpoison: { commit: '4248d0083ec5', mainline: '6.4', isFeature: true },
    unpoisonMappedCheck: { commit: 'faeb2ff2c1c5', mainline: '6.5', stable: ['6.4.11'] },
    hugetlbCowRecovers: { commit: '1cb9dc4b475c', mainline: '6.4', isFeature: true },
    collapseCopyRecovers: { commit: '98c76c9f1ef7', mainline: '6.4', isFeature: true },
    hugetlbfsPartialRead: { commit: '38c1ddbde6c6', mainline: '6.6', isFeature: true },
    swapoffHwpoison: { commit: 'f985fc322063', mainline: '6.6' },
    collectProcsOfPage: { commit: '376907f3a0b3', mainline: '6.8', stable: ['6.6.11'] },
    cmciStormByBank: { commit: '1f68ce2a0272', mainline: '6.8', isFeature: true },
    flagTableWithoutSlab: { mainline: '6.11', isFeature: true },
    actionResultMessages: { commit: 'b8b9488d50b7', mainline: '6.11', isFeature: true },
    madviseActionRequired: { mainline: '6.11', isFeature: true },
    sigbusOnUnmapFailure: { mainline: '6.11', isFeature: true },
    sigbusOnSplitFailure: { mainline: '6.11', isFeature: true },
    filterFirst: { mainline: '6.11', isFeature: true },
    enableSoftOffline: { commit: '56374430c5df', mainline: '6.11', isFeature: true },
    migrationCopyRecovers: { commit: '060913999d7a', mainline: '6.11', isFeature: true },
    faultCopiesRecover: { commit: 'aa549f923f5e', mainline: '6.12', isFeature: true },
    remapToZeropage: { commit: 'b1f202060afe', mainline: '6.12', isFeature: true },
    thpOnHugeZeroWrite: { commit: '1ced09e0331f', mainline: '6.13', isFeature: true },
    processMadviseSelf: { mainline: '6.13', isFeature: true },
    guardMarkers: { mainline: '6.13', isFeature: true },
    hugeEntriesStayDirty: { mainline: { after: '7.1', by: '7.2' }, stable: ['6.12.117'] },
    secretmemNotLocked: { mainline: { after: '7.1', by: '7.2' }, stable: ['6.1.192', '6.12.117'] },
    migrationWalkEnds: { mainline: '6.16', isFeature: true },
    migrationWalkGoesOn: { mainline: '7.0' },
    mremapOfManyVmas: { mainline: '6.17', isFeature: true },
    outsideZoneFault: { mainline: { after: '6.12', by: '6.16' }, isFeature: true },
    guardMarkersInFiles: { commit: 'f807123d578d', mainline: '6.15', isFeature: true },
    migratedHugetlbPutBack: { mainline: { after: '6.12', by: '6.16' }, isFeature: true },
    migratedHugetlbOnOneNode: { mainline: { after: '7.1', by: '7.2' } },
    machineCheckAddressMasked: { commit: '8a01ec97dc06', mainline: '6.3', isFeature: true },
    lruGenClearsRefs: { mainline: '6.14', isFeature: true },
    truncationSplit: { commit: '7460b470a131', mainline: '6.15', isFeature: true },
    longtermPinsOfFiles: { commit: '8ac268436e6d', mainline: '6.5', isFeature: true },
    ghesTaskWork: { commit: 'c1f1fda14137', mainline: '6.17', isFeature: true },

    // By the lists of the stable releases.
    apeiNoTaskWorkForKernelThreads: { mainline: '6.1', stable: ['6.0.3'], changesNothing: OLDER },
    mcePoisonRange: { commit: 'f9781bb18ed8', mainline: '6.1', stable: ['6.0.3'], changesNothing: OLDER },
    ghesPoolOverflow: { mainline: '6.1', stable: ['6.0.8'], changesNothing: OLDER },
    amdDeferredInThreshold: { commit: 'bc1b705b0eee', mainline: '6.2', stable: ['6.1.4'], changesNothing: 'Which interrupt of an AMD CPU finds a deferred error is not described; before, it was logged twice.' },
    ttuHwpoison: { commit: '6da6b1d4a7df', mainline: '6.3', stable: ['6.1.16'] },
    cowRecovers: { commit: 'a873dfe1032a', mainline: '6.2', stable: ['6.1.37'] },
    cowTakesOffline: { commit: 'd302c2398ba2', mainline: '6.2', stable: ['6.1.37'], changesNothing: 'It came with the release before which such a copy panics.' },
    softOfflineReturn: { commit: 'e2c1ab070fdc', mainline: '6.5', stable: ['6.1.50', '6.4.13'] },
    zenInstructionFetch: { commit: '4240e2ebe675', mainline: '6.6', stable: ['6.1.53'] },
    hardwareCheckInUnpoison: { mainline: '6.5', stable: ['6.4.8'], changesNothing: 'It concerns pages of a huge page that was split since; their marks are followed page by page here.' },
    unpoisonReturn: { mainline: '6.5', stable: ['6.4.11'], changesNothing: ONLY_RACE },
    aerMultipleSections: { mainline: '6.7', stable: ['6.5.13'], changesNothing: NOT_HWPOISON },
    loffIndex: { commit: '39ebd6dce62d', mainline: '6.7', stable: ['6.1.71', '6.6.10'], changesNothing: 'On 64 bits a page index does not overflow.' },
    mapcountOfPage: { commit: 'c79c5a0a00a9', mainline: '6.7', stable: ['6.1.71', '6.6.10'], changesNothing: 'Where it looks, a folio is a base page or a hugetlb page, and both are mapped as a whole.' },
    truncateFolio: { mainline: '6.7', stable: ['6.1.72'], changesNothing: 'The same in other words.' },
    cxlPoisonLists: { mainline: '6.7', stable: ['6.6.11'], changesNothing: NOT_HWPOISON },
    cxlInjectPoison: { mainline: '6.7', stable: ['6.6.11'], changesNothing: NOT_HWPOISON },
    cxlTrace: { mainline: '6.9', stable: ['6.7.12'], changesNothing: NOT_HWPOISON },
    mceInjectStatus: { mainline: '6.8', stable: ['6.1.75', '6.6.14'], changesNothing: ONLY_INJECTOR },
    ghesActionRequired: { commit: 'a70297d22132', mainline: '6.8', stable: ['6.1.77'], seenIn: ['6.6.93'] },
    fatalPageIsPoisoned: { commit: '9f3b130048bf', mainline: '6.8', stable: ['6.1.77'], changesNothing: 'The crash kernel that reads the dead one is not described.' },
    vmemmapDeadlock: { commit: '1983184c22dd', mainline: '6.9', stable: ['6.1.88'], changesNothing: ONLY_RACE },
    pfnSwapEntry: { mainline: '6.9', stable: ['6.1.91'], changesNothing: 'Only a check of CONFIG_DEBUG_VM.' },
    hugeZeroUnpoison: { commit: 'fe6f86f4b408', mainline: '6.10', stable: ['6.1.95', '6.6.35', '6.9.6'] },
    dissolvedNotTaken: { commit: '8cf360b9d6a8', mainline: '6.10', stable: ['6.1.95'], changesNothing: ONLY_RACE },
    memoryFailureRawLock: { mainline: '6.11', stable: ['6.1.107', '6.10.7'], changesNothing: 'Only with PREEMPT_RT, which is not described.' },
    ghesPanicSetting: { commit: '5c0e00a391dd', mainline: '6.14', stable: ['6.1.129', '6.12.14'] },
    cleanPagesAreRecovered: { commit: 'aaf99ac2ceb7', mainline: '6.15', stable: ['6.1.135', '6.6.88', '6.12.24', '6.14.3'] },
    containHwpoisonedPage: { commit: '5f5ee52d4f58', mainline: '6.15', stable: ['6.12.24'], changesNothing: 'A helper that other changes use.' },
    lockBeforeUnmap: { commit: 'af288a426c3e', mainline: '6.14', stable: ['6.1.140', '6.12.19'], changesNothing: ONLY_RACE },
    unmapPoisonedFlag: { commit: 'b81679b1633a', mainline: '6.14', stable: ['6.12.19'], changesNothing: 'For callers outside memory_failure() that have no page of the swap cache in hand here.' },
    sgxReclaim: { commit: 'ed16618c380c', mainline: '6.16', stable: ['6.1.142', '6.12.35'], changesNothing: 'Reclaim of enclave pages is not described.' },
    sdeiWithoutGhes: { mainline: '6.16', stable: ['6.1.142', '6.12.34'], changesNothing: NOT_HWPOISON },
    copyFromUser: { commit: '1a15bb8303b6', mainline: '6.15', stable: ['6.1.191', '6.12.23'], changesNothing: 'Only for the copies of futex() and those past the caches, which a CPU\'s `copy-from-user` does not tell from others.' },
    reclaimOfPoison: { commit: '1b0449544c64', mainline: '6.15', stable: ['6.12.26'], changesNothing: 'Before, the same page was unmapped by the ordinary way of reclaim, which makes hwpoison entries as well.' },
    reclaimOfLargePoison: { commit: '9f1e8cd0b7c4', mainline: '6.16', stable: ['6.12.41'], changesNothing: 'Reclaim of a large folio that stayed whole with poison in it is not described.' },
    amdBlockNames: { mainline: '6.16', stable: ['6.1.149', '6.12.39'], changesNothing: NOT_HWPOISON },
    amdThresholdReset: { commit: '5f6e3b720694', mainline: '6.16', stable: ['6.1.146', '6.12.39'], changesNothing: 'Thresholds in the CPU are not described.' },
    mceSysfsOfThresholds: { mainline: '6.16', stable: ['6.1.146', '6.12.39'], changesNothing: NOT_HWPOISON },
    pollingTimer: { mainline: '6.16', stable: ['6.12.39'], changesNothing: 'When the poller looks is said by the step.' },
    cmciAtShutdown: { mainline: '6.16', stable: ['6.1.146', '6.12.39'], changesNothing: 'Only in the next kernel, which clears the banks.' },
    ghesTaint: { mainline: '6.17', stable: ['6.1.149', '6.12.43'], changesNothing: 'Taint letters are not shown.' },
    ghesSigbusIfNotRecovered: { commit: '79a5ae3c4c5e', mainline: '6.17', stable: ['6.1.164', '6.12.43', '6.16.2'] },
    pfnmapWalk: { commit: '2e6053fea379', mainline: '6.17', stable: ['6.1.149', '6.12.44'], changesNothing: 'Pages that have a struct page and stand in a VM_PFNMAP mapping are not described.' },
    unpoisonOnlinePage: { commit: 'd613f53c83ec', mainline: '6.17', stable: ['6.1.153', '6.12.48', '6.16.8'] },
    alreadyPoisonedOnce: { commit: '3be306cccdcc', mainline: '6.17', stable: ['6.12.48', '6.16.8'] },
    splitSkipsPoison: { commit: '841a8bfcbad9', mainline: '6.18', stable: ['6.12.56', '6.17.6'] },
    hasHwpoisonedKept: { commit: 'fa5a06170036', mainline: '6.18', stable: ['6.12.59'], changesNothingIn: { '6.12': 'Its folios are split into pages, and no file system where they cannot be is described.' } },
    smcaPollBit: { commit: 'd7ac083f095d', mainline: '6.19', stable: ['6.12.64'], changesNothing: 'Which banks are polled is not described.' },
    hugetlbStatistics: { commit: 'a148a2040191', mainline: '6.19', stable: ['6.1.176', '6.12.69'], seenIn: ['6.18.15'], changesNothingIn: { '6.1': 'It has no statistics of nodes, and HardwareCorrupted was counted before.' } },
    hugetlbTailPfn: { commit: '057a6f2632c9', mainline: '6.19', stable: ['6.12.69'], seenIn: ['6.18.15'] },
    ghesArmSections: { mainline: '7.0', stable: ['6.12.75'], changesNothing: 'Only for records that contradict themselves.' },
    ghesRecordLength: { mainline: '7.0', stable: ['6.1.165', '6.12.75'], changesNothing: 'Only for records that contradict themselves.' },
    migrateRangePoison: { mainline: { after: '6.18', by: '7.2' }, stable: ['6.12.86'], changesNothing: 'Offlining a block with a large folio that stayed whole with poison in it is not described.' },
    memoryBlockReference: { mainline: { after: '7.0', by: '7.2' }, stable: ['6.12.92'], changesNothing: 'A leak of the kernel\'s own.' },
    hugetlbLockDeadlock: { mainline: { after: '7.0', by: '7.2' }, stable: ['6.1.176', '6.12.94'], changesNothing: ONLY_RACE },
    mceEarlyInit: { mainline: '6.18', stable: ['6.12.105'], changesNothing: NOT_HWPOISON },
    armSectionLength: { commit: '903308ea40ad', mainline: '7.3', stable: ['6.12.109'], changesNothing: 'Only for records that contradict themselves.' },
    cxlPoisonLoop: { mainline: { after: '7.1', by: '7.3' }, stable: ['6.12.110'], changesNothing: NOT_HWPOISON },
    cxlCperLocks: { mainline: { after: '7.1', by: '7.3' }, stable: ['6.12.111'], changesNothing: NOT_HWPOISON },
    gfs2Poisoning: { mainline: { after: '7.1', by: '7.3' }, stable: ['6.12.111'], changesNothing: 'Poisoning of freed memory, another thing of that name.' },
    debugRegisters: { mainline: { after: '7.1', by: '7.3' }, stable: ['6.12.112', '7.2.9'], changesNothing: NOT_HWPOISON },
    giganticWithoutRuntime: { mainline: { after: '7.1', by: '7.3' }, stable: ['6.12.112', '7.2.9'], changesNothing: 'Every described architecture can free gigantic pages at run time.' },
    listPoison: { mainline: { after: '7.2', by: '7.4' }, stable: ['6.12.115', '7.3.2'], changesNothing: 'Poisoning of list heads, another thing of that name.' },
    seaStorms: { commit: 'e61487226b7d', mainline: '7.3', stable: ['6.12.117'] },
    queuedAcrossSections: { mainline: { after: '7.2', by: '7.4' }, stable: ['6.12.118', '7.3.4'], changesNothing: 'Only for a record with several sections behind one synchronous abort.' },
} as const satisfies Record<string, Omit<KernelChange, 'title'>>;

export type KernelChangeName = keyof typeof ROWS;

export const KERNEL_CHANGES: Readonly<Record<KernelChangeName, KernelChange>> = /* @__PURE__ */ withFields<KernelChangeName, Omit<KernelChange, 'title'>, 'title'>(ROWS, ['title'], (name) => ({ title: KERNEL_CHANGE_TITLES[name] }));

/** Whether a kernel has a change, and whether that is known. */
export interface ChangeInKernel {
    readonly has: boolean;
    readonly isCertain: boolean;
}

/** Where a change is in a release: by its mainline release, or by the list of the stable series. */
export function changeIn({ mainline, stable = [], seenIn = [], isFeature }: KernelChange, release: Release): ChangeInKernel {
    const series = seriesOf(release);
    const { after, by } = typeof mainline === 'string' ? { after: undefined, by: mainline } : mainline;
    const taken = stable.find((each) => seriesOf(each) === series);
    if (compareKernels(series, by) >= 0) return { has: true, isCertain: true };
    if (taken !== undefined) return { has: compareKernels(release, taken) >= 0, isCertain: true };
    const seen = seenIn.find((each) => seriesOf(each) === series);
    if (seen !== undefined) return compareKernels(release, seen) >= 0 ? { has: true, isCertain: true } : { has: false, isCertain: release.endsWith('.0') };
    const isBetween = after !== undefined && compareKernels(series, after) > 0;
    return { has: false, isCertain: !isBetween && (isFeature === true || wasRead(release)) };
}

/** `6.12` of `6.12.20`. */
export function seriesOf(release: string): MainlineRelease {
    return release.split('.').slice(0, 2).join('.') as MainlineRelease;
}

/** Was that release read, so that what is not in the table is not in it either? A mainline release has nothing that came later. */
export function wasRead(release: Release): boolean {
    const point = Number(release.split('.')[2]);
    return point === 0 || point <= (READ_UP_TO[seriesOf(release)] ?? 0);
}

/** `6.15, 6.12.24 and 6.1.135`: every first release, the newest first. */
export function releasesOf({ mainline, stable = [] }: KernelChange): string {
    const first = typeof mainline === 'string' ? mainline : `between ${mainline.after} and ${mainline.by}`;
    const rest = [...stable].sort((a, b) => compareKernels(b, a));
    return rest.length === 0 ? first : `${[first, ...rest.slice(0, -1)].join(', ')} and ${rest.at(-1)}`;
}

/** Changes with an outcome of which it is not known whether that kernel has them. */
export function uncertainChanges(written: string): readonly KernelChange[] {
    const release = releaseOf(written);
    return Object.values(KERNEL_CHANGES).filter((change) => change.changesNothing === undefined && !changeIn(change, release).isCertain);
}

/** Newer than everything that was looked at. */
export function isAfterTheLast(written: string): boolean {
    return compareKernels(releaseOf(written), KERNELS.at(-1)!.version) > 0;
}

/** Does the release that is written come before the other? */
export function isOlderRelease(written: string, other: string): boolean {
    return compareKernels(releaseOf(written), releaseOf(other)) < 0;
}
