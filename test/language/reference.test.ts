import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { CHECKS } from '../../server/src/language/checks.js';
import { CLAIMS, CONDITION_SUBJECTS, CONSTRUCTS } from '../../server/src/vocabulary/settings.js';
import { FILESYSTEMS } from '../../server/src/vocabulary/filesystems.js';
import { INJECT_FILTERS } from '../../server/src/vocabulary/inject-files.js';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';
import { PAGE_KINDS } from '../../server/src/vocabulary/page-kinds.js';
import { PROPOSALS } from '../../server/src/vocabulary/proposals.js';
import { RACE_WINDOWS } from '../../server/src/vocabulary/race-windows.js';
import { SPECIAL_MAPPINGS } from '../../server/src/vocabulary/special-mappings.js';
import { SYSCTLS } from '../../server/src/vocabulary/sysctls.js';
import { UNITS } from '../../server/src/vocabulary/units.js';

const TEXT = readFileSync(path.resolve(import.meta.dirname, '../../docs/language.md'), 'utf8');
const RACES = readFileSync(path.resolve(import.meta.dirname, '../../docs/races.md'), 'utf8');
const KEXEC = readFileSync(path.resolve(import.meta.dirname, '../../docs/kexec.md'), 'utf8');
const SWEEPS = readFileSync(path.resolve(import.meta.dirname, '../../docs/sweeps.md'), 'utf8');
const PROPOSALS_PAGE = readFileSync(path.resolve(import.meta.dirname, '../../docs/proposals.md'), 'utf8');
const fences = [...`${TEXT}\n${RACES}\n${KEXEC}\n${SWEEPS}\n${PROPOSALS_PAGE}`.matchAll(/^```hwp\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
const titled = fences.map((fence) => ({ title: /scenario "([^"]*)"/.exec(fence)?.[1] ?? '', fence }));

/** What fences import are fences too: those that begin with the name of the file. */
function imported(uri: string): string | undefined {
    return fences.find((fence) => fence.startsWith(`// ${path.posix.basename(uri)}\n`));
}

describe('examples of the reference', () => {
    test.each(titled)('$title', async ({ fence }) => {
        const report = await new TextAnalyzer(imported).analyze('file:///reference.hwp', fence);
        const found = [...report.issues, ...report.scenarios.flatMap(({ issues }) => issues)];
        expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(report.scenarios.filter(({ status }) => status !== 'passed').map(({ title }) => title)).toEqual([]);
    });
});

test('the page on races lists every window', () => {
    const rows = Object.entries(RACE_WINDOWS).map(([id, { between, holds, competitor, follows, seen }]) => `| ${id} | ${between} | ${holds.join(', ')} | ${competitor} | ${follows} | ${seen} |`);
    expect(rows.filter((row) => !RACES.includes(row))).toEqual([]);
});

test('the page on proposals lists every one as its hover does', () => {
    const rows = Object.entries(PROPOSALS).map(([name, { status, appliesTo, source, doc }]) => `| \`${name}\` | ${status} | ${appliesTo.join(', ')} | ${source} | ${doc} |`);
    expect(rows.filter((row) => !PROPOSALS_PAGE.includes(row))).toEqual([]);
});

describe('the reference is complete', () => {
    const words = new Set(TEXT.split(/[^\w%.-]+/).map((word) => word.replace(/^[.-]+|[.]+$/g, '')));
    const missing = (wanted: readonly string[]): string[] => wanted.flatMap((word) => word.split(' ')).filter((word) => !words.has(word));

    test('declarations and their attributes', () => {
        expect(missing(CONSTRUCTS.flatMap(({ word, attributes }) => [word, ...attributes.flatMap((each) => [each.word, ...each.choices ?? []])]))).toEqual([]);
    });

    test('steps', () => {
        expect(missing(OPERATIONS.map(({ id }) => id))).toEqual([]);
    });

    test('claims and conditions', () => {
        expect(missing([...CLAIMS.map(({ word }) => word).filter((word) => !word.endsWith('_')), ...CONDITION_SUBJECTS.map(({ word }) => word)])).toEqual([]);
    });

    test('kinds, types, sysctls, filters, units', () => {
        expect(missing([PAGE_KINDS, FILESYSTEMS, SPECIAL_MAPPINGS, SYSCTLS, INJECT_FILTERS, UNITS].flatMap((table) => Object.keys(table)))).toEqual([]);
    });

    test('every word stands in an example that is run', () => {
        // A machine check by registers is written with the word of the others, and movable zones are not modelled.
        const written = new Set(fences.join('\n').replaceAll(/"[^"\n]*"|\/\/.*/g, ' ').split(/[^\w%.-]+/).map((word) => word.replace(/^[.-]+|[.]+$/g, '')));
        const tables = [PAGE_KINDS, FILESYSTEMS, SYSCTLS, INJECT_FILTERS].flatMap((table) => Object.keys(table));
        const wanted = [
            ...OPERATIONS.map(({ id }) => id).filter((id) => id !== 'machine-check-registers' && id !== 'run'),
            ...CONSTRUCTS.flatMap(({ word, attributes }) => [word, ...attributes.flatMap((each) => [each.word, ...each.choices ?? []])]),
            ...CLAIMS.map(({ word }) => word).filter((word) => !word.endsWith('_')), ...CONDITION_SUBJECTS.map(({ word }) => word), ...tables,
        ];
        expect([...new Set(wanted.flatMap((word) => word.split(' ')))].filter((word) => !written.has(word))).toEqual(['movable']);
    });

    test('every diagnostic leads to a section', () => {
        const anchors = new Set([...TEXT.matchAll(/^## (.*)$/gm)].map((match) => (match[1] ?? '').toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-')));
        expect([...new Set(Object.values(CHECKS).map(({ anchor }) => anchor))].filter((anchor) => !anchors.has(anchor))).toEqual([]);
    });
});
