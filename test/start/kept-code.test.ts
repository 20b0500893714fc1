/** What V8 compiled is kept from one run to the next, and what is kept never decides what runs. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const SCENARIO = 'examples/01-early-kill.hwp';

let folder: string;
let cache: string;
beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hwp-kept-'));
    cache = path.join(folder, 'cache');
    cpSync(path.join(root, 'out'), path.join(folder, 'out'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function hwp(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    return spawnSync(process.execPath, [path.join(folder, 'out/cli.js'), ...args], { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_COMPILE_CACHE: cache, NO_COLOR: '1' } });
}

function kept(): string[] {
    return readdirSync(cache, { recursive: true, encoding: 'utf8' }).map((name) => path.join(cache, name)).filter((name) => path.basename(name).startsWith('hwp-')).sort();
}

describe.skipIf(!('getCompileCacheDir' in module))('kept code', () => {
    test('a run leaves what it compiled for the next one of its command, which prints the same', () => {
        const first = hwp('run', SCENARIO);
        expect(first).toMatchObject({ status: 0, stderr: '' });
        const files = kept();
        expect(files.map((file) => path.basename(file).split('-').slice(0, 3).join('-'))).toEqual(['hwp-engine-run', 'hwp-hwp-run', 'hwp-scenarios-run']);
        const before = files.map((file) => readFileSync(file));
        expect(hwp('run', SCENARIO)).toEqual({ ...first, pid: expect.any(Number) as number });
        expect(kept().map((file) => readFileSync(file))).toEqual(before);
        expect(hwp('check', SCENARIO).status).toBe(0);
        expect(kept()).toHaveLength(6);
    });

    test('a run of one file reads no code that a run of many has left', () => {
        hwp('run', 'examples/01-early-kill.hwp', 'examples/02-delayed-crash.hwp');
        const ofMany = kept();
        hwp('run', SCENARIO);
        expect(kept().filter((file) => !ofMany.includes(file)).map((file) => path.basename(file).split('-').slice(0, 3).join('-'))).toEqual(['hwp-engine-run', 'hwp-hwp-run', 'hwp-scenarios-run']);
    });

    test('what cannot be used is made anew', () => {
        const first = hwp('run', SCENARIO);
        kept().forEach((file) => writeFileSync(file, 'no code'));
        expect(hwp('run', SCENARIO)).toMatchObject({ status: 0, stdout: first.stdout, stderr: '' });
        expect(kept().every((file) => readFileSync(file).length > 1000)).toBe(true);
    });

    test('another build of the same size runs as it is', () => {
        hwp('--version');
        const file = path.join(folder, 'out/hwp.js');
        writeFileSync(file, readFileSync(file, 'latin1').replaceAll('print the version', 'PRINT THE VERSION'), 'latin1');
        expect(hwp('--help').stdout).toContain('PRINT THE VERSION');
    });

    test('a folder that cannot be written to stops nobody', () => {
        writeFileSync(cache, 'a file');
        expect(hwp('run', SCENARIO)).toMatchObject({ status: 0, stderr: '' });
    });

    test('errors name the lines of the bundle', () => {
        const file = path.join(folder, 'out/hwp.js');
        writeFileSync(file, '"use strict";throw new Error("broken");', 'latin1');
        expect(hwp('run').stderr).toContain(`${file}:1:20`);
    });
});
