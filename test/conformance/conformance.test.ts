import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { everyCase } from './converter/cases.mts';
import { convert } from './converter/convert.mts';
import { readKnownDifferences } from './known-differences.js';
import { moveFrames } from './move-frames.js';
import { flagCounts } from './page.js';
import { PAGE, currentFiles } from './report.js';
import { SCENARIOS, runConformance, type CaseResult } from './run-conformance.js';
import { COMPARED_KERNELS, countByGroup, total } from './table.js';
import { RECORDED_PATHS_FILE } from './ways.js';

const LEAST_AGREED = 0.97;
const MOST_NOT_MODELLED = 0.02;
/** Percent of the snapshots of page flags. */
const LEAST_FLAGS_AGREED = 95;
/** Groups that are modelled whole. */
const WHOLE_GROUPS = ['A', 'D', 'E'];
/** A run over all cases takes a second on an idle machine. */
const SLOW_MS = 60_000;

describe.each(COMPARED_KERNELS)('Linux %s', (kernel) => {
    let results: readonly CaseResult[];
    beforeAll(async () => { results = await runConformance({ kernel }); }, SLOW_MS);

    test('enough of the stable records agree', () => {
        const { stable, agreed, notModelled } = total(countByGroup(results));
        expect(agreed / stable).toBeGreaterThanOrEqual(LEAST_AGREED);
        expect(notModelled / stable).toBeLessThanOrEqual(MOST_NOT_MODELLED);
    });

    test.each(WHOLE_GROUPS)('group %s is modelled whole', (group) => {
        expect(results.filter(({ record, verdict }) => record.group === group && verdict === 'not modelled').map(({ record }) => record.case)).toEqual([]);
    });

    test('enough of the page flags agree', () => {
        const { compared, share } = flagCounts(results);
        expect(compared).toBeGreaterThan(kernel === 'arm64-7.3.4-16k' || kernel === 'arm64-6.12.117' ? 50 : 300);
        expect(share).toBeGreaterThanOrEqual(LEAST_FLAGS_AGREED);
    });

    test('every difference is listed with its reason, and nothing else is', () => {
        const found = results.filter(({ verdict }) => verdict === 'differs' || verdict === 'not modelled')
            .map(({ record, differences }) => ({ case: record.case, fields: [...new Set(differences.map(({ field }) => field))].sort() }));
        const listed = readKnownDifferences().filter((each) => each.kernel === kernel);
        expect(found.sort(byCase)).toEqual(listed.map((each) => ({ case: each.case, fields: [...each.fields].sort() })).sort(byCase));
        expect(listed.filter(({ reason }) => reason.length < 20)).toEqual([]);
    });

    test('names, frames and pids do not matter', async () => {
        let count = 0;
        const moved = await runConformance({ kernel, rewrite: (text) => moveFrames(text, `renamed ${count++}`) });
        const verdicts = (all: readonly CaseResult[]): string[] => all.map(({ record, verdict, differences }) => `${record.case}: ${verdict} ${differences.map(({ field }) => field).join(' ')}`);
        expect(verdicts(moved)).toEqual(verdicts(results));
    }, SLOW_MS);
});

test('the page about conformance, and what the product knows of the records, are current: npm run conformance', async () => {
    const { page, paths } = await currentFiles();
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
    expect(readFileSync(RECORDED_PATHS_FILE, 'utf8')).toBe(paths);
}, SLOW_MS);

test('each recorded case has the scenario that its record gives', () => {
    const expected = everyCase().map(({ platform, records, file }) => ({ file, conversion: convert(records, platform) }));
    expect(expected.filter(({ conversion }) => conversion.unknown.length > 0)).toEqual([]);
    const files = readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hwp') && name.includes(path.sep));
    expect(files.sort()).toEqual(expected.map(({ file }) => file).sort());
    for (const { file, conversion } of expected) {
        expect(readFileSync(path.join(SCENARIOS, file), 'utf8')).toBe(conversion.text);
    }
});

test('scenarios say what is done, and neither what comes out of it nor on which kernel', () => {
    for (const file of readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hwp'))) {
        expect(readFileSync(path.join(SCENARIOS, file), 'utf8')).not.toMatch(/^\s*(expect|kernel \d)/m);
    }
});

function byCase(a: { readonly case: string }, b: { readonly case: string }): number {
    return a.case < b.case ? -1 : 1;
}
