// Machines that do not come up, hang, flood or die: what the session makes of them, and what it leaves behind.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { LabProblem } from '../../server/src/lab/lab-problem.js';
import { LabSession } from '../../server/src/lab/session.js';
import { planOf } from './scenario.js';

const folder = mkdtempSync(path.join(tmpdir(), 'hwp-lab-'));
const image = path.join(folder, 'image');
const agent = path.join(folder, 'agent');
[image, agent].forEach((file) => writeFileSync(file, 'nothing'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = await planOf('scenario "s" {\n    process victim { map heap = anon 16 KiB written }\n    victim: madvise heap[1] MADV_HWPOISON\n}');

const sessions: LabSession[] = [];

/** A session on a machine with that trouble; patient enough for a busy machine, but for those troubles that are a wait. */
function sessionWith(trouble: string, patience = { boot: 60_000, step: 60_000 }, cache = path.join(folder, String(sessions.length))): { readonly session: LabSession; readonly cache: string } {
    const session = new LabSession({
        kernel: { arch: 'x86-64', pageShift: 12, version: '7.3.9', release: '7.3.9-mine', image, modules: [], config: null },
        qemu: { command: path.join(import.meta.dirname, 'fake-emulator.mjs'), version: '7.2.0', guard: [], arguments: [], environment: { FAKE_TROUBLE: trouble }, accelerator: 'tcg', recording: { missing: '' } },
        agent, ext4: null, cache, progress: () => undefined, patience,
    });
    sessions.push(session);
    return { session, cache };
}

afterEach(async () => {
    await sessions.at(-1)?.close();
});

describe('a machine that does not boot', () => {
    test.each([
        ['does not start', 'no such machine', undefined],
        ['panics at boot', 'panicked while it booted. The console ended with:\nKernel panic - not syncing: VFS: Unable to mount root fs', undefined],
        ['does not come up', 'does not come up; the console is silent', { boot: 500, step: 500 }],
    ])('%s: said with its mend', async (trouble, words, patience) => {
        const { session, cache } = sessionWith(trouble, patience);
        const error: unknown = await session.open().catch((reason: unknown) => reason);
        await session.close();

        expect(error).toBeInstanceOf(LabProblem);
        expect((error as LabProblem).message).toContain(words);
        expect((error as LabProblem).mend).not.toBe('');
        expect(readdirSync(path.join(cache, 'machines'))).toEqual([]);
    });

    test.each([
        ['has no room', 'look for room in /dev/shm'],
        ['is older', 'Use QEMU 7.2 or newer'],
    ])('%s: the mend says so', async (trouble, mend) => {
        const { session } = sessionWith(trouble);

        await expect(session.open()).rejects.toMatchObject({ mend: expect.stringContaining(mend) as string });
    });
});

describe('a machine that fails in a step', () => {
    test.each([
        ['panics in a step', { why: 'panic', step: 0 }, undefined],
        ['dies in a step', { why: 'lost', step: 0 }, undefined],
        ['floods the console', { why: 'hung', step: 0, text: expect.stringMatching(/floods the console: 20000 lines and more, such as "again \d+ \d+"/) as string }, undefined],
        ['hangs', { why: 'hung', step: 0 }, { boot: 60_000, step: 5_000 }],
    ])('%s: the scenario is cut there, and what was seen is kept', async (trouble, cut, patience) => {
        const { session } = sessionWith(trouble, patience);
        await session.open();
        const observation = await session.run(plan);

        expect(observation.cut).toMatchObject(cut);
        expect(observation.steps).toHaveLength(1);
    });

    test('the next scenario gets a machine that works', async () => {
        const { session } = sessionWith('');
        await session.open();
        const [first, second] = [await session.run(plan), await session.run(plan, true)];

        expect([first.cut, second.cut]).toEqual([null, null]);
    });

    test('nothing is left behind but the kept state', async () => {
        const { session, cache } = sessionWith('dies in a step');
        await session.open();
        await session.run(plan);
        await session.close();

        expect(readdirSync(path.join(cache, 'machines')).filter((name) => name.startsWith('run-'))).toEqual([]);
    });

    test('others go on from the state that was kept, beside it and after it', async () => {
        const { session, cache } = sessionWith('');
        await session.open();
        const { session: other } = sessionWith('', undefined, cache);
        await other.open();

        expect([session.bootMs, other.bootMs]).toEqual([expect.any(Number), null]);
        await session.close();
        expect(readdirSync(path.join(cache, 'machines')).map((name) => path.extname(name)).sort()).toEqual(['.cpio', '.devices', '.json', '.ram']);
    });

    test('a state with nothing beside it that says what the machine lacks is made anew', async () => {
        const { session, cache } = sessionWith('');
        await session.open();
        await session.close();
        const machines = path.join(cache, 'machines');
        readdirSync(machines).filter((name) => name.endsWith('.json')).forEach((name) => rmSync(path.join(machines, name)));
        const { session: other } = sessionWith('', undefined, cache);
        await other.open();

        expect(other.bootMs).not.toBeNull();
    });

    test.each([
        ['of before the host was booted', '', (about: object) => ({ ...about, hostBoot: 'another' })],
        ['that cannot be gone on from', 'goes on from nothing', (about: object) => about],
    ])('a state %s is made anew', async (_which, trouble, change) => {
        const { session, cache } = sessionWith('');
        await session.open();
        await session.close();
        const about = path.join(cache, 'machines', readdirSync(path.join(cache, 'machines')).find((name) => name.endsWith('.json'))!);
        writeFileSync(about, JSON.stringify(change(JSON.parse(readFileSync(about, 'utf8')) as object)));
        const { session: other } = sessionWith(trouble, undefined, cache);
        await other.open().catch(() => undefined);

        expect(other.bootMs).not.toBeNull();
    });

    test('states that were not used for long go, and those of older versions; the newest stay', async () => {
        const { session, cache } = sessionWith('');
        const machines = path.join(cache, 'machines');
        const key = (number: number): string => number.toString(16).padStart(16, '0');
        mkdirSync(machines, { recursive: true });
        for (let number = 1; number <= 20; number += 1) {
            ['json', 'ram'].forEach((what) => writeFileSync(path.join(machines, `${key(number)}.${what}`), '{}'));
            utimesSync(path.join(machines, `${key(number)}.json`), number, number);
        }
        ['qcow2', 'qcow2.json', 'cpio'].forEach((what) => writeFileSync(path.join(machines, `${key(99)}.${what}`), ''));
        await session.open();

        expect(readdirSync(machines).filter((name) => name.startsWith(key(0).slice(0, -2))).sort()).toEqual(Array.from({ length: 15 }, (_none, index) => ['json', 'ram'].map((what) => `${key(index + 6)}.${what}`)).flat().sort());
    });
});
