/** The requests beyond the language server protocol, over stdio. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientRequests } from '../../server/src/lsp/protocol.js';
import { RACE_WINDOWS } from '../../server/src/vocabulary/race-windows.js';
import { LanguageClient } from './language-client.js';

const URI = 'file:///work/requests.hwp';
const TEXT = `scenario "early kill" {
    kernel 7.3
    memory 1 GiB
    process db {
        prctl PR_MCE_KILL_EARLY
        sigbus handler longjmp
        map heap = anon 16 KiB written
    }
    page bad = heap[2]

    corrupt-pfn bad
        expect MF_MSG_DIRTY_LRU MF_RECOVERED
        expect no signal
}

scenario "broken" {
    corrupt-pfn nothing
}

scenario "early kill" {
    kernel 7.3
}
`;

let client: LanguageClient;

async function ask<Method extends keyof ClientRequests>(method: Method, params: ClientRequests[Method]['params']): Promise<ClientRequests[Method]['result']> {
    return client.request(method, params);
}

beforeAll(async () => {
    client = await LanguageClient.start();
    await client.open(URI, TEXT);
});

afterAll(() => client.stop());

test('scenarios have ids, states and failures', async () => {
    const results = await ask('hwp/scenarios', { uri: URI });

    expect(results?.scenarios.map(({ id, status, met }) => ({ id, status, met }))).toEqual([
        { id: 'early kill', status: 'failed', met: 1 },
        { id: 'broken', status: 'invalid', met: 0 },
        { id: 'early kill#2', status: 'passed', met: 0 },
    ]);
    expect(results?.scenarios[0]?.failures).toMatchObject([{ expected: 'no signal', uri: URI, range: { start: { line: 12 } } }]);
    expect(results?.scenarios[0]?.failures[0]?.actual).toContain('BUS_MCEERR_AO');
    expect(results?.scenarios[1]?.failures[0]?.range.start.line).toBe(16);
});

test('a run answers with the steps as the command line prints them', async () => {
    const [result, ...others] = await ask('hwp/run', { uri: URI, scenario: 'early kill' }) ?? [];

    expect(others).toEqual([]);
    expect(result?.text).toContain('✗ early kill · kernel 7.3');
    expect(result?.text).toMatch(/corrupt-pfn bad {2}DIRTY_LRU Recovered · AO→db.main/);
});

test('a scenario and a step are found by position', async () => {
    expect((await ask('hwp/scenarioAt', { uri: URI, position: { line: 16, character: 0 } }))?.id).toBe('broken');
    expect(await ask('hwp/scenarioAt', { uri: URI, position: { line: 14, character: 0 } })).toBeNull();
    // The expectation below a step speaks of it.
    for (const line of [10, 11, 12]) {
        expect(await ask('hwp/stepAt', { uri: URI, position: { line, character: 6 } })).toEqual({ scenario: 'early kill', step: 0, title: 'corrupt-pfn bad' });
    }
    expect(await ask('hwp/stepAt', { uri: URI, position: { line: 2, character: 6 } })).toBeNull();
});

test('log, trace and explanation are texts whose lines lead to the step', async () => {
    const log = await ask('hwp/kernelLog', { uri: URI, scenario: 'early kill' });
    const trace = await ask('hwp/trace', { uri: URI, scenario: 'early kill' });
    const explanation = await ask('hwp/explanation', { uri: URI, scenario: 'early kill', step: 0 });
    const lineOf = (report: typeof log, words: string): number => report!.text.split('\n').findIndex((line) => line.includes(words));
    const place = (report: typeof log, words: string): unknown => report!.lines.filter(({ line }) => line === lineOf(report, words)).map(({ uri, range, isHead }) => [uri, range.start.line, isHead]);

    expect(log?.text).toMatch(/^\[ {4}\d\.\d{6}\] .*Memory failure: 0x[0-9a-f]+: recovery action for dirty LRU page: Recovered$/m);
    expect(trace?.text).toContain('memory_failure()');
    expect(explanation?.text).toMatch(/^corrupt-pfn bad {2}DIRTY_LRU Recovered · AO→db.main\n/);
    expect(place(log, 'recovery action')).toEqual([[URI, 10, true]]);
    expect(place(trace, 'early kill')).toEqual([[URI, 0, true]]);
    expect(place(trace, 'corrupt-pfn bad')).toEqual([[URI, 10, true]]);
    expect(place(trace, 'memory_failure()')).toEqual([[URI, 10, false]]);
    expect(place(trace, 'expected  no signal')).toEqual([[URI, 12, true]]);
    expect(place(explanation, 'corrupt-pfn bad')).toEqual([[URI, 10, true]]);
    expect(await ask('hwp/explanation', { uri: URI, scenario: 'early kill', step: 7 })).toBeNull();
    expect(await ask('hwp/kernelLog', { uri: URI, scenario: 'not there' })).toBeNull();
});

test('a scenario as a program, and what of it is not made', async () => {
    const program = await ask('hwp/export', { uri: URI, scenario: 'early kill', form: 'c' });
    expect(program?.text).toContain('/* corrupt-pfn bad */');
    expect(program?.text).toContain('ok(logged("recovery action for dirty LRU page: Recovered")');
    expect(program?.gaps).toEqual([]);
    const script = await ask('hwp/export', { uri: URI, scenario: 'early kill', form: 'sh' });
    expect(script?.text).toMatch(/^#!\/bin\/sh\n/);
    expect(script?.gaps.map(({ message, uri, range }) => [message, uri, range.start.line])).toContainEqual(['Not made in the program: processes: it takes a process: `--as c` makes it.', URI, expect.any(Number)]);
    expect(await ask('hwp/export', { uri: URI, scenario: 'not there', form: 'c' })).toBeNull();
});

