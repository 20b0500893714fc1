// The debug adapter by the messages of its protocol, over a socket, with the built server behind it.
import { createServer, type AddressInfo, type Server } from 'node:net';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HwpDebugAdapter } from '../../client/src/debug/debug-adapter.js';
import { LanguageClient } from '../protocol/language-client.js';

const URI = 'file:///work/adapter.hwp';
const PATH = '/work/adapter.hwp';
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
    db: read heap[1]
}

scenario "race" {
    kernel 7.3
    region buf = free 1 page
    process app { map heap = anon 1 page untouched }
    wait 1 s
    corrupt-pfn buf
        race app: write heap[0] from buf
}

scenario "broken" {
    corrupt-pfn nothing
}
`;

let language: LanguageClient;
let sockets: Server;
let client: DebugClient;
let adapter: HwpDebugAdapter;
let sessions = 0;
const edited = new Set<string>();
const output: DebugProtocol.OutputEvent['body'][] = [];

beforeAll(async () => {
    language = await LanguageClient.start();
    await language.open(URI, TEXT);
});

afterAll(() => language.stop());

beforeEach(async () => {
    edited.clear();
    output.length = 0;
    const session = `adapter ${++sessions}`;
    sockets = createServer((socket) => {
        adapter = new HwpDebugAdapter({
            session,
            request: (method, params) => language.request(method, params),
            toUri: (path) => `file://${path}`, toPath: (uri) => uri.replace('file://', ''),
            outlinePath: (name) => `hwp-function:/${name}`, functionOf: (path) => path.startsWith('hwp-function:/') ? path.slice('hwp-function:/'.length) : null,
            edited: (uri) => edited.add(uri), pathAsItWas: (uri) => edited.has(uri) ? `before:${uri}` : null, moved: () => undefined,
        });
        // It would end the process of the tests with the connection.
        adapter.setRunAsServer(true);
        adapter.start(socket, socket);
    });
    await new Promise<void>((resolve) => sockets.listen(0, '127.0.0.1', resolve));
    client = new DebugClient('node', '', 'hwp');
    client.defaultTimeout = 120_000;
    await client.start((sockets.address() as AddressInfo).port);
    client.on('output', (event: DebugProtocol.OutputEvent) => output.push(event.body));
});

afterEach(async () => {
    await client.stop();
    await new Promise((resolve) => sockets.close(resolve));
});

async function launch(more: object = {}, breakpoints: (() => Promise<unknown>) | null = null): Promise<DebugProtocol.StoppedEvent> {
    const stopped = client.waitForEvent('stopped') as Promise<DebugProtocol.StoppedEvent>;
    const ready = client.waitForEvent('initialized');
    await client.initializeRequest();
    await Promise.all([ready, client.launchRequest({ program: PATH, scenario: 'early kill', variant: 'kernel 7.3', ...more } as DebugProtocol.LaunchRequestArguments)]);
    await breakpoints?.();
    await client.configurationDoneRequest();
    return stopped;
}

async function then(act: () => Promise<unknown>): Promise<DebugProtocol.StoppedEvent> {
    const [stopped] = await Promise.all([client.waitForEvent('stopped') as Promise<DebugProtocol.StoppedEvent>, act()]);
    return stopped;
}

const threadId = 1;
const stack = async (thread = threadId): Promise<DebugProtocol.StackFrame[]> => (await client.stackTraceRequest({ threadId: thread })).body.stackFrames;
const names = async (): Promise<string> => (await stack()).map(({ name }) => name).join(' < ');

