// Each change that a stable release took over, by the changelogs of Debian's kernels: what the release before it does, and what it does.
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { DIFFERENCES, differencesIn } from '../../server/src/kernel/versions/differences.js';
import { changeIn, KERNEL_CHANGES, seriesOf, type KernelChange, type KernelChangeName } from '../../server/src/vocabulary/kernel-changes.js';
import type { Release } from '../../server/src/vocabulary/kernels.js';

/** What shows a change: the lines, signals and errno of the last step hold `told` on the one side, and not on the other. */
interface Probe {
    readonly body: string;
    readonly told: RegExp;
    readonly by: 'before' | 'with';
}

const consumed = (maps: string, place: string, more = ''): string => `    ${more}\n    process p { sigbus handler longjmp; ${maps} }\n    cpu 1 runs p in user mode\n    page bad = ${place}`;
const ABORT = consumed('map h = anon 4 pages', 'h[1]', 'arch arm64');

const PROBES: Readonly<Partial<Record<KernelChangeName, Probe>>> = {
    ttuHwpoison: { told: /^BUS_MCEERR_AR/, by: 'before', body: '    file f = xfs 64 KiB clean folio 64 KiB\n    process p { sigbus handler longjmp; map m = f shared read }\n    corrupt-pfn p.m[3]\n    p: read m[3]' },
    cowRecovers: { told: /^panic/, by: 'before', body: '    vendor intel\n    process p { sigbus handler longjmp; map h = anon 2 MiB thp; pin h[0] by longterm }\n    page bad = h[9]\n    machine-check AO at bad\n    p: unpin h[0]\n    p: fork as c\n    c: write h[9]' },
    softOfflineReturn: { told: /^EBUSY$/, by: 'with', body: '    hugetlb 2 MiB 1 page reserved 1\n    region h = hugetlb-free 1 page\n    soft_offline_page h' },
    zenInstructionFetch: { told: /^panic/, by: 'before', body: '    vendor amd\n    process p { sigbus handler longjmp; map h = anon 1 page }\n    cpu 1 runs p in user mode\n    machine-check bank 1 status 0xbc80080000010150 mcg_status 4 at h[0] cpu 1' },
    ghesActionRequired: { told: /synchronous: MF_ACTION_REQUIRED/, by: 'with', body: `${ABORT}\n    machine-check AR at bad cpu 1` },
    ghesPanicSetting: { told: /^GHES: Fatal hardware error but panic disabled$/, by: 'with', body: '    arch arm64\n    process p { map h = anon 1 page }\n    ghes fatal at p.h[0]' },
    hugeZeroUnpoison: { told: /^not modelled: .* drops a reference that is not its own/, by: 'before', body: '    region z = huge-zero\n    corrupt-pfn z\n    unpoison-pfn z' },
    cleanPagesAreRecovered: { told: /^SI_KERNEL/, by: 'before', body: `    file f = ext4 1 page clean\n${consumed('map m = f shared read', 'f[0]')}\n    machine-check UCNA at bad cpu 0\n    machine-check AR at bad cpu 1` },
    unpoisonOnlinePage: { told: /^ENXIO$/, by: 'before', body: '    memory 1 GiB\n    unpoison-pfn pfn 0x900000' },
    ghesSigbusIfNotRecovered: { told: /^SI_KERNEL/, by: 'with', body: '    arch arm64\n    memory 1 GiB\n    process p { sigbus handler longjmp; map h = anon 1 page }\n    cpu 0 runs p in user mode\n    machine-check AR at phys 0x900000000 cpu 0' },
    hugetlbStatistics: { told: /^counter node0 failed$/, by: 'with', body: '    hugetlb 2 MiB 2 pages\n    file f = hugetlbfs 2 MiB\n    process p { map h = f shared }\n    page one = p.h[3]\n    page two = p.h[4]\n    corrupt-pfn one\n    corrupt-pfn two' },
    unpoisonMappedCheck: { told: /^EBUSY$/, by: 'with', body: '    region t = offline-type\n    corrupt-pfn t\n    unpoison-pfn t' },
    collectProcsOfPage: { told: /^at 12288$/, by: 'with', body: '    hugetlb 2 MiB 1 page\n    process p { prctl PR_MCE_KILL_EARLY; sigbus handler longjmp; map h = hugetlb 2 MiB 1 page }\n    corrupt-pfn h[3]' },
    alreadyPoisonedOnce: { told: /^counter HardwareCorrupted/, by: 'before', body: '    process p { map h = anon 1 page }\n    page bad = h[0]\n    corrupt-pfn bad\n    corrupt-pfn bad' },
    splitSkipsPoison: { told: /^panic/, by: 'before', body: `${consumed('map t = anon 2 MiB thp', 't[7]')}\n    machine-check AR at bad cpu 1` },
    hasHwpoisonedKept: { told: /^never$/, by: 'with', body: '    file f = tmpfs 2 MiB clean folio 2 MiB\n    process p { map m = f shared read; pin m[0] by io_uring }\n    corrupt-pfn p.m[3]\n    p: unpin m[0]\n    ftruncate f 64 KiB' },
    hugetlbTailPfn: { told: /^at 12288$/, by: 'with', body: `    hugetlb 2 MiB 1 page\n${consumed('map h = hugetlb 2 MiB 1 page; pin h by longterm', 'h[3]')}\n    machine-check UCNA at bad\n    machine-check AR at bad cpu 1` },
    seaStorms: { told: /^BUS_OBJERR/, by: 'with', body: `${ABORT}\n    machine-check AR at bad cpu 1\n    wait 1s\n    machine-check AR at bad cpu 1` },
};

