import { describe, expect, test } from 'vitest';
import { changeOf, DIFFERENCES, holdsIn, spanOf, type Difference, type DifferenceName } from '../../server/src/kernel/versions/differences.js';
import { changeIn, KERNEL_CHANGES, READ_UP_TO, releasesOf, uncertainChanges, type KernelChange, type KernelChangeName } from '../../server/src/vocabulary/kernel-changes.js';
import { compareKernels, KERNELS, releaseOf } from '../../server/src/vocabulary/kernels.js';

const ROWS = Object.entries(KERNEL_CHANGES) as [KernelChangeName, KernelChange][];

test.each([
    ['6.1', '6.1.192'], ['6.12', '6.12.107'], ['7.3', '7.3.4'], ['6.6', '6.6.93'],
    ['6.14', '6.14.0'], ['6.16', '6.16.0'], ['6.16.3', '6.16.3'], ['6.12.0', '6.12.0'], ['8.0', '8.0.0'],
])('%s is read as %s', (written, release) => {
    expect(releaseOf(written)).toBe(release);
});

test('without a third number a recorded kernel is the release that was recorded', () => {
    for (const { version, release, recordedAs } of KERNELS) {
        expect(recordedAs ?? release, version).toBe(releaseOf(version));
    }
});

// The releases are those of the lists of commits of 6.1.y and 6.12.y (Debian's changelogs of 6.1.192 and 6.12.117).
describe('a point release has what was taken over by then', () => {
    test.each<[KernelChangeName, string, string]>([
        ['cleanPagesAreRecovered', '6.1.134', '6.1.135'],
        ['cleanPagesAreRecovered', '6.12.23', '6.12.24'],
        ['splitSkipsPoison', '6.12.55', '6.12.56'],
        ['ghesSigbusIfNotRecovered', '6.1.163', '6.1.164'],
        ['ghesSigbusIfNotRecovered', '6.12.42', '6.12.43'],
        ['hugetlbStatistics', '6.12.68', '6.12.69'],
        ['hugetlbStatistics', '6.1.175', '6.1.176'],
        ['ghesActionRequired', '6.1.76', '6.1.77'],
        ['cleanPagesAreRecovered', '6.14', '6.15'],
        ['splitSkipsPoison', '6.17', '6.18'],
        ['collectProcsOfPage', '6.6.10', '6.6.11'],
    ])('%s: not in %s, but in %s', (name, without, having) => {
        expect([without, having].map((written) => changeIn(KERNEL_CHANGES[name], releaseOf(written)))).toEqual([{ has: false, isCertain: true }, { has: true, isCertain: true }]);
    });

    test('a release that was not read may have it', () => {
        const fix = KERNEL_CHANGES.cowRecovers;
        expect(changeIn({ ...fix, stable: [], mainline: '6.15' }, '6.14.2')).toEqual({ has: false, isCertain: false });
        expect(changeIn({ ...fix, stable: [], mainline: '6.15' }, '6.14.0')).toEqual({ has: false, isCertain: true });
        expect(changeIn({ ...fix, stable: [], mainline: '6.15', isFeature: true }, '6.14.2')).toEqual({ has: false, isCertain: true });
        expect(changeIn({ ...fix, stable: [], mainline: { after: '6.12', by: '6.18' } }, '6.14.0')).toEqual({ has: false, isCertain: false });
        expect(['6.18.9', '6.18.15'].map((written) => changeIn(KERNEL_CHANGES.hugetlbStatistics, releaseOf(written)))).toEqual([{ has: false, isCertain: false }, { has: true, isCertain: true }]);
        expect(uncertainChanges('6.12.20')).toEqual([]);
    });
});

test('a change makes a difference of the model, or says why it makes none', () => {
    const made = new Set((Object.values(DIFFERENCES) as Difference[]).flatMap(({ from, before }) => [changeOf(from), changeOf(before)]));
    for (const [name, change] of ROWS) {
        expect(made.has(change), name).toBe(change.changesNothing === undefined);
    }
});

test('releases are those of series, each once, after the mainline release was begun', () => {
    for (const [name, { mainline, stable = [] }] of ROWS) {
        const series = stable.map((release) => release.split('.').slice(0, 2).join('.'));
        expect(new Set(series).size, name).toBe(series.length);
        for (const each of series) expect(compareKernels(each, typeof mainline === 'string' ? mainline : mainline.by), name).toBeLessThan(0);
    }
});

test('what was read reaches to the releases that stand for the described kernels', () => {
    for (const { version, release } of KERNELS) {
        expect(Number(release.split('.')[2]), version).toBeLessThanOrEqual(READ_UP_TO[version] ?? 0);
    }
});

test('in words', () => {
    expect(releasesOf(KERNEL_CHANGES.softOfflineReturn)).toBe('6.5, 6.4.13 and 6.1.50');
    expect(releasesOf(KERNEL_CHANGES.ksmHwpoison)).toBe('6.4');
    expect(spanOf(DIFFERENCES.madviseIsActionRequired)).toBe('since 6.11');
    expect(spanOf(DIFFERENCES.ksmNotHandled)).toBe('before 6.4');
    expect(spanOf(DIFFERENCES.frozenKernelPages)).toBe('since 7.2');
});

// Between two described kernels each answers for itself.
test.each<[DifferenceName, readonly [string, boolean][]]>([
    ['ksmNotHandled', [['6.1', true], ['6.3', true], ['6.4', false], ['6.6', false]]],
    ['madviseIsActionRequired', [['6.6', false], ['6.10', false], ['6.11', true], ['6.12', true]]],
    ['hugetlbAddressIsRawPage', [['6.1', false], ['6.6.10', false], ['6.6.11', true], ['6.7', false], ['6.8', true]]],
    ['processMadviseOwnMm', [['6.12.117', false], ['6.13', true], ['6.18', true]]],
    ['nodeStatistics', [['6.2', false], ['6.3', true]]],
])('%s', (name, answers) => {
    expect(answers.map(([written]) => [written, holdsIn(DIFFERENCES[name], written)])).toEqual(answers);
});
