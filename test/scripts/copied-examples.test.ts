import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyExamples } from '../../scripts/copied-examples.mts';

describe('the examples that npm start opens', () => {
    let folder: string;
    const file = (where: string, name: string): string => path.join(folder, where, name);

    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'hwp-examples-'));
        mkdirSync(path.join(folder, 'from'));
        writeFileSync(file('from', 'a.hwp'), 'first');
        writeFileSync(file('from', 'b.hwp'), 'second');
        writeFileSync(file('from', 'notes.txt'), 'no scenario');
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const copy = (): string[] => copyExamples(path.join(folder, 'from'), path.join(folder, 'to'));

    it('are a copy of the scenario files', () => {
        expect(copy()).toEqual([]);
        expect(readdirSync(path.join(folder, 'to')).filter((name) => !name.startsWith('.'))).toEqual(['a.hwp', 'b.hwp']);
        expect(readFileSync(file('to', 'a.hwp'), 'utf8')).toBe('first');
    });

    it('stay as they were edited; the others follow the originals', () => {
        copy();
        writeFileSync(file('to', 'a.hwp'), 'tried out');
        writeFileSync(file('from', 'a.hwp'), 'first, newer');
        writeFileSync(file('from', 'b.hwp'), 'second, newer');

        expect(copy()).toEqual(['a.hwp']);
        expect(readFileSync(file('to', 'a.hwp'), 'utf8')).toBe('tried out');
        expect(readFileSync(file('to', 'b.hwp'), 'utf8')).toBe('second, newer');
        expect(readFileSync(file('from', 'a.hwp'), 'utf8')).toBe('first, newer');
    });

    it('come back when a copy is deleted', () => {
        copy();
        rmSync(file('to', 'a.hwp'));
        expect(copy()).toEqual([]);
        expect(readFileSync(file('to', 'a.hwp'), 'utf8')).toBe('first');
    });
});
