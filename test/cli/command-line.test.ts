import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommandLine } from '../../server/src/cli/command-line.js';
import * as simulator from '../../server/src/simulator/simulate.js';
import { breachesOfRunSchema } from '../report/run-schema.js';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');

const PASSING = `scenario "passing" {
    region dentry = slab 1 page
    corrupt-pfn dentry
        expect MF_MSG_KERNEL MF_IGNORED errno EBUSY
        expect dmesg "recovery action for reserved kernel page: Ignored"
}
`;
const FAILING = PASSING.replace('passing', 'failing').replace('MF_IGNORED', 'MF_RECOVERED');
const PANICKING = PASSING.replace('passing', 'panicking').replace('region', 'sysctl vm.memory_failure_recovery = 0\n    region').replace(/^ +expect.*$/gm, '');
const BROKEN = PASSING.replace('passing', 'broken').replace('slab', 'slap');
const UNCHECKED = PASSING.replace('passing', 'unchecked').replace(/^ +expect.*$/gm, '');
const UNMODELLED = PASSING.replace('passing', 'unmodelled').replace('corrupt-pfn dentry', 'movable at phys 512 MiB size 128 MiB\n    corrupt-pfn dentry');

const MACHINE = 'machine server {\n    region cache = slab 1 page\n}\n';

