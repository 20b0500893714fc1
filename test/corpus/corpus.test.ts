// The cases of the suites: each listed one is a scenario or has a reason why not, and whatever a suite expects holds, or its line says why not.
import { describe, expect, test } from 'vitest';
import { DIFFERENCES } from '../../server/src/kernel/versions/differences.js';
import { asTheSuiteSays, corpusFile, corpusFiles, idsOf, MENDED, SUITE_DIFFERENCES, SUITES } from './corpus.js';

const files = await Promise.all(corpusFiles().map(corpusFile));
const scenarios = files.flatMap((file) => file.scenarios.map((scenario) => ({ ...scenario, folder: file.folder })));

describe.each(files)('$file', ({ scenarios: written, issues }) => {
    test('is quiet, and every scenario passes', () => {
        expect(issues.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
        expect(written.filter(({ status }) => status !== 'passed').map(({ title, status }) => `${title}: ${status}`)).toEqual([]);
    });
    test('what a suite expects fails exactly where its line says so', () => {
        for (const { title, marks } of written) {
            for (const { line, failsOn, leftOut } of marks) expect({ title, line, kernels: failsOn }).toEqual({ title, line, kernels: leftOut });
        }
    });
});

describe.each(SUITES)('$suite', ({ folder, cases }) => {
    const ids = (rows: typeof cases): string[] => rows.flatMap(idsOf).sort();
    const written = scenarios.filter((scenario) => scenario.folder === folder).map(({ id }) => id).sort();
    test('every case that can be said is one scenario, and no other', () => {
        expect(written).toEqual(ids(cases.filter(({ lacks, sameAs }) => lacks === undefined && sameAs === undefined)));
    });
    test('what is said elsewhere is said there', () => {
        expect(cases.flatMap(({ sameAs }) => sameAs ?? []).filter((name) => !SUITES.some((each) => each.suite === name))).toEqual([]);
    });
    test('what cannot be said has a reason', () => {
        expect(cases.filter(({ lacks, why }) => lacks !== undefined && (why ?? '') === '')).toEqual([]);
    });
});

describe('the tables', () => {
    test('there are more than 500 scenarios, no id twice', () => {
        const ids = SUITES.flatMap(({ cases }) => cases.flatMap(idsOf));
        expect(ids.length).toBe(new Set(ids).size);
        expect(scenarios.length).toBeGreaterThan(500);
    });
    test('every reason is a difference between kernels, or has a row, and every row is used', () => {
        const reasons = new Set(scenarios.flatMap(({ marks }) => marks.map(({ reason }) => reason)));
        expect([...reasons].filter((reason) => !(reason in DIFFERENCES) && !(reason in SUITE_DIFFERENCES))).toEqual([]);
        expect(Object.keys(SUITE_DIFFERENCES).filter((reason) => !reasons.has(reason))).toEqual([]);
    });
    test('a suite that was right was right about the model: it has been mended, and its scenarios stand', () => {
        const ids = new Set(scenarios.map(({ id }) => id));
        expect(MENDED.flatMap(idsOf).filter((id) => !ids.has(id))).toEqual([]);
    });
});

describe('what the suite says', () => {
    test.each([
        ['    expect no signal when kernel < 6.11      // differs: a', '    expect no signal', 'a'],
        ['    // suite: expect panic "x"      // differs: b', '    expect panic "x"', 'b'],
        ['expect survives p // differs: c', 'expect survives p', 'c'],
    ])('%s', (line, text, reason) => {
        expect(asTheSuiteSays(line)).toEqual({ text, marks: new Map([[1, reason]]) });
    });
    test('other lines stay', () => {
        expect(asTheSuiteSays('    expect no signal when kernel < 6.11 // from 6.11 on\n// a comment').marks.size).toBe(0);
    });
});
