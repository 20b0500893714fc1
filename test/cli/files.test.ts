import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodeOf, gravest } from '../../server/src/cli/exit-codes.js';
import { findFiles } from '../../server/src/cli/find-files.js';
import { readSource } from '../../server/src/cli/read-source.js';
import { SourceLines } from '../../server/src/report/output/source-lines.js';

describe('files of the command line', () => {
    let folder = '';
    beforeAll(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'hwp-files-'));
        mkdirSync(path.join(folder, 'sub'));
        mkdirSync(path.join(folder, 'node_modules'));
        mkdirSync(path.join(folder, 'empty'));
        for (const file of ['b.hwp', 'a.hwp', 'notes.txt', 'sub/c.hwp', 'node_modules/d.hwp']) {
            writeFileSync(path.join(folder, file), 'scenario "x" {}');
        }
        symlinkSync(folder, path.join(folder, 'sub/loop'));
        writeFileSync(path.join(folder, 'binary.hwp'), Buffer.from([0x7f, 0x45, 0, 1]));
        writeFileSync(path.join(folder, 'latin1.hwp'), Buffer.from([0x22, 0xef, 0xbf, 0xbd, 0x0a, 0x22, 0xe4, 0x22]));
        writeFileSync(path.join(folder, 'utf16.hwp'), Buffer.from('\uFEFFscenario "x" {}', 'utf16le'));
        writeFileSync(path.join(folder, 'utf16be.hwp'), Buffer.from('\uFEFFscenario "x" {}', 'utf16le').swap16());
        writeFileSync(path.join(folder, 'surrogate.hwp'), Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]));
        symlinkSync('circle.hwp', path.join(folder, 'circle.hwp'));
        spawnSync('mkfifo', [path.join(folder, 'pipe.hwp')]);
        writeFileSync(path.join(folder, 'bom.hwp'), '\uFEFFscenario "x" {}');
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const names = (found: readonly string[]): string[] => found.map((file) => path.relative(folder, file));

    test('a folder stands for the .hwp files below it, in order, without packages, links and pipes', () => {
        expect(names(findFiles([folder]).paths)).toEqual(['a.hwp', 'b.hwp', 'binary.hwp', 'bom.hwp', 'latin1.hwp', 'sub/c.hwp', 'surrogate.hwp', 'utf16.hwp', 'utf16be.hwp']);
    });
    test('a file is taken whatever its name, and only once', () => {
        const notes = path.join(folder, 'notes.txt');
        expect(names(findFiles([notes, `${folder}/./notes.txt`]).paths)).toEqual(['notes.txt']);
    });
    test('what leads nowhere is named', () => {
        expect(findFiles([`${folder}/none.hwp`, `${folder}/empty`, `${folder}/*.none`]).missing.map(({ error }) => error)).toEqual([
            'no such file or folder', 'no .hwp file in this folder', 'no file matches',
        ]);
    });
    test.each([
        ['binary.hwp', 'it is not text: it contains zero bytes'],
        ['latin1.hwp', 'it is not UTF-8 text: byte 0xe4 on line 2. Save it as UTF-8'],
        ['surrogate.hwp', 'it is not UTF-8 text: byte 0xed on line 1. Save it as UTF-8'],
        ['utf16.hwp', 'it is UTF-16. Save it as UTF-8'],
        ['utf16be.hwp', 'it is UTF-16. Save it as UTF-8'],
        ['circle.hwp', 'its links lead round in a circle'],
        ['a.hwp/b.hwp', 'a part of the path is no folder'],
        ['none.hwp', 'no such file or folder'],
        ['sub', 'it is a folder'],
    ])('%s is refused', (file, error) => {
        expect(readSource(path.join(folder, file))).toEqual({ error });
    });
    test('a device without an end is left', () => {
        expect(readSource('/dev/zero')).toEqual({ error: 'it is too big: more than 256 MiB' });
    });
    test('a path that cannot be looked at does not keep the others from being found', () => {
        const { paths, missing } = findFiles([`${folder}/circle.hwp`, `${folder}/a.hwp`, `${folder}/${'x'.repeat(300)}`]);
        expect(names(paths)).toEqual(['a.hwp']);
        expect(missing.map(({ error }) => error)).toEqual(['its links lead round in a circle', 'the name is too long']);
    });
    test('a byte order mark is no part of the text', () => {
        expect(readSource(path.join(folder, 'bom.hwp'))).toEqual({ text: 'scenario "x" {}' });
    });
});

test('globs match from where the user stands', () => {
    expect(findFiles(['test/cli/transcripts/*.hwp']).paths).toContain('test/cli/transcripts/slab.hwp');
});

test('the text of a range', () => {
    const lines = new SourceLines();
    lines.add('u', 'first\r\nsecond line\r\nthird');
    expect(lines.textOf({ uri: 'u', startLine: 1, startColumn: 7, endLine: 1, endColumn: 11 })).toBe('line');
    expect(lines.textOf({ uri: 'u', startLine: 0, startColumn: 2, endLine: 2, endColumn: 2 })).toBe('rst\nsecond line\nth');
    expect(lines.textOf({ uri: 'other', startLine: 0, startColumn: 0, endLine: 0, endColumn: 2 })).toBe('');
});

describe('exit codes', () => {
    const range = { uri: '', startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };
    const scenario = (status: 'passed' | 'failed' | 'unverified' | 'invalid', code?: string) => ({
        title: '', range, status, variants: [], leftOut: [], program: null, trace: null, verdicts: [],
        issues: code === undefined ? [] : [{ origin: 'run', code, severity: 'error', message: '', range } as const],
    });
    const codeFor = (...scenarios: ReturnType<typeof scenario>[]): number => exitCodeOf({ uri: '', scenarios, issues: [] });
    test('the gravest counts', () => {
        expect(gravest([])).toBe(0);
        expect(codeFor(scenario('passed'))).toBe(0);
        expect(codeFor(scenario('passed'), scenario('unverified'))).toBe(4);
        expect(codeFor(scenario('unverified'), scenario('failed'))).toBe(1);
        expect(codeFor(scenario('failed'), scenario('invalid'))).toBe(2);
        expect(codeFor(scenario('invalid', 'hwp/internal'), scenario('failed'))).toBe(3);
    });
    test('an error outside the scenarios is invalid input', () => {
        const issue = { origin: 'text', code: 'hwp/outside-scenario', severity: 'error', message: '', range } as const;
        expect(exitCodeOf({ uri: '', scenarios: [scenario('passed')], issues: [issue] })).toBe(2);
    });
});