/** Series, the release that brought it, the change. */
const ROWS: readonly (readonly [series: string, release: number, ...changes: readonly KernelChangeName[]])[] = [
    ['6.0', 3, 'apeiNoTaskWorkForKernelThreads', 'mcePoisonRange'], ['6.0', 8, 'ghesPoolOverflow'],
    ['6.1', 4, 'amdDeferredInThreshold'], ['6.1', 16, 'ttuHwpoison'], ['6.1', 37, 'cowRecovers', 'cowTakesOffline'], ['6.1', 50, 'softOfflineReturn'], ['6.1', 53, 'zenInstructionFetch'],
    ['6.1', 71, 'loffIndex', 'mapcountOfPage'], ['6.1', 72, 'truncateFolio'], ['6.1', 75, 'mceInjectStatus'], ['6.1', 77, 'ghesActionRequired', 'fatalPageIsPoisoned'], ['6.1', 88, 'vmemmapDeadlock'],
    ['6.1', 91, 'pfnSwapEntry'], ['6.1', 95, 'hugeZeroUnpoison', 'dissolvedNotTaken'], ['6.1', 107, 'memoryFailureRawLock'], ['6.1', 129, 'ghesPanicSetting'], ['6.1', 135, 'cleanPagesAreRecovered'],
    ['6.1', 140, 'lockBeforeUnmap'], ['6.1', 142, 'sgxReclaim', 'sdeiWithoutGhes'], ['6.1', 146, 'amdThresholdReset', 'cmciAtShutdown'], ['6.1', 149, 'ghesTaint', 'amdBlockNames', 'pfnmapWalk'],
    ['6.1', 153, 'unpoisonOnlinePage'], ['6.1', 164, 'ghesSigbusIfNotRecovered'], ['6.1', 165, 'ghesRecordLength'], ['6.1', 176, 'hugetlbLockDeadlock', 'hugetlbStatistics'],
    ['6.4', 11, 'unpoisonMappedCheck'], ['6.4', 13, 'softOfflineReturn'], ['6.5', 13, 'aerMultipleSections'], ['6.6', 10, 'loffIndex', 'mapcountOfPage'],
    ['6.6', 11, 'cxlPoisonLists', 'cxlInjectPoison', 'collectProcsOfPage'], ['6.6', 14, 'mceInjectStatus'], ['6.7', 12, 'cxlTrace'], ['6.10', 7, 'memoryFailureRawLock'],
    ['6.12', 14, 'ghesPanicSetting'], ['6.12', 19, 'lockBeforeUnmap', 'unmapPoisonedFlag'], ['6.12', 23, 'copyFromUser'], ['6.12', 24, 'cleanPagesAreRecovered', 'containHwpoisonedPage'],
    ['6.12', 26, 'reclaimOfPoison'], ['6.12', 34, 'sdeiWithoutGhes'], ['6.12', 35, 'sgxReclaim'], ['6.12', 39, 'amdBlockNames', 'amdThresholdReset', 'pollingTimer', 'cmciAtShutdown'],
    ['6.12', 41, 'reclaimOfLargePoison'], ['6.12', 43, 'ghesTaint', 'ghesSigbusIfNotRecovered'], ['6.12', 44, 'pfnmapWalk'], ['6.12', 48, 'unpoisonOnlinePage', 'alreadyPoisonedOnce'],
    ['6.12', 56, 'splitSkipsPoison'], ['6.12', 59, 'hasHwpoisonedKept'], ['6.12', 64, 'smcaPollBit'], ['6.12', 69, 'hugetlbStatistics', 'hugetlbTailPfn'], ['6.12', 75, 'ghesArmSections', 'ghesRecordLength'],
    ['6.12', 86, 'migrateRangePoison'], ['6.12', 92, 'memoryBlockReference'], ['6.12', 94, 'hugetlbLockDeadlock'], ['6.12', 109, 'armSectionLength'], ['6.12', 110, 'cxlPoisonLoop'],
    ['6.12', 111, 'cxlCperLocks', 'gfs2Poisoning'], ['6.12', 112, 'debugRegisters'], ['6.12', 115, 'listPoison'], ['6.12', 117, 'seaStorms'], ['6.12', 118, 'queuedAcrossSections'],
    ['7.3', 2, 'listPoison'], ['7.3', 4, 'queuedAcrossSections'],
];

