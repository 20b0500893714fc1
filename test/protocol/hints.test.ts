import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COVERAGE_SETTING, DEFAULTS_SETTING, RESULT_HINT_SETTINGS } from '../../server/src/lsp/hints/hint-settings.js';
import type { SummaryKind } from '../../server/src/report/step/summary-kind.js';
import { EVERY_HINT } from '../resources/every-hint.js';
import { InProcessClient } from './in-process-client.js';

interface Hint {
    readonly position: { readonly line: number; readonly character: number };
    readonly label: string;
}

interface Manifest {
    readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, { readonly type: string; readonly default: unknown }>> } };
}

const URI = 'untitled:hints';

describe('hints', () => {
    let client: InProcessClient;
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(URI, EVERY_HINT);
    });
    afterAll(() => client.stop());

    const hints = async (settings: Readonly<Record<string, boolean>>, from = 0, to = 100): Promise<(readonly [number, string])[]> => {
        await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { hwp: { hints: settings } } });
        const found = await client.request<Hint[]>('textDocument/inlayHint', { textDocument: { uri: URI }, range: { start: { line: from, character: 0 }, end: { line: to, character: 0 } } });
        expect(found.map(({ position }) => position.character)).toEqual(found.map(({ position }) => EVERY_HINT.split('\n')[position.line]!.length));
        return found.map(({ position, label }) => [position.line, label] as const);
    };

    test('all of them are on where nothing is set', async () => {
        expect(await hints({})).toEqual([
            [0, 'kernel 7.3 · arch x86-64 · cpus 2'],
            [2, 'sigbus default'],
            [6, 'prctl PR_MCE_KILL_DEFAULT · sigbus default'],
            [9, "'A'"],
            [10, 'KERNEL Ignored · EBUSY'],
            [11, 'DIRTY_LRU Recovered · log[0] lost'],
            [12, 'DIRTY_LRU Recovered · AO→db.main · db killed'],
            [14, 'panic'],
            [16, 'not reached'],
            [17, '7.3 boots · nothing carried · forgets 3 bad frames'],
        ]);
    });

    const SWITCHES: readonly (readonly [setting: keyof typeof RESULT_HINT_SETTINGS | typeof DEFAULTS_SETTING, line: number, without: string | undefined])[] = [
        ['results', 12, 'AO→db.main · db killed'],
        ['signals', 12, 'DIRTY_LRU Recovered · db killed'],
        ['exits', 12, 'DIRTY_LRU Recovered · AO→db.main'],
        ['data', 11, 'DIRTY_LRU Recovered'],
        ['errnos', 10, 'KERNEL Ignored'],
        ['values', 9, undefined],
        ['panics', 14, undefined],
        ['notReached', 16, undefined],
        ['boots', 17, undefined],
        ['defaults', 0, undefined],
    ];

    test.each(SWITCHES)('hwp.hints.%s off takes away its own words', async (name, line, without) => {
        expect(new Map(await hints({ [name]: false })).get(line)).toBe(without);
    });

    test('hwp.hints.coverage on says how well each scenario is covered, at its first line', async () => {
        const found = (await hints({ coverage: true })).filter(([line]) => line === 0).map(([, label]) => label);
        expect(found).toEqual(['kernel 7.3 · arch x86-64 · cpus 2', expect.stringMatching(/^\d of \d steps recorded · \d .*from the source$/)]);
        expect((await hints({ coverage: true }, 5, 100)).filter(([line]) => line === 0)).toEqual([]);
    });

    test('each kind has a setting that the editor knows, on by default', () => {
        const manifest = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')) as Manifest;
        const contributed = Object.entries(manifest.contributes.configuration.properties).filter(([name]) => name.startsWith('hwp.hints.'));

        expect(contributed.map(([name]) => name.slice('hwp.hints.'.length))).toEqual([...Object.keys(RESULT_HINT_SETTINGS), DEFAULTS_SETTING, COVERAGE_SETTING]);
        expect(contributed.filter(([, { type }]) => type !== 'boolean')).toEqual([]);
        expect(contributed.filter(([, { default: value }]) => value !== true).map(([name]) => name)).toEqual([`hwp.hints.${COVERAGE_SETTING}`]);
        expect(SWITCHES.map(([name]) => name).sort()).toEqual([...Object.keys(RESULT_HINT_SETTINGS), DEFAULTS_SETTING].sort());
    });

    test('every kind of result has a setting', () => {
        // The type checker asks for all of them.
        const kinds: Readonly<Record<SummaryKind, true>> = { boot: true, result: true, signal: true, errno: true, value: true, exit: true, data: true, oops: true, panic: true, 'not-reached': true, race: true };
        expect(new Set<string>(Object.values(RESULT_HINT_SETTINGS).flat())).toEqual(new Set(Object.keys(kinds)));
    });

    test('no default is said of what is varied', async () => {
        await hints({});
        const defaults = async (vary: string): Promise<string[]> => {
            await client.open('untitled:varied', `scenario "v" {\n    arch arm64\n    ${vary}\n    process db { map heap = anon 64 KiB written }\n    corrupt-pfn heap[0]\n}\n`.replace(vary.startsWith('vary arch') ? '    arch arm64\n' : '\0', ''));
            return (await client.request<Hint[]>('textDocument/inlayHint', { textDocument: { uri: 'untitled:varied' }, range: { start: { line: 0, character: 0 }, end: { line: 3, character: 99 } } })).map(({ label }) => label).slice(0, 2);
        };
        const process = 'prctl PR_MCE_KILL_DEFAULT · sigbus default';
        expect(await defaults('vary sysctl vm.memory_failure_early_kill 0, 1')).toEqual(['kernel 7.3 · page size 4 KiB · memory 1 GiB · cpus 2', process]);
        expect(await defaults('vary kernel 7.2, 7.3')).toEqual(['page size 4 KiB · memory 1 GiB · cpus 2', process]);
        expect(await defaults('vary page size 4 KiB, 64 KiB')).toEqual(['kernel 7.3 · memory 1 GiB · cpus 2', process]);
        expect(await defaults('vary arch x86-64, arm64')).toEqual(['kernel 7.3 · memory 1 GiB · cpus 2', process]);
        expect(await defaults('vary prctl PR_MCE_KILL_EARLY, PR_MCE_KILL_LATE')).toEqual(['kernel 7.3 · page size 4 KiB · memory 1 GiB · cpus 2', 'sigbus default']);
        expect(await defaults('vary prctl db.main PR_MCE_KILL_EARLY, PR_MCE_KILL_LATE')).toEqual(['kernel 7.3 · page size 4 KiB · memory 1 GiB · cpus 2', 'sigbus default']);
    });

    test('only the lines that are asked for have hints', async () => {
        expect((await hints({}, 9, 11)).map(([line]) => line)).toEqual([9, 10, 11]);
    });
});
