/** The debugger's requests, over stdio. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientRequests, DebugStart, DebugTarget } from '../../server/src/lsp/protocol.js';
import { LanguageClient } from './language-client.js';

const URI = 'file:///work/debug.hwp';
const TEXT = `scenario "early kill" {
    vary kernel 6.12, 7.3
    process db {
        prctl PR_MCE_KILL_EARLY
        sigbus handler longjmp
        map heap = anon 16 KiB written
    }
    page bad = heap[2]
    corrupt-pfn bad
    db: read heap[2]
}

scenario "broken" {
    corrupt-pfn nothing
}

scenario "race" {
    kernel 7.3
    region buf = free 1 page
    process app { map heap = anon 1 page untouched }
    corrupt-pfn buf
        race app: write heap[0] from buf
}

scenario "fails" {
    kernel 7.3
    process app { map heap = anon 16 KiB written }
    corrupt-pfn heap[0]
        expect MF_MSG_HUGE MF_FAILED
}
`;

let client: LanguageClient;
const ask = <Method extends keyof ClientRequests>(method: Method, params: ClientRequests[Method]['params']): Promise<ClientRequests[Method]['result']> => client.request(method, params);
const open = (session: string, target: DebugTarget): Promise<ClientRequests['hwp/debug/open']['result']> => ask('hwp/debug/open', { session, uri: URI, target });

beforeAll(async () => {
    client = await LanguageClient.start();
    await client.open(URI, TEXT);
});

afterAll(() => client.stop());

test('a session opens with its machines and names, and moves both ways', async () => {
    const started = await open('a', { scenario: 'early kill', variant: 'kernel 7.3' }) as DebugStart;
    expect(started).toMatchObject({ title: 'early kill', steps: 2, threads: [{ id: 1, name: 'host, Linux 7.3' }], names: ['bad', 'db', 'heap'] });

    await ask('hwp/debug/breakpoints', { session: 'a', breakpoints: [{ id: 1, kind: 'function', name: 'get_any_page' }] });
    const stop = await ask('hwp/debug/move', { session: 'a', position: 0, thread: 1, motion: 'continue' });
    const stack = await ask('hwp/debug/stack', { session: 'a', position: stop!.position, thread: 1 });
    expect(stack?.map(({ name }) => name)).toEqual(['get_any_page()', 'get_hwpoison_page()', 'memory_failure()', 'hwpoison_inject()', 'corrupt-pfn bad']);
    expect(stack?.at(-1)?.place).toMatchObject({ uri: URI, line: 8 });
    expect(await ask('hwp/debug/evaluate', { session: 'a', position: stop!.position, thread: 1, expression: 'bad.refcount' })).toMatchObject({ value: '2' });
    expect(await ask('hwp/debug/move', { session: 'a', position: stop!.position, thread: 1, motion: 'reverse' })).toMatchObject({ position: 0 });
});

test('an edit leaves a session as it is, and a second session has the new text', async () => {
    await client.change(URI, TEXT.replace('    db: read heap[2]', '    db: read heap[1]\n    db: read heap[2]'));
    const words = async (session: string): Promise<string | undefined> => (await ask('hwp/debug/stack', { session, position: (await ask('hwp/debug/move', { session, position: 0, thread: 1, motion: 'next' }))!.position, thread: 1 }))?.at(-1)?.name;
    const first = await open('a2', { scenario: 'early kill' }) as DebugStart;
    await client.change(URI, TEXT);
    const second = await open('b', { scenario: 'early kill' }) as DebugStart;

    expect([await words('a2'), await words('b')]).toEqual(['db: read heap[1]', 'db: read heap[2]']);
    expect([first.steps, second.steps]).toEqual([3, 2]);
    expect(first.fingerprint).not.toBe(second.fingerprint);
});

test('a scenario that fails on its own kernel is stepped through on another', async () => {
    expect(await open('f', { scenario: 'fails' })).toMatchObject({ steps: 1 });
    expect(await open('f', { scenario: 'fails', kernel: '6.6' })).toMatchObject({ steps: 1 });
});

test('another kernel and other settings than the text says', async () => {
    expect(await open('c', { scenario: 'early kill', kernel: '6.6', sysctls: { 'vm.memory_failure_recovery': 0 } })).toMatchObject({ threads: [{ name: 'host, Linux 6.6' }] });
    expect(await ask('hwp/debug/move', { session: 'c', position: 0, thread: 1, motion: 'continue' })).toMatchObject({ reason: 'end' });
    expect(await open('d', { scenario: 'early kill', kernel: 'seven' })).toMatchObject({ problem: expect.stringContaining('"seven" is no kernel version') as string });
    expect(await open('d', { scenario: 'early kill', sysctls: { 'vm.nothing': 1 } })).toMatchObject({ problem: expect.stringContaining('vm.nothing') as string });
    expect(await open('d', { scenario: 'early kill', kernel: '6.6', sysctls: { 'vm.panic_on_unrecoverable_memory_failure': 1 } })).toMatchObject({ problem: expect.stringContaining('has errors') as string });
});

test('what cannot be stepped says why, with what can', async () => {
    expect(await open('e', { scenario: 'nothing' })).toMatchObject({ choices: ['early kill', 'broken', 'race', 'fails'] });
    expect(await open('e', { scenario: 'early kill', variant: 'kernel 5' })).toMatchObject({ choices: ['kernel 6.12', 'kernel 7.3'] });
    expect(await open('e', { scenario: 'broken' })).toMatchObject({ problem: expect.stringContaining('has errors') as string, choices: [expect.stringMatching(/^line 14: /)] });
    expect(await open('e', { scenario: 'early kill', race: 'W1' })).toMatchObject({ problem: expect.stringContaining('no race') as string });
    expect(await open('e', { scenario: 'race', race: 'W99' })).toMatchObject({ choices: expect.arrayContaining([expect.stringMatching(/^nobody interferes: /)]) as string[] });
});

test('every way of a race can be chosen by its words', async () => {
    const found = await ask('hwp/debug/ways', { uri: URI, target: { scenario: 'race' } });
    expect(found!.ways.length).toBeGreaterThan(5);
    for (const { race, result } of found!.ways) {
        const started = await open('f', { scenario: 'race', race });
        expect(started, race).toMatchObject({ steps: 1 });
        expect((started as DebugStart).notes.join(' '), race).toContain(race === 'nobody interferes' ? 'Nobody interferes' : result);
    }
    for (const race of ['MF_MSG_DIRTY_LRU MF_RECOVERED', '2', '2.1', '21: W1']) expect(await open('f', { scenario: 'race', race }), race).toMatchObject({ steps: 1 });
});

test('a session that was closed, or that another server had, is unknown', async () => {
    await ask('hwp/debug/close', { session: 'a' });
    expect(await ask('hwp/debug/move', { session: 'a', position: 0, thread: 1, motion: 'next' })).toBeNull();
    expect(await ask('hwp/debug/stack', { session: 'never', position: 0, thread: 1 })).toBeNull();
});