describe('hwp', () => {
    let folder = '';
    beforeAll(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'hwp-cli-'));
        for (const [file, text] of Object.entries({ passing: PASSING, failing: FAILING, panicking: PANICKING, broken: BROKEN, unmodelled: UNMODELLED, unchecked: UNCHECKED, machine: MACHINE })) {
            writeFileSync(path.join(folder, `${file}.hwp`), text);
        }
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    async function hwp(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
        const written = { out: '', err: '' };
        const inFolder = args.map((arg) => arg.endsWith('.hwp') ? path.join(folder, arg) : arg);
        const code = await runCommandLine(inFolder, {
            out: (text) => void (written.out += text), err: (text) => void (written.err += text), colours: true,
        });
        return { code, ...written };
    }

    test.each([
        [['run', 'passing.hwp'], 0],
        [['run', 'failing.hwp'], 1],
        [['run', 'panicking.hwp'], 1],
        [['run', 'broken.hwp'], 2],
        [['run', 'unmodelled.hwp'], 4],
        [['run', 'passing.hwp', 'unmodelled.hwp'], 4],
        [['run', 'passing.hwp', 'unmodelled.hwp', 'failing.hwp'], 1],
        [['run', 'failing.hwp', 'broken.hwp'], 2],
        [['run', 'passing.hwp', 'missing.hwp'], 2],
        [['run', 'passing.hwp', '--kernel', '6.12', '--sysctl', 'vm.panic_on_unrecoverable_memory_failure=1'], 2],
        [['run', 'passing.hwp', '--format', 'xml'], 2],
        [['run', 'passing.hwp', '--sysctl', 'constructor=1'], 2],
        [['run', 'unchecked.hwp'], 0],
        [['run', 'unchecked.hwp', '--strict'], 5],
        [['run', 'passing.hwp', '--strict'], 0],
        [['run', 'passing.hwp', '--strict', '--kernel', '9.9'], 2],
        [['run', 'unchecked.hwp', 'failing.hwp', '--strict'], 1],
        [['run', 'unchecked.hwp', 'unmodelled.hwp', '--strict'], 4],
        [['passing.hwp'], 2],
        [['run', 'machine.hwp'], 2],
        [['run', 'machine.hwp', 'passing.hwp'], 0],
        [['check', 'machine.hwp'], 0],
        [['help', 'run'], 0],
        [['run', 'passing.hwp', '--frobnicate'], 2],
        [['run'], 2],
        [['walk'], 2],
        [[], 2],
        [['check', 'passing.hwp', 'failing.hwp', 'panicking.hwp', 'unmodelled.hwp'], 0],
        [['check', 'broken.hwp'], 2],
        [['--help'], 0],
        [['--version'], 0],
    ])('%j ends with %i', async (args, code) => {
        expect((await hwp(...args)).code).toBe(code);
    });

    test('a bug of ours is named at its scenario, and the others still run', async () => {
        const run = vi.spyOn(simulator.Simulation.prototype, 'run').mockImplementationOnce(() => {
            throw new Error('folio without a page');
        });
        try {
            const { code, out } = await hwp('run', '--no-color', 'passing.hwp', 'failing.hwp');
            expect(code).toBe(3);
            expect(out).toContain('This is a bug in the simulator, not in the scenario: folio without a page');
            expect(out).toContain('1 failed, 1 invalid');
        } finally {
            run.mockRestore();
        }
    });

    test.each([
        ['7.3', 'recorded', '7.3', ''], ['6.12.107', 'recorded', '6.12', ''], ['6.6', 'derived', '6.6', 'hwp: What Linux 6.6 does is derived from its source'],
        ['6.16', 'recorded', '6.12', 'hwp: Linux 6.16 is not described: it behaves as 6.12'], ['6.7', 'derived', '6.6', 'hwp: Linux 6.7 is not described: it behaves as 6.6'],
    ])('--kernel %s is %s, as %s, in the JSON and beside the results', async (kernel, basis, version, note) => {
        const { out, err } = await hwp('run', '--format', 'json', '--kernel', kernel, 'panicking.hwp');
        const json = JSON.parse(out) as { files: { scenarios: { kernel: object }[] }[] };
        expect(breachesOfRunSchema(json)).toBeNull();
        expect(json.files[0]!.scenarios[0]!.kernel).toEqual({ written: kernel, version, basis, proposals: [] });
        expect(err.startsWith(note) && (note !== '' || err === '')).toBe(true);
    });

    test.each([
        [['help', 'lab', 'run'], 0, 'Usage: hwp lab run', ''],
        [['help', 'rnu'], 2, '', "error: unknown command 'rnu'\n(Did you mean run?)"],
        [['help', 'lab', 'nosuch'], 2, '', "error: unknown command 'nosuch'"],
        [['help', 'run', 'nosuch'], 0, 'Usage: hwp run', ''],
    ])('%j', async (args, expected, said, complained) => {
        const { code, out, err } = await hwp(...args);
        expect([code, out.slice(0, said.length), err.slice(0, complained.length)]).toEqual([expected, said, complained]);
        expect(err === '').toBe(complained === '');
    });

    test('--kernel below the oldest is refused with the reason', async () => {
        const { code, err } = await hwp('run', '--kernel', '5.15', 'passing.hwp');
        expect(code).toBe(2);
        expect(err).toContain('Linux 5.15 is too old: nobody has recorded or read a kernel before 6.1');
    });

    test('overrides are seen by the run and by the guards', async () => {
        const { out } = await hwp('run', 'passing.hwp', '--sysctl', 'vm.memory_failure_recovery=0', '--no-color');
        expect(out).toContain('corrupt-pfn dentry  panic');
    });

    test('a run of nothing is said, and is no success', async () => {
        const { out, err } = await hwp('run', '--no-color', 'machine.hwp');
        expect(out).toBe(`${path.join(folder, 'machine.hwp')}\n  no scenario\n\n0 scenarios\n`);
        expect(err).toBe(`hwp: nothing was run: there is no scenario in ${path.join(folder, 'machine.hwp')}\n`);
    });

    test('an error in a shared machine is told with its file and line', async () => {
        writeFileSync(path.join(folder, 'wrong.hwp'), MACHINE.replace('slab', 'slap'));
        writeFileSync(path.join(folder, 'on.hwp'), 'import "wrong.hwp"\nscenario "on a machine" on server {\n    corrupt-pfn cache\n}\n');
        const { out } = await hwp('run', '--no-color', 'on.hwp');
        expect(out).toContain(`on.hwp:2:1: error: The machine that it runs on has an error: \`slap\` is no kind of page. Did you mean \`slab\`? (${path.relative(process.cwd(), path.join(folder, 'wrong.hwp'))}:2:20) [hwp/unknown-word]`);
    });

    test('the JSON tells such places too', async () => {
        writeFileSync(path.join(folder, 'wrong.hwp'), MACHINE.replace('slab', 'slap'));
        writeFileSync(path.join(folder, 'on.hwp'), 'import "wrong.hwp"\nscenario "on a machine" on server {\n    corrupt-pfn cache\n}\n');
        const json = JSON.parse((await hwp('run', '--format', 'json', 'on.hwp')).out) as { files: { scenarios: { issues: object[] }[] }[] };
        expect(breachesOfRunSchema(json)).toBeNull();
        expect(json.files[0]!.scenarios[0]!.issues[0]).toMatchObject({ code: 'hwp/unknown-word', related: [{ place: { line: 2, column: 20 } }] });
    });

    test('no text of the user moves the cursor of the terminal', async () => {
        const titles = '\u001b[2J\u0007\u009b1m\u202e';
        writeFileSync(path.join(folder, 'hostile\u001b[2J.hwp'), `scenario "${titles}" {\n    process db comm "${titles}" { map heap = anon 1 page }\n    corrupt-pfn heap[0]\n    ${titles}\n    expect dmesg "${titles}"\n}\nscenario ${titles}`);
        for (const format of ['text', 'dmesg']) {
            const { out, err } = await hwp('run', '--no-color', '--format', format, 'hostile\u001b[2J.hwp');
            expect(out + err).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
        }
    });

    test('colours can be switched off', async () => {
        expect((await hwp('run', 'failing.hwp')).out).toContain('\u001b[31m');
        expect((await hwp('run', 'failing.hwp', '--no-color')).out).not.toContain('\u001b');
        expect((await hwp('--no-color', 'run', 'failing.hwp')).out).not.toContain('\u001b');
    });

    test.skipIf(!existsSync('/dev/full'))('output that cannot be written is said', () => {
        const full = openSync('/dev/full', 'w');
        const { status, stderr } = spawnSync(process.execPath, [path.resolve(import.meta.dirname, '../../out/cli.js'), 'run', path.join(folder, 'passing.hwp')], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
        closeSync(full);
        expect({ status, stderr }).toEqual({ status: 3, stderr: 'hwp: the output cannot be written: ENOSPC: no space left on device, write\n' });
    });

    test('results go to the standard output, what concerns no scenario to the standard error', async () => {
        const { out, err } = await hwp('run', 'missing.hwp', 'passing.hwp', '--no-color');
        expect(err).toBe(`hwp: ${path.join(folder, 'missing.hwp')}: no such file or folder\n`);
        expect(out).toContain('1 scenario: 1 passed');
    });

    test('the JSON is what its schema says, whatever the scenarios do, and the same every time', async () => {
        const args = ['run', '--format', 'json', 'passing.hwp', 'failing.hwp', 'panicking.hwp', 'broken.hwp', 'unmodelled.hwp', 'missing.hwp', EXAMPLES];
        const { out } = await hwp(...args);
        const output = JSON.parse(out) as { files: { scenarios: object[] }[]; unread: unknown[] };
        expect(breachesOfRunSchema(output)).toBeNull();
        expect(output.unread).toHaveLength(1);
        // Every part that the schema describes is met: variants, races, sweeps, boots, guests.
        for (const field of ['variants', 'leftOut', 'race', 'sweep', 'guests', 'archBasis']) expect(out).toContain(`"${field}"`);
        expect((await hwp(...args)).out).toBe(out);
    });

    test('nothing is found in the examples', async () => {
        expect((await hwp('check', EXAMPLES)).out).toMatch(/^\d+ files, \d+ scenarios: 0 errors, 0 warnings\n$/);
        expect((await hwp('run', EXAMPLES, '--no-color')).out).toMatch(/\n(\d+) scenarios: \1 passed; \d informations\n$/);
    });

    test('the log of several scenarios has a heading each', async () => {
        const { out, err } = await hwp('run', '--format', 'dmesg', 'passing.hwp', 'broken.hwp');
        expect(out.split('\n')[0]).toBe(`==> ${path.join(folder, 'passing.hwp')}: passing <==`);
        expect(err).toContain('Did you mean `slab`?');
    });

    test('check reports as JSON too', async () => {
        const { out } = await hwp('check', '--format', 'json', 'broken.hwp');
        expect(JSON.parse(out)).toMatchObject({ schema: 'hwp-check/1', files: [{ issues: [{ severity: 'error', place: { line: 2 } }] }], unread: [] });
    });
});
