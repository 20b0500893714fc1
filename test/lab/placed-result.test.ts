import { expect, test } from 'vitest';
import { placedResult } from '../../server/src/lab/host/placed-result.js';
import type { LabResult } from '../../server/src/lab/run/lab-result.js';
import { caseOf } from './scenario.js';

const TEXT = `scenario "s" {
    process victim { sigbus handler longjmp; map heap = anon 16 KiB written }
    victim: madvise heap[1] MADV_HWPOISON
    victim: read heap[1]
}`;

async function resultOf(over: Partial<LabResult>): Promise<LabResult> {
    const step = (index: number) => ({ index, outcome: { errno: '' as const }, signals: [], log: [], exits: [], counters: null, panic: null });
    return { ...await caseOf(TEXT), verdict: 'agrees', differences: [], notMade: [], observation: { steps: [step(0), step(1)], cut: null, panic: null, oops: null }, unsteady: false, milliseconds: 7, ...over };
}

const SOURCES = { pathOf: () => 's.hwp', textOf: () => 'victim: read heap[1]' };

test('a step in which something differs is marked, others are not', async () => {
    const difference = { step: 1, field: 'errno', predicted: '0', observed: 'EIO' } as const;
    const { steps, differences, text } = placedResult(await resultOf({ verdict: 'differs', differences: [difference] }), SOURCES, '7.3.4');

    expect(steps.map(({ place, agrees }) => [place.startLine, agrees])).toEqual([[2, true], [3, false]]);
    expect(differences).toMatchObject([{ field: 'errno', predicted: '0', observed: 'EIO', place: { uri: 'file:///lab.hwp', startLine: 3 } }]);
    expect(text).toContain('real      EIO (7.3.4)');
});

test('what cannot be made has its place, and no step is said to agree', async () => {
    const { variant } = await caseOf(TEXT);
    const { steps, notMade } = placedResult(await resultOf({ verdict: 'not made', notMade: [{ construct: 'a thing', reason: 'no way', source: variant.program.steps[1]!.source }] }), SOURCES, '7.3.4');

    expect(steps).toEqual([]);
    expect(notMade).toMatchObject([{ construct: 'a thing', reason: 'no way', place: { startLine: 3 } }]);
});

test('a race marks its step; an outcome that nobody predicted is a difference', async () => {
    const end = { results: ['dirty LRU page: Failed'], errno: 'EBUSY', signals: [], deaths: [], panic: false, oops: false };
    const race = { step: 0, outcomes: [], unpredicted: [{ end, forcings: [] }], passed: [], forcings: [], notForced: [] };
    const { steps, differences } = placedResult(await resultOf({ verdict: 'differs', observation: null, race }), SOURCES, '7.3.4');

    expect(steps).toMatchObject([{ place: { startLine: 2 }, agrees: false }]);
    expect(differences).toMatchObject([{ field: 'outcome', observed: 'dirty LRU page: Failed · EBUSY', place: { startLine: 2 } }]);
});
