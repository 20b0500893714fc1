/** `hwp run --watch`, as a program of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const scenario = (title: string, type: string): string => `scenario "${title}" {\n    region dentry = slab 1 page\n    corrupt-pfn dentry\n        expect ${type}\n}\n`;

/** A run that goes on; what it has printed is waited for. */
class Watched {
    text = '';
    readonly ended: Promise<number | null>;
    readonly #child: ChildProcess;
    #wake: () => void = () => undefined;

    constructor(folder: string, ...args: string[]) {
        this.#child = spawn(process.execPath, [path.join(root, 'out/cli.js'), 'run', '--watch', ...args], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
        for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
            stream.setEncoding('utf8').on('data', (text: string) => {
                this.text += text;
                this.#wake();
            });
        }
        this.ended = new Promise((resolve) => void this.#child.on('close', (code) => {
            this.#wake();
            resolve(code);
        }));
    }

    /** Waits for words after those that were waited for before. */
    async says(words: string): Promise<void> {
        for (;;) {
            const at = this.text.indexOf(words);
            if (at >= 0) {
                this.text = this.text.slice(at + words.length);
                return;
            }
            if (this.#child.exitCode !== null) throw new Error(`it ended with ${this.#child.exitCode} after: ${this.text}`);
            await new Promise<void>((resolve) => void (this.#wake = resolve));
        }
    }

    interrupt(): void {
        this.#child.kill('SIGINT');
    }

    kill(): void {
        this.#child.kill('SIGKILL');
    }
}

describe('hwp run --watch', () => {
    let folder = '';
    let watched: Watched;
    const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);
    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'hwp-watch-'));
        mkdirSync(path.join(folder, 'suite'));
        write('suite/a.hwp', scenario('first', 'MF_MSG_KERNEL'));
        write('suite/b.hwp', `import "../lab.hwp"\n${scenario('second', 'MF_MSG_KERNEL').replace('"second"', '"second" on lab')}`);
        write('lab.hwp', 'machine lab { }\n');
        write('notes.txt', scenario('notes', 'MF_MSG_KERNEL'));
    });
    afterEach(() => {
        watched.kill();
        rmSync(folder, { recursive: true, force: true });
    });

    test('runs what changed, what imports it, what is new, and what is left', async () => {
        watched = new Watched(folder, 'suite', '--report', 'junit=report.xml');
        await watched.says('2 scenarios: 2 passed');
        await watched.says('watching for changes');

        write('suite/a.hwp', scenario('first', 'MF_MSG_FREE_HUGE'));
        await watched.says('running suite/a.hwp\n');
        await watched.says('2 scenarios: 1 passed, 1 failed');
        await expect.poll(() => readFileSync(path.join(folder, 'report.xml'), 'utf8')).toMatch(/tests="2" failures="1"/);

        write('lab.hwp', 'machine lap { }\n');
        await watched.says('running suite/b.hwp\n');
        await watched.says('1 failed, 1 invalid');
        rmSync(path.join(folder, 'lab.hwp'));
        await watched.says('running suite/b.hwp\n');
        await watched.says('1 failed, 1 invalid');
        write('lab.hwp', 'machine lab { }\n');
        await watched.says('1 passed, 1 failed');

        mkdirSync(path.join(folder, 'suite/more'));
        write('suite/more/c.hwp', scenario('third', 'MF_MSG_KERNEL'));
        await watched.says('3 scenarios: 2 passed, 1 failed');

        // As many editors save: a new file takes the place of the old one.
        write('suite/a.hwp~', scenario('first', 'MF_MSG_KERNEL'));
        renameSync(path.join(folder, 'suite/a.hwp~'), path.join(folder, 'suite/a.hwp'));
        await watched.says('3 scenarios: 3 passed');

        rmSync(path.join(folder, 'suite/more'), { recursive: true });
        await watched.says('2 scenarios: 2 passed');

        watched.interrupt();
        expect(await watched.ended).toBe(0);
    });

    test('a folder that goes away ends it with a reason and 2', async () => {
        watched = new Watched(folder, 'suite');
        await watched.says('watching for changes');
        rmSync(path.join(folder, 'suite'), { recursive: true });
        await watched.says('hwp: suite: no such file or folder. Nothing is left to watch there\n');
        expect(await watched.ended).toBe(2);
    });

    test('a folder that is put back at once, as by version control, does not', async () => {
        watched = new Watched(folder, 'suite');
        await watched.says('watching for changes');
        renameSync(path.join(folder, 'suite'), path.join(folder, 'aside'));
        mkdirSync(path.join(folder, 'suite'));
        write('suite/a.hwp', scenario('another', 'MF_MSG_FREE_HUGE'));
        await watched.says('1 failed');
        watched.interrupt();
        expect(await watched.ended).toBe(1);
    });

    test.each([
        [['missing'], 'hwp: missing: no such file or folder'],
        [['-'], 'the standard input (-) does not change'],
        [['suite', '--format', 'json'], '--format json does not go with it'],
        [['notes.txt', '--report', 'tap=./notes.txt'], 'hwp: ./notes.txt would be written over scenarios that are run: name another file.'],
        [['suite', '--shard', '1/2'], '--shard does not go with it'],
    ])('%j cannot be watched, and it says why', async (args, reason) => {
        watched = new Watched(folder, ...args);
        expect(await watched.ended).toBe(2);
        expect(watched.text).toContain(reason);
    });
});