describe('motions', () => {
    test('each is answered before the session says that it stands still: an editor forgets a stop that comes before the answer', async () => {
        await launch();
        for (const move of [() => client.stepInRequest({ threadId }), () => client.nextRequest({ threadId }), () => client.stepBackRequest({ threadId }), () => client.continueRequest({ threadId }), () => client.reverseContinueRequest({ threadId })]) {
            const [stopped, response] = await Promise.all([client.waitForEvent('stopped'), move()]);
            expect(response.seq).toBeLessThan(stopped.seq);
        }
    });

    test('entry, into, out, over, back, reverse, and the end', async () => {
        expect((await launch()).body).toMatchObject({ reason: 'entry', threadId: 1, allThreadsStopped: true });
        expect(await stack()).toMatchObject([{ name: 'corrupt-pfn bad', line: 9, source: { path: PATH } }]);
        await then(() => client.stepInRequest({ threadId }));
        await then(() => client.stepInRequest({ threadId }));
        const frames = await stack();
        expect(frames.map(({ name }) => name)).toEqual(['get_any_page()', 'get_hwpoison_page()', 'memory_failure()', 'hwpoison_inject()', 'corrupt-pfn bad']);
        expect(frames[0]).toMatchObject({ source: { path: 'hwp-function:/get_any_page' }, line: 8 });
        expect(frames[1]).toMatchObject({ presentationHint: 'subtle' });
        await then(() => client.stepOutRequest({ threadId }));
        expect(await names()).toBe('db: read heap[2]');
        await then(() => client.stepBackRequest({ threadId }));
        expect(await names()).toBe('corrupt-pfn bad');
        await then(() => client.nextRequest({ threadId }));
        expect(await names()).toBe('db: read heap[2]');
        expect((await then(() => client.continueRequest({ threadId }))).body).toMatchObject({ description: 'At the end of the scenario' });
        expect((await stack())[0]).toMatchObject({ name: 'the end of the scenario', line: 12 });
        await then(() => client.reverseContinueRequest({ threadId }));
        expect(await names()).toBe('corrupt-pfn bad');
        await then(() => client.continueRequest({ threadId }));
        await Promise.all([client.waitForEvent('terminated'), client.continueRequest({ threadId })]);
    });

    test('any step can be gone to', async () => {
        await launch();
        const { body } = await client.customRequest('gotoTargets', { source: { path: PATH }, line: 11 }) as DebugProtocol.GotoTargetsResponse;
        expect(body.targets).toMatchObject([{ label: '3: db: read heap[1]' }]);
        await then(() => client.customRequest('goto', { threadId, targetId: body.targets[0]!.id }));
        expect(await names()).toBe('db: read heap[1]');
    });

    test('without debugging it runs to the end, with the log', async () => {
        await client.initializeRequest();
        const over = client.waitForEvent('terminated');
        await Promise.all([client.waitForEvent('initialized'), client.launchRequest({ program: PATH, scenario: 'early kill', noDebug: true } as DebugProtocol.LaunchRequestArguments)]);
        await client.configurationDoneRequest();
        await over;
        expect(output.filter(({ category }) => category === 'stdout').map((each) => each.output).join('')).toMatch(/Memory failure: 0x4003: recovery action for dirty LRU page: Recovered\n/);
    });
});

