import { describe, expect, test } from 'vitest';
import { compare } from '../../server/src/lab/compare/compare.js';
import { labCases } from './lab-records/lab-cases.js';
import { labKernels, observationOf, readKnownLabDifferences, readLabRecords } from './lab-records/lab-record.js';

const known = readKnownLabDifferences();
const LEAST_AGREED = 0.97;
/** All cases of a kernel are simulated. */
const SLOW_MS = 60_000;

describe.each(labKernels())('what the lab saw on Linux %s is predicted', (kernel) => {
    const records = readLabRecords(kernel).filter(({ notMade }) => notMade === undefined);

    test('but for what is listed with its reason', async () => {
        const byName = new Map(records.map((record) => [`${record.group}/${record.case}`, record]));
        const cases = await labCases(kernel, (name, group) => byName.has(`${group}/${name}`));
        const found = cases.flatMap(({ case: name, group, each }) => {
            const differences = compare(each.variant.trace!, observationOf(byName.get(`${group}/${name}`)!));
            return differences.length === 0 ? [] : [{ case: name, fields: [...new Set(differences.map(({ field }) => field))].sort() }];
        });
        const listed = known.filter(({ kernels }) => kernels.includes(kernel)).flatMap(({ cases: names, fields }) => names.map((name) => ({ case: name, fields: [...fields].sort() })));
        const inOrder = (all: readonly { readonly case: string }[]): readonly unknown[] => [...all].sort((a, b) => a.case.localeCompare(b.case));
        expect(cases.length).toBe(records.length);
        expect(inOrder(found)).toEqual(inOrder(listed));
        expect(1 - found.length / cases.length).toBeGreaterThanOrEqual(LEAST_AGREED);
    }, SLOW_MS);
});

test('every difference has a reason', () => {
    expect(known.filter(({ reason }) => reason.length < 20)).toEqual([]);
});
