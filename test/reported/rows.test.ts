// A walk over every row of the reports: which scenario or test holds it, or where the documentation says why nothing does.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASKED_ANEW, RANGE_ROWS } from './anew.js';
import * as rows from './rows.js';

const TEST = path.resolve(import.meta.dirname, '..');
const titlesIn = (name: string): readonly string[] => [...readFileSync(path.join(import.meta.dirname, 'scenarios', name), 'utf8').matchAll(/^scenario "([^"]*)"/gm)].map((match) => match[1]!);
const titles = new Set(readdirSync(path.join(import.meta.dirname, 'scenarios')).flatMap(titlesIn));
const unsaid = new Set([...readFileSync(path.resolve(TEST, '../docs/language.md'), 'utf8').split('## What cannot be said')[1]!.matchAll(/^\| ([^|]*) \| [^|]+\|$/gm)].map((match) => match[1]!));

test('every table is walked whole', () => {
    expect(Object.fromEntries(Object.entries(rows).map(([table, { length }]) => [table, length]))).toEqual({
        REPORTED_MACHINE_CHECKS: 11, REPORTED_VERSIONS: 3, REPORTED_PAGES: 13, REPORTED_UNSAID: 13, REPORTED_MISLEADING: 2, ASKED_WRONG: 16, ASKED_UNSAID: 17,
    });
});

describe.each(Object.entries(rows))('%s', (_table, of) => {
    test.each([...of])('$row', ({ scenarios = [], tests = [], unsaid: told = [] }) => {
        expect(scenarios.length + tests.length + told.length).toBeGreaterThan(0);
        expect(scenarios.filter((title) => !titles.has(title))).toEqual([]);
        expect(tests.filter(([file, text]) => !existsSync(path.join(TEST, file)) || !readFileSync(path.join(TEST, file), 'utf8').includes(text))).toEqual([]);
        expect(told.filter((row) => !unsaid.has(row))).toEqual([]);
    });
});

describe('new inputs', () => {
    const known = Object.values(rows).flatMap((table) => table.map(({ row }) => row));
    const said = readFileSync(path.join(import.meta.dirname, 'said.test.ts'), 'utf8');

    test.each([...[...rows.REPORTED_MACHINE_CHECKS, ...rows.REPORTED_VERSIONS].map(({ row }) => row), ...RANGE_ROWS])('%s has two or more', (row) => {
        const inputs = ASKED_ANEW[row] ?? [];
        expect(new Set(inputs).size).toBeGreaterThan(1);
        expect(inputs.filter((title) => !titles.has(title) && !said.includes(`'${title}'`))).toEqual([]);
    });

    test('belong to a row that there is, and none is left over', () => {
        expect([...Object.keys(ASKED_ANEW), ...RANGE_ROWS].filter((row) => !known.includes(row))).toEqual([]);
        const used = new Set(Object.values(ASKED_ANEW).flat());
        const written = readdirSync(path.join(import.meta.dirname, 'scenarios')).filter((name) => /^anew-(machine-checks|kernels|ranges)\.hwp$/.test(name)).flatMap((name) => titlesIn(name));
        expect(written.filter((title) => !used.has(title))).toEqual([]);
    });
});