describe('breakpoints', () => {
    test('on lines, functions, decisions of an outline, changes, and what is thrown', async () => {
        const stop = await launch({ stopOnEntry: false }, async () => {
            const { body } = await client.setBreakpointsRequest({ source: { path: PATH }, breakpoints: [{ line: 10 }, { line: 3 }, { line: 40 }] });
            expect(body.breakpoints).toMatchObject([{ verified: true, line: 10 }, { verified: true, line: 9 }, { verified: false }]);
            const outline = await client.setBreakpointsRequest({ source: { path: 'hwp-function:/get_any_page' }, breakpoints: [{ line: 9 }, { line: 1 }] });
            expect(outline.body.breakpoints).toMatchObject([{ verified: true, line: 8 }, { verified: false }]);
            const functions = await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'kill_proc', condition: 'node 0 total = 0' }, { name: 'nonsense' }] });
            expect(functions.body.breakpoints).toMatchObject([{ verified: true }, { verified: false, message: expect.stringContaining('nonsense') as string }]);
            await client.setExceptionBreakpointsRequest({ filters: ['sigbus'] });
        });
        expect(stop.body).toMatchObject({ reason: 'breakpoint' });
    });

    test('are met in order, forwards and back', async () => {
        await launch({}, async () => {
            await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'get_any_page.in-use' }, { name: 'kill_proc' }] });
            await client.setExceptionBreakpointsRequest({ filters: [], filterOptions: [{ filterId: 'sigbus', condition: 'step = 2' }] });
        });
        const reasons: string[] = [];
        for (let count = 0; count < 3; count += 1) reasons.push((await then(() => client.continueRequest({ threadId }))).body.reason + ' ' + (await stack())[0]!.name);
        expect(reasons).toEqual(['function breakpoint get_any_page()', 'function breakpoint kill_proc()', 'exception do_sigbus()']);
        expect((await client.customRequest('exceptionInfo', { threadId }) as DebugProtocol.ExceptionInfoResponse).body.exceptionId).toBe('SIGBUS BUS_MCEERR_AR to db');
        expect((await then(() => client.reverseContinueRequest({ threadId }))).body.hitBreakpointIds).toHaveLength(1);
        expect((await stack())[0]!.name).toBe('kill_proc()');
    });

    test('on what changes: by a variable, and by an expression', async () => {
        await launch();
        const scopes = (await client.scopesRequest({ frameId: (await stack())[0]!.id })).body.scopes;
        const counters = scopes.find(({ name }) => name === 'Counters')!;
        const info = await client.customRequest('dataBreakpointInfo', { variablesReference: counters.variablesReference, name: 'HardwareCorrupted' }) as DebugProtocol.DataBreakpointInfoResponse;
        const frame = await client.customRequest('dataBreakpointInfo', { name: 'bad' }) as DebugProtocol.DataBreakpointInfoResponse;
        const nothing = await client.customRequest('dataBreakpointInfo', { name: 'step' }) as DebugProtocol.DataBreakpointInfoResponse;
        expect([info.body.dataId, frame.body.dataId, nothing.body.dataId]).toEqual([expect.any(String), expect.any(String), null]);
        await client.customRequest('setDataBreakpoints', { breakpoints: [{ dataId: info.body.dataId }] });
        expect((await then(() => client.continueRequest({ threadId }))).body).toMatchObject({ reason: 'data breakpoint', text: expect.stringContaining('HardwareCorrupted 0 → 4 KiB') as string });
    });

    test('log points say their message and do not stop', async () => {
        await launch({ stopOnEntry: false }, () => client.setFunctionBreakpointsRequest({ breakpoints: [] }).then(() => client.setBreakpointsRequest({ source: { path: PATH }, breakpoints: [{ line: 10, logMessage: 'refcount {bad.refcount}, poisoned {poisoned bad}' }] })));
        expect(output.map((each) => each.output)).toContain('refcount 1, poisoned yes\n');
    });
});

describe('values', () => {
    test('the state inside get_any_page(), what changed, and expressions', async () => {
        await launch({ stopOnEntry: false }, () => client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'get_any_page' }] }));
        const { scopes } = (await client.scopesRequest({ frameId: (await stack())[0]!.id })).body;
        expect(scopes.map(({ name }) => name)).toEqual(['Changed by the last step', 'Frames', 'Processes', 'Counters', 'Machine']);
        const frames = (await client.variablesRequest({ variablesReference: scopes[1]!.variablesReference })).body.variables;
        expect(frames[0]).toMatchObject({ name: 'bad (0x4003)', evaluateName: 'bad' });
        const fields = (await client.variablesRequest({ variablesReference: frames[0]!.variablesReference })).body.variables;
        expect(Object.fromEntries(fields.map(({ name, value }) => [name, value]))).toMatchObject({ PG_hwpoison: 'yes (was no)', refcount: '2 (was 1)', mapcount: '1', owner: 'anonymous memory', flags: expect.stringContaining('lru') as string });
        expect((await client.evaluateRequest({ expression: 'heap[2].refcount', context: 'watch' })).body.result).toBe('2');
        await expect(client.evaluateRequest({ expression: 'nowhere', context: 'watch' })).rejects.toThrow(/`nowhere` is no place/);
        expect((await client.customRequest('completions', { text: '', column: 0 }) as DebugProtocol.CompletionsResponse).body.targets.map(({ label }) => label)).toContain('bad');
    });
});

