// A walk over every row of the reports: which scenario or test holds it, or where the documentation says why nothing does.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as rows from './rows.js';

const TEST = path.resolve(import.meta.dirname, '..');
const titles = new Set(readdirSync(path.join(import.meta.dirname, 'scenarios')).flatMap((name) => [...readFileSync(path.join(import.meta.dirname, 'scenarios', name), 'utf8').matchAll(/^scenario "([^"]*)"/gm)].map((match) => match[1]!)));
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