/** One case for each change of each release. */
const CASES = ROWS.flatMap(([series, point, ...changes]) => changes.map((name): readonly [Release, Release, KernelChangeName] => [`${series}.${point}` as Release, `${series}.${point - 1}` as Release, name]));

async function lastStepOn(release: string, body: string): Promise<readonly string[]> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n    kernel ${release}\n${body}\n}`);
    const { trace, issues } = scenarios[0]!;
    expect(issues.filter(({ severity, code }) => severity === 'error' && code !== 'verdict/unexpected-panic')).toEqual([]);
    const step = trace!.steps.at(-1)!;
    return [
        ...step.events.flatMap((event) => event.t === 'log' ? [event.text.trim()]
            : event.t === 'signal' ? [`${event.code} ${event.fate}`, ...event.offset === undefined ? [] : [`at ${event.offset}`]]
            : event.t === 'panic' ? ['panic']
            : event.t === 'decision' ? [event.note ?? '', ...(event.changes ?? []).map(({ of, key, field }) => `${of} ${key} ${field}`)] : []),
        ...trace!.notModelled.map(({ what }) => `not modelled: ${what}`),
        step.outcome.errno ?? '',
    ];
}

const differencesOf = (name: KernelChangeName): readonly string[] => Object.entries(DIFFERENCES).filter(([, { from, before }]: [string, { from?: string; before?: string }]) => from === name || before === name).map(([difference]) => difference);

test('85 rows, and each change at the release that brought it', () => {
    expect(CASES).toHaveLength(85);
    expect(CASES.filter(([release, , name]) => KERNEL_CHANGES[name].stable?.includes(release) !== true)).toEqual([]);
});

describe.each(CASES)('%s and %s: %s', (release, before, name) => {
    const change: KernelChange = KERNEL_CHANGES[name];

    test('the release has it, the one before has not, and that is known', () => {
        expect([changeIn(change, before), changeIn(change, release)]).toEqual([{ has: false, isCertain: true }, { has: true, isCertain: true }]);
    });

    if (change.changesNothing !== undefined) {
        test('nothing that is described hangs on it, and it is said why', () => {
            expect(change.changesNothing).toMatch(/^[A-Z].*\.$/);
            expect([differencesOf(name), PROBES[name]]).toEqual([[], undefined]);
        });
        return;
    }

    const nothingHere = change.changesNothingIn?.[seriesOf(release)];
    const { body, told, by } = PROBES[name]!;
    if (nothingHere !== undefined) {
        test('nothing in this series, and it is said why', async () => {
            expect(nothingHere).toMatch(/^[A-Z].*\.$/);
            expect(await lastStepOn(release, body)).toEqual(await lastStepOn(before, body));
        });
        return;
    }

    test(`told by the release ${by === 'with' ? 'that has it' : 'before'}: ${told.source}`, async () => {
        expect(differencesOf(name).length).toBeGreaterThan(0);
        expect(differencesOf(name).some((difference) => differencesIn(before).has(difference as never) !== differencesIn(release).has(difference as never))).toBe(true);
        const [older, newer] = [await lastStepOn(before, body), await lastStepOn(release, body)];
        expect([older.some((line) => told.test(line)), newer.some((line) => told.test(line))], [...older, '---', ...newer].join('\n')).toEqual([by === 'before', by === 'with']);
    });
});
