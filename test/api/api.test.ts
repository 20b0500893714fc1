/** What the package gives to programs, as they call it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { analyze, InputError, readLog, simulate } from '../../server/src/api/main.js';
import { breachesOfRunSchema } from '../report/run-schema.js';

const root = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = 'examples/05-who-is-signalled.hwp';

function hwp(...args: string[]): unknown {
    return JSON.parse(spawnSync(process.execPath, [path.join(root, 'out/cli.js'), ...args], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout);
}

describe('the API', () => {
    const text = readFileSync(path.join(root, EXAMPLE), 'utf8');
    test('gives what the command prints', async () => {
        const settings = { path: EXAMPLE };
        expect(await simulate(text, settings)).toEqual(hwp('run', '--format', 'json', EXAMPLE));
        expect(await simulate(text, { ...settings, kernel: '6.12', sysctls: { 'vm.memory_failure_early_kill': 1 } })).toEqual(hwp('run', '--format', 'json', '--kernel', '6.12', '--sysctl', 'vm.memory_failure_early_kill=1', EXAMPLE));
        expect(await analyze(text, settings)).toEqual(hwp('check', '--format', 'json', EXAMPLE));
        expect(breachesOfRunSchema(JSON.parse(JSON.stringify(await simulate(text))))).toBeNull();
    });

    test('reads logs as the command does', async () => {
        const log = '[    1.000000] Memory failure: 0x4003: recovery action for dirty LRU page: Recovered\r\n'.repeat(2);
        const fromCommand = JSON.parse(spawnSync(process.execPath, [path.join(root, 'out/cli.js'), 'triage', '--format', 'json', '-'], { input: log, encoding: 'utf8' }).stdout) as unknown;
        expect(await readLog(log, { path: '<stdin>' })).toEqual(fromCommand);
    });

    test('imports what is passed in, and nothing else', async () => {
        const importing = 'import "../lab machines.hwp"\nscenario "s" on lab {\n    corrupt-pfn cache\n}\n';
        const known = await simulate(importing, { path: 'suite/a.hwp', imports: { 'lab machines.hwp': 'machine lab {\n    region cache = slab 1 page\n}\n' } });
        expect(known).toMatchObject({ summary: { passed: 1 }, files: [{ path: 'suite/a.hwp' }] });
        expect(JSON.stringify(await simulate(importing))).toContain('import/missing');
    });

    test.each([
        [() => simulate('', { kernel: '5.15' }), 'Linux 5.15 is too old'],
        [() => simulate('', { sysctls: { 'vm.nothing': 1 } }), 'There is no sysctl "vm.nothing"'],
        [() => simulate('', { kernel: 6.12 } as unknown as object), 'The setting "kernel" takes a string, such as { kernel: "6.12" }, not 6.12.'],
        [() => simulate('', { sysctls: 'vm.a=1' } as unknown as object), 'The setting "sysctls" takes an object of whole numbers by name, such as { sysctls: { "vm.memory_failure_early_kill": 1 } }, not "vm.a=1".'],
        [() => simulate('', { sysctls: { 'vm.memory_failure_early_kill': 'yes' } } as unknown as object), 'The setting "sysctls" takes an object of whole numbers'],
        [() => analyze('', { imports: { 'a.hwp': undefined } } as unknown as object), 'The setting "imports" takes an object of texts by path'],
        [() => analyze('', { path: () => '' } as unknown as object), 'The setting "path" takes a string, such as { path: "suite/a.hwp" }, not a function.'],
        [() => simulate('', { kernal: '6.12' } as unknown as object), 'There is no setting "kernal" here. Did you mean "kernel"? There are path, kernel, sysctls, imports.'],
        [() => simulate('', null as unknown as object), 'The settings must be an object with path, kernel, sysctls, imports, not null.'],
        [() => readLog('', { kernel: '6.12' } as unknown as object), 'There is no setting "kernel" here. There is path.'],
        [() => analyze(undefined as unknown as string), 'A text is expected, not undefined.'],
        [() => readLog(null as unknown as string), 'A text is expected, not null.'],
    ])('refuses what it cannot use, with the reason', async (call, reason) => {
        const refused = expect(call()).rejects;
        await refused.toThrow(InputError);
        await expect(call()).rejects.toThrow(reason);
    });

    test('a setting that is undefined is not set, and a path may be any text', async () => {
        expect(await simulate('', { kernel: undefined, path: 'a\ud800.hwp' } as unknown as object)).toMatchObject({ files: [{ path: 'a\ud800.hwp' }] });
    });

    test('any text has a result', async () => {
        expect(await simulate('scenario "x" { \u0000 ]]')).toMatchObject({ schema: 'hwp-run/1' });
        expect(await readLog('\u0000')).toMatchObject({ schema: 'hwp-triage/1' });
    });
});