test('scenarios for a real kernel are predicted for it, whatever they say', async () => {
    const answer = await ask('hwp/realKernelCases', { uri: URI, kernel: '6.12.107' });
    const old = await ask('hwp/realKernelCases', { uri: URI, kernel: '2.6.32' });

    expect(answer).toMatchObject({ cases: [{ scenario: 'early kill', variant: '', case: { uri: URI, variant: { program: { kernel: { written: '6.12.107' } } } } }, { scenario: 'early kill#2' }], texts: { [URI]: TEXT } });
    // As it comes out of a connection.
    expect(JSON.parse(JSON.stringify(answer))).toMatchObject({ cases: [{ case: { variant: { trace: { steps: expect.any(Array) as unknown } } } }, {}] });
    expect(await ask('hwp/realKernelCases', { uri: URI, scenarios: ['early kill#2'], kernel: '7.3' })).toMatchObject({ cases: [{ scenario: 'early kill#2' }] });
    expect(old).toEqual({ problem: expect.stringContaining('too old') });
    expect(await ask('hwp/realKernelCases', { uri: 'file:///nowhere/at-all.hwp', kernel: '7.3' })).toBeNull();
});

test('tools of language models are answered, and what they can mend is said', async () => {
    expect(await ask('hwp/tool', { name: 'run', input: { text: TEXT, kernel: '6.12' } })).toMatchObject({ text: expect.stringContaining('DIRTY_LRU Recovered') });
    expect(await ask('hwp/tool', { name: 'triage', input: { text: '[    1.000000] Memory failure: 0x1234: recovery action for dirty LRU page: Recovered' } })).toMatchObject({ text: expect.stringContaining('0x1234') });
    expect(await ask('hwp/tool', { name: 'run', input: { text: 7 } })).toMatchObject({ problem: expect.stringContaining('must be a string') });
    expect(await ask('hwp/tool', { name: 'rnu', input: {} })).toMatchObject({ problem: expect.stringContaining('Did you mean "run"?') });
});

test('words of reports have a meaning: decisions and windows of races', async () => {
    expect(await ask('hwp/reportWord', { word: 'memory_failure.marked' })).toMatch(/memory_failure\(\)/);
    for (const window of Object.keys(RACE_WINDOWS)) {
        expect(await ask('hwp/reportWord', { word: window })).toContain(`**window ${window} of memory`);
    }
    expect(await ask('hwp/reportWord', { word: 'W99' })).toBeNull();
    expect(await ask('hwp/reportWord', { word: 'toString' })).toBeNull();
});

test('documents that cannot be read have no scenarios', async () => {
    expect(await ask('hwp/scenarios', { uri: 'file:///nowhere/at-all.hwp' })).toBeNull();
    expect(await ask('hwp/runWorkspace', { uris: [URI, 'file:///nowhere/at-all.hwp'], progress: 'p' })).toMatchObject([{ uri: URI }, { scenarios: [] }]);
});

test('lenses run, debug, explain and tell the state', async () => {
    const lenses = await client.request<{ range: { start: { line: number } }; command: { title: string; command: string } }[]>('textDocument/codeLens', { textDocument: { uri: URI } });

    expect(lenses.slice(0, 4).map(({ range, command }) => [range.start.line, command.title, command.command])).toEqual([
        [0, 'Run', 'hwp.runScenario'], [0, 'Debug', 'hwp.debugScenario'], [0, 'Explain', 'hwp.showTrace'], [0, '✗ 1 failed, 1 met', ''],
    ]);
    expect(lenses.map(({ command }) => command.title)).toContain('! not run: 1 error in the text');
});