describe('races', () => {
    test('at a step with competitors each way can be stepped into', async () => {
        await launch({ scenario: 'race', variant: undefined });
        const targets = async (): Promise<DebugProtocol.StepInTarget[]> => (await client.customRequest('stepInTargets', { frameId: (await stack())[0]!.id }) as DebugProtocol.StepInTargetsResponse).body.targets;
        expect(await targets()).toEqual([]);
        await then(() => client.nextRequest({ threadId }));
        const found = await targets();
        expect(found.length).toBeGreaterThan(5);
        const way = found.find(({ label }) => label.startsWith('W1: MF_MSG_DIRTY_LRU MF_RECOVERED'))!;
        await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'meanwhile.acts' }] });
        await then(() => client.stepInRequest({ threadId, targetId: way.id }));
        expect((await then(() => client.continueRequest({ threadId }))).body.reason).toBe('function breakpoint');
        expect((await stack()).map(({ name, line }) => [name, line])).toEqual([['another task, meanwhile', 20], ['memory_failure()', expect.any(Number)], ['hwpoison_inject()', 1], ['corrupt-pfn buf', 19]]);
    });

    test('launch.json chooses a way; one that does not exist is refused with those that do', async () => {
        await launch({ scenario: 'race', variant: undefined, race: 'W3' });
        expect(output.map((each) => each.output).join('')).toContain('Race: W3');
    });
});

describe('what goes wrong', () => {
    test.each([
        [{ scenario: 'broken', variant: undefined }, /has errors[\s\S]*line 24: /],
        [{ scenario: 'nothing' }, /no scenario `nothing`[\s\S]*early kill/],
        [{ variant: 'kernel 1.0' }, /no variant `kernel 1.0`[\s\S]*kernel 6.12/],
        [{ kernel: 'x' }, /"x" is no kernel version/],
        [{ scenario: 'race', variant: undefined, race: 'W77' }, /No way of a race is called `W77`[\s\S]*W1/],
        [{ program: '/work/missing.hwp' }, /cannot be read/],
    ])('%j', async (more, message) => {
        const asked: object = { program: PATH, scenario: 'early kill', ...more };
        await client.initializeRequest();
        await expect(client.launchRequest(asked)).rejects.toThrow(message);
    });

    test('an edit: the session shows the text as it was, and says so once', async () => {
        await launch();
        adapter.textChanged(URI);
        adapter.textChanged(URI);
        await client.waitForEvent('invalidated').catch(() => undefined);
        expect((await stack())[0]!.source).toMatchObject({ name: 'adapter.hwp (as it was)', path: `before:${URI}` });
        expect(output.filter((each) => each.output.includes('has been edited'))).toHaveLength(1);
    });

    test('another server: the session goes on where it was', async () => {
        await launch({ stopOnEntry: false }, () => client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'get_any_page' }] }));
        await restart(TEXT);
        expect(await names()).toContain('get_any_page() < ');
        expect(output.map((each) => each.output)).toContain('The language server was restarted. The session goes on where it was.\n');
        await then(() => client.reverseContinueRequest({ threadId }));
        expect((await then(() => client.continueRequest({ threadId }))).body.reason).toBe('function breakpoint');
    });

    test('another server and another text: the session ends, and says why', async () => {
        await launch();
        await restart(TEXT.replace('16 KiB', '32 KiB'));
        await Promise.all([client.waitForEvent('terminated'), expect(client.stepInRequest({ threadId })).rejects.toThrow(/not the one that was stepped through/)]);
        expect(output.at(-1)).toMatchObject({ category: 'stderr', output: expect.stringContaining('The session ends.') as string });
        await restart(TEXT);
    });

    test('no server at all: the session ends, and says why', async () => {
        await launch();
        await language.kill();
        try {
            await Promise.all([client.waitForEvent('terminated'), expect(client.stepInRequest({ threadId })).rejects.toThrow(/is gone/)]);
        } finally {
            await restart(TEXT, false);
        }
    });
});

async function restart(text: string, running = true): Promise<void> {
    if (running) await language.kill();
    language = await LanguageClient.start();
    await language.open(URI, text);
}
