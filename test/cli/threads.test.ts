/** `hwp run --jobs`: whoever runs a file, what is printed and written is the same. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CountsBefore } from '../../server/src/cli/run/counts-before.js';

const root = path.resolve(import.meta.dirname, '../..');

interface Ended { readonly status: number | null; readonly stdout: string; readonly stderr: string }

function hwp(...args: string[]): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'out/cli.js'), 'run', ...args], { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 2 ** 28 });
    return { status, stdout, stderr };
}

describe('threads', () => {
    let folder = '';
    beforeAll(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'hwp-threads-'));
        const body = 'region dentry = slab 1 page\n    corrupt-pfn dentry\n';
        writeFileSync(path.join(folder, 'lab.hwp'), 'machine lab {\n    sysctl vm.memory_failure_early_kill = 1\n}\n');
        for (let file = 0; file < 24; file++) {
            const own = file % 3 === 0 ? 'import "lab.hwp"\n' : file % 7 === 0 ? 'import "lap.hwp"\n' : '';
            const scenarios = Array.from({ length: file % 4 }, (_, index) => `scenario "case ${index} of ${file}"${own.includes('lab') ? ' on lab' : ''} {\n    ${body}        expect ${index === 2 ? 'MF_MSG_FREE_HUGE' : 'MF_MSG_KERNEL'}\n}\n`);
            writeFileSync(path.join(folder, `f${String(file).padStart(2, '0')}.hwp`), own + scenarios.join(''));
        }
        writeFileSync(path.join(folder, 'f13.hwp'), Buffer.from([0, 1, 2]));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each([
        [['--explain', '--strict']], [['--format', 'json']], [['--format', 'dmesg']], [['--fail-fast']], [['--shard', '3/3', '--list']], [['--filter', 'case [02]', '--shard', '2/2']],
    ])('%j gives the same with one and with three', (args) => {
        const alone = hwp('--jobs', '1', ...args, folder);
        expect(alone.stdout.length + alone.stderr.length).toBeGreaterThan(0);
        expect(hwp('--jobs', '3', ...args, folder)).toEqual(alone);
    });

    test('the parts of a run are all of it, each scenario once', () => {
        const all = hwp('--list', folder).stdout.split('\n').sort();
        const parts = [1, 2, 3].flatMap((part) => hwp('--jobs', '2', '--list', '--shard', `${part}/3`, folder).stdout.split('\n').filter((line) => line !== ''));
        expect(['', ...parts].sort()).toEqual(all);
    });

    test('reports are the same, too', () => {
        const report = (jobs: string): string => {
            const file = path.join(folder, 'report.xml');
            hwp('--jobs', jobs, '--report', `junit=${file}`, folder);
            return readFileSync(file, 'utf8');
        };
        expect(report('3')).toBe(report('1'));
    });

    test('files of the command line are what a missing import may have meant, those that come later among them', () => {
        expect(hwp('--jobs', '1', folder).stdout).toContain('Did you mean `lab.hwp`?');
    });

    test('a number that is none is refused', () => {
        expect(hwp('--jobs', '0', folder)).toMatchObject({ status: 2, stderr: expect.stringContaining('it must be a whole number from 1 to 9999') as string });
    });
});

describe('the scenarios in the files before', () => {
    test('are known when all of those are counted, in whatever order', async () => {
        const counts = new CountsBefore();
        const asked = [3, 1, 0, 2].map((file) => counts.tell(file, 10 + file));
        expect(await Promise.all(asked)).toEqual([33, 10, 0, 21]);
        expect(await counts.tell(2, 12)).toBe(21);
    });
    test('of a file that is read again wait as the first time', async () => {
        const counts = new CountsBefore();
        const both = [counts.tell(1, 5), counts.tell(1, 5)];
        void counts.tell(0, 7);
        expect(await Promise.all(both)).toEqual([7, 7]);
    });
});
