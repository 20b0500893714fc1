import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activeExtension, closeEditors, moveCursorTo, openScenario, openText, replaceText, waitFor, waitForValue } from './workbench.js';

interface Message { readonly type: string; readonly event?: string; readonly command?: string; readonly success?: boolean; readonly message?: string; readonly body?: { readonly reason?: string; readonly output?: string; readonly category?: string; readonly threadId?: number } }

interface Frame { readonly id: number; readonly name: string; readonly line: number; readonly source?: { readonly name: string; readonly path: string } }

interface Variable { readonly name: string; readonly value: string; readonly variablesReference: number }

/** What a session said, while it is looked at. */
class Watched {
    readonly session: vscode.DebugSession;
    readonly messages: Message[] = [];

    constructor(session: vscode.DebugSession) {
        this.session = session;
    }

    get stops(): string[] {
        return this.messages.filter(({ event }) => event === 'stopped').map(({ body }) => body?.reason ?? '');
    }

    get output(): string {
        return this.messages.filter(({ event }) => event === 'output').map(({ body }) => body?.output ?? '').join('');
    }

    get over(): boolean {
        return this.messages.some(({ event }) => event === 'terminated');
    }

    async stack(threadId = 1): Promise<Frame[]> {
        return (await this.session.customRequest('stackTrace', { threadId }) as { readonly stackFrames: Frame[] }).stackFrames;
    }

    async top(): Promise<string> {
        return (await this.stack())[0]!.name;
    }

    /** Does something and waits for the session to stand still again. */
    async after(act: () => PromiseLike<unknown>): Promise<string> {
        const before = this.stops.length;
        await act();
        await waitFor('the next stop', () => this.stops.length > before);
        return this.top();
    }

    /** Presses a key of the debugger, as soon as the window has taken note of where the session stands. */
    press(command: string): () => PromiseLike<unknown> {
        return async () => {
            await waitFor('the window to show the stop', () => {
                const stop = this.messages.map(({ event }) => event).lastIndexOf('stopped');
                return vscode.debug.activeStackItem instanceof vscode.DebugStackFrame && this.messages.slice(stop).some((message) => message.command === 'stackTrace');
            });
            await vscode.commands.executeCommand(`workbench.action.debug.${command}`);
        };
    }

    request(command: string, args: object = { threadId: 1 }): () => PromiseLike<unknown> {
        return () => this.session.customRequest(command, args);
    }

    async scope(name: string): Promise<Variable[]> {
        const { scopes } = await this.session.customRequest('scopes', { frameId: (await this.stack())[0]!.id }) as { readonly scopes: { readonly name: string; readonly variablesReference: number }[] };
        return this.variables(scopes.find((scope) => scope.name === name)!.variablesReference);
    }

    async variables(variablesReference: number): Promise<Variable[]> {
        return (await this.session.customRequest('variables', { variablesReference }) as { readonly variables: Variable[] }).variables;
    }

    async value(expression: string): Promise<string> {
        return (await this.session.customRequest('evaluate', { expression, context: 'watch' }) as { readonly result: string }).result;
    }
}

const GUEST = `scenario "guest" {
    kernel 7.3
    process qemu {
        sigbus handler longjmp
        map ram = anon 64 MiB written
        guest vm backed by ram {
            kernel 7.3
            process app { map heap = anon 16 KiB written }
        }
    }
    corrupt-pfn vm.heap[1]
    in vm app: read heap[1]
}
`;

const RACE = 'scenario "race" {\n    kernel 7.3\n    region buf = free 1 page\n    process app { map heap = anon 1 page untouched }\n    corrupt-pfn buf\n        race app: write heap[0] from buf\n}\n';

describe('the debugger', () => {
    const watched: Watched[] = [];
    const listening: vscode.Disposable[] = [];
    const ended = new Set<string>();

    before(async () => {
        await openScenario('early-kill.hwp');
        await (await activeExtension()).started;
        listening.push(vscode.debug.onDidTerminateDebugSession(({ id }) => void ended.add(id)), vscode.debug.registerDebugAdapterTrackerFactory('hwp', {
            createDebugAdapterTracker: (session) => {
                const each = new Watched(session);
                watched.push(each);
                return { onDidSendMessage: (message: Message) => void each.messages.push(message) };
            },
        }));
    });

    after(() => listening.forEach((each) => each.dispose()));

    afterEach(async () => {
        vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
        for (const { session } of opened()) {
            if (!ended.has(session.id)) {
                await vscode.debug.stopDebugging(session);
            }
        }
        await waitFor('the sessions to end', () => opened().every(({ session }) => ended.has(session.id)));
        watched.length = 0;
        await closeEditors();
    });

    /** The window says nothing of the end of one whose launch was refused. */
    function opened(): Watched[] {
        return watched.filter(({ stops }) => stops.length > 0);
    }

    /** The session that something starts, once it stands still. */
    async function started(act: () => PromiseLike<unknown>): Promise<Watched> {
        const before = watched.length;
        await act();
        await waitFor('a session that stands still', () => watched.length > before && watched.at(-1)!.stops.length > 0);
        return watched.at(-1)!;
    }

    const debug = ({ uri }: vscode.TextDocument, scenario: string, ...more: string[]): Promise<Watched> => started(() => vscode.commands.executeCommand('hwp.debugScenario', uri.toString(), scenario, ...more));

    it('steps into get_any_page(), shows its outline and the state, and steps back', async () => {
        const session = await debug(await openScenario('early-kill.hwp'), 'early kill');
        assert.deepEqual([session.stops, await session.top()], [['entry'], 'corrupt-pfn bad']);

        await session.after(session.request('stepIn'));
        assert.equal(await session.after(session.request('stepIn')), 'get_any_page()');
        assert.deepEqual((await session.stack()).map(({ name }) => name), ['get_any_page()', 'get_hwpoison_page()', 'memory_failure()', 'hwpoison_inject()', 'corrupt-pfn bad']);

        const [frame] = await session.stack();
        const outline = await vscode.workspace.openTextDocument(vscode.Uri.parse(frame!.source!.path));
        assert.match(outline.lineAt(frame!.line - 1).text, /^▶ A reference was taken: the page is in use\. \(pfn 0x\w+, anon, refcount 2\) \[get_any_page\.in-use\]$/);
        assert.equal(outline.languageId, 'hwp-function');

        assert.deepEqual((await session.scope('Changed by the last step')).map(({ name, value }) => [name, value]), [['bad refcount', '1 → 2']]);
        const [bad] = await session.scope('Frames');
        assert.match(bad!.value, /^poisoned, anon, refcount 2, db:heap\[2\]/);
        assert.equal(await session.value('heap[2].refcount'), '2');

        assert.equal(await session.after(session.request('stepBack')), 'memory_failure()');
        assert.equal(await session.value('bad.refcount'), '1');
        // Once its editor shows another function, the window may close the document.
        await waitFor('the outline to follow', async () => !(await vscode.workspace.openTextDocument(outline.uri)).getText().includes('▶'));
        assert.equal(await session.after(session.request('reverseContinue')), 'corrupt-pfn bad');
        assert.equal(await session.value('poisoned bad'), 'no');
    });

    it('the commands of the editor step, and go to the end', async () => {
        const session = await debug(await openScenario('early-kill.hwp'), 'early kill');
        assert.equal(await session.after(session.press('stepOver')), 'db: read heap[2]');
        assert.equal(await session.after(session.press('stepBack')), 'corrupt-pfn bad');
        assert.equal(await session.after(session.press('continue')), 'the end of the scenario');
        await session.press('continue')();
        await waitFor('it to end', () => session.over);
        assert.match(session.output, /Memory failure: 0x\w+: recovery action for dirty LRU page: Recovered/);
    });

    it('stops at breakpoints of the editor, with conditions and messages', async () => {
        const document = await openScenario('early-kill.hwp');
        vscode.debug.addBreakpoints([
            new vscode.SourceBreakpoint(new vscode.Location(document.uri, new vscode.Position(10, 0)), true, undefined, undefined, 'refcount {bad.refcount}'),
            new vscode.FunctionBreakpoint('kill_proc', true, 'node 0 total = 0'),
            new vscode.FunctionBreakpoint('do_sigbus.hwpoison'),
        ]);
        const session = await debug(document, 'early kill');
        assert.deepEqual([session.stops, await session.top()], [['function breakpoint'], 'kill_proc()']);
        assert.equal(await session.after(session.request('continue')), 'do_sigbus()');
        assert.match(session.output, /^refcount 1$/m);
    });

    it('counts hits, and stops at what somebody asked to break on, at changes, and at decisions of an outline', async () => {
        const document = await openScenario('early-kill.hwp');
        const counted = new vscode.FunctionBreakpoint('do_sigbus', true, undefined, '2');
        vscode.debug.addBreakpoints([counted, new vscode.FunctionBreakpoint('kill_proc', true, undefined, '1')]);
        const session = await debug(document, 'early kill');
        assert.deepEqual([session.stops, await session.top()], [['function breakpoint'], 'kill_proc()']);
        assert.equal(await session.after(session.request('continue')), 'the end of the scenario');
        vscode.debug.removeBreakpoints(vscode.debug.breakpoints);

        await session.session.customRequest('setExceptionBreakpoints', { filters: ['ignored', 'panic'], filterOptions: [{ filterId: 'sigbus', condition: 'step = 2' }] });
        await session.after(session.request('reverseContinue'));
        const { exceptionId } = await session.session.customRequest('exceptionInfo', { threadId: 1 }) as { readonly exceptionId: string };
        assert.equal(exceptionId, 'SIGBUS BUS_MCEERR_AR to db');
        await session.session.customRequest('setExceptionBreakpoints', { filters: [] });
        assert.equal(await session.after(session.request('reverseContinue')), 'corrupt-pfn bad');

        const { scopes } = await session.session.customRequest('scopes', { frameId: (await session.stack())[0]!.id }) as { readonly scopes: readonly { readonly name: string; readonly variablesReference: number }[] };
        const { variablesReference } = scopes.find(({ name }) => name === 'Counters')!;
        const dataOf = async (asked: object): Promise<string> => (await session.session.customRequest('dataBreakpointInfo', asked) as { readonly dataId: string }).dataId;
        const ids = [await dataOf({ variablesReference, name: 'HardwareCorrupted' }), await dataOf({ name: 'bad' }), await dataOf({ name: 'db' })];
        await session.session.customRequest('setDataBreakpoints', { breakpoints: ids.slice(0, 1).map((dataId) => ({ dataId })) });
        await session.after(session.request('continue'));
        assert.deepEqual([session.stops.at(-1), await session.value('HardwareCorrupted')], ['data breakpoint', '4 KiB']);
        await session.session.customRequest('setDataBreakpoints', { breakpoints: ids.slice(1).map((dataId) => ({ dataId })) });
        await session.after(session.request('continue'));
        assert.equal(session.stops.at(-1), 'data breakpoint');
        await session.session.customRequest('setDataBreakpoints', { breakpoints: [] });

        await session.after(session.request('goto', { threadId: 1, targetId: 0 }));
        await session.after(session.request('stepIn'));
        await session.after(session.request('stepIn'));
        const [frame] = await session.stack();
        vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(vscode.Uri.parse(frame!.source!.path), new vscode.Position(frame!.line - 1, 0)))]);
        await session.after(session.request('goto', { threadId: 1, targetId: 0 }));
        await waitFor('the breakpoint in the outline', async () => await session.after(session.request('continue')) === 'get_any_page()' || (await session.after(session.request('goto', { threadId: 1, targetId: 0 })), false));
        assert.equal(session.stops.at(-1), 'breakpoint');
    });

    it('goes over, out, and to any step', async () => {
        const document = await openScenario('early-kill.hwp');
        const session = await debug(document, 'early kill');
        await session.after(session.request('stepIn'));
        assert.equal(await session.after(session.request('stepIn')), 'get_any_page()');
        assert.equal(await session.after(session.request('next')), 'add_to_kill()');
        assert.equal(await session.after(session.request('stepOut')), 'hwpoison_user_mappings()');
        assert.equal(await session.after(session.request('stepOut')), 'db: read heap[2]');
        // The window shows where the session stands in its own time, and may take the focus for it once more.
        await waitFor('the jump', async () => {
            const editor = await vscode.window.showTextDocument(document, { preview: false });
            const position = document.positionAt(document.getText().indexOf('corrupt-pfn bad'));
            editor.selection = new vscode.Selection(position, position);
            await vscode.commands.executeCommand('debug.jumpToCursor');
            return await session.top() === 'corrupt-pfn bad';
        });
        assert.equal(session.stops.at(-1), 'goto');
    });

    it('F5 in a scenario file needs no launch.json: it takes the scenario at the cursor', async () => {
        await openScenario('early-kill.hwp');
        moveCursorTo('corrupt-pfn heap[1]');
        const session = await started(() => vscode.commands.executeCommand('workbench.action.debug.start'));
        assert.equal(session.session.configuration['scenario'], "somebody else's expectation");
        assert.equal(await session.top(), 'corrupt-pfn heap[1]');
    });

    it('launch configurations say kernel, sysctls, variant; what is wrong ends the launch', async () => {
        const document = await openText('scenario "v" {\n    vary kernel 6.12, 7.3\n    region dentry = slab 1 page\n    corrupt-pfn dentry\n}\n');
        // Each has a name of its own: of two runs with one name the window asks whether that is meant.
        const launch = (name: string, more: object): PromiseLike<boolean> => vscode.debug.startDebugging(undefined, { type: 'hwp', request: 'launch', name, program: document.uri.toString(), scenario: 'v', ...more });
        const varied = await started(() => launch('a variant', { variant: 'kernel 7.3' }));
        assert.equal(await varied.value('kernel'), '7.3');
        const other = await started(() => launch('another kernel', { kernel: '6.6', sysctls: { 'vm.memory_failure_early_kill': 1 } }));
        assert.deepEqual([await other.value('kernel'), await other.value('vm.memory_failure_early_kill')], ['6.6', '1']);
        const before = watched.length;
        // The window asks what to do about it, and is answered by nobody.
        void launch('no such variant', { variant: 'kernel 1.0' }).then(undefined, () => undefined);
        await waitFor('it to be refused', () => watched.length > before && watched.at(-1)!.messages.some(({ type, success }) => type === 'response' && success === false));
        const { message, body } = watched.at(-1)!.messages.find(({ success }) => success === false)!;
        assert.match(`${message ?? ''}${JSON.stringify(body)}`, /`v` has no variant `kernel 1\.0`.*kernel 6\.12.*kernel 7\.3/);
        assert.deepEqual(watched.at(-1)!.stops, []);
    });

    it('the Test Explorer debugs a scenario, and has its state afterwards', async () => {
        const { tests, onTestState } = await activeExtension();
        // A saved file: of one that is not, the window asks before any test where it is to be saved.
        const document = await openScenario('early-kill.hwp');
        await waitForValue('the tests', () => tests.items.get(document.uri.toString())?.children.size);
        moveCursorTo('corrupt-pfn bad');
        const session = await started(() => {
            void vscode.commands.executeCommand('testing.debugAtCursor');
            return Promise.resolve();
        });
        assert.equal(await session.top(), 'corrupt-pfn bad');
        const states: string[] = [];
        const hears = onTestState(({ id, state }) => id.includes('early kill') && states.push(state));
        await session.session.customRequest('continue', { threadId: 1 });
        await vscode.debug.stopDebugging(session.session);
        await waitFor('the state', () => states.includes('passed'));
        hears.dispose();
    });

    it('each way of a race can be stepped', async () => {
        const document = await openText(RACE);
        vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint('meanwhile.acts')]);
        const session = await debug(document, 'race', '', 'W1');
        assert.deepEqual((await session.stack()).map(({ name }) => name), ['another task, meanwhile', 'memory_failure()', 'hwpoison_inject()', 'corrupt-pfn buf']);
        assert.equal((await session.stack())[0]!.line, 6);
        // From the step of the race on, another way can be taken.
        vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
        assert.equal(await session.after(session.request('reverseContinue')), 'corrupt-pfn buf');
        const { targets } = await session.session.customRequest('stepInTargets', { frameId: (await session.stack())[0]!.id }) as { readonly targets: readonly { readonly id: number; readonly label: string }[] };
        const { ways } = await (await activeExtension()).client.sendRequest<{ ways: readonly { readonly result: string }[] }>('hwp/debug/ways', { uri: document.uri.toString(), target: { scenario: 'race' } });
        assert.equal(targets.length, ways.length);
        assert.deepEqual(ways.filter(({ result }, index) => !targets[index]!.label.includes(result)), []);
        // One way to each outcome.
        for (const { result } of ways.filter((way, index) => ways.findIndex((each) => each.result === way.result) === index)) {
            const stopped = session.after(session.request('stepIn', { threadId: 1, targetId: targets.find(({ label }) => label.includes(result))!.id }));
            assert.ok(await stopped);
            assert.equal((await session.stack()).at(-1)!.name, 'corrupt-pfn buf');
            await session.after(session.request('reverseContinue'));
        }
    });

    it('host and guest are two threads', async () => {
        const document = await openText(GUEST);
        const session = await debug(document, 'guest', '', '');
        const { threads } = await session.session.customRequest('threads') as { readonly threads: { readonly id: number; readonly name: string }[] };
        assert.deepEqual(threads, [{ id: 1, name: 'host, Linux 7.3' }, { id: 2, name: 'guest vm, Linux 7.3' }]);
        await session.after(session.request('next', { threadId: 2 }));
        assert.equal(session.messages.filter(({ event }) => event === 'stopped').at(-1)?.body?.threadId, 2);
        assert.match(await session.value('vm.heap[1]'), /^present /);
    });

    it('two sessions at once do not disturb each other', async () => {
        const document = await openScenario('early-kill.hwp');
        const first = await debug(document, 'early kill');
        const second = await debug(document, "somebody else's expectation");
        await first.after(first.request('stepIn'));
        assert.equal(await second.after(second.request('next')), 'the end of the scenario');
        assert.deepEqual([await first.top(), await first.value('bad.PG_hwpoison')], ['memory_failure()', 'yes']);
    });

    it('an edit leaves the session with the text as it was, and it says so', async () => {
        const document = await openText(RACE.replace('        race app: write heap[0] from buf\n', ''));
        const text = document.getText();
        const session = await debug(document, 'race');
        await replaceText(document, `// above\n${text}`);
        await waitFor('it to say so', () => session.output.includes('has been edited: the session goes on with the text as it was'));
        const [frame] = await session.stack();
        const shown = await vscode.workspace.openTextDocument(vscode.Uri.parse(frame!.source!.path));
        assert.deepEqual([shown.getText(), shown.lineAt(frame!.line - 1).text.trim()], [text, 'corrupt-pfn buf']);
    });

    it('goes on where it was after the language server was restarted', async () => {
        const session = await debug(await openScenario('early-kill.hwp'), 'early kill');
        await session.after(session.request('stepIn'));
        await vscode.commands.executeCommand('hwp.restartServer');
        assert.equal(await session.after(session.request('stepIn')), 'get_any_page()');
        assert.match(session.output, /The language server was restarted\. The session goes on where it was\./);
    });

    it('values stand at the ends of lines and in hovers', async () => {
        const document = await openScenario('early-kill.hwp');
        const all = new vscode.Range(0, 0, document.lineCount, 0);
        const values = await vscode.commands.executeCommand<vscode.InlineValueEvaluatableExpression[]>('vscode.executeInlineValueProvider', document.uri, all, { frameId: 1, stoppedLocation: new vscode.Range(10, 0, 10, 5) } as vscode.InlineValueContext);
        assert.deepEqual(values.map(({ range, expression }) => [range.start.line, expression]), [[6, 'bad'], [6, 'heap[2]'], [8, 'bad'], [10, 'db'], [10, 'heap[2]']]);
    });

    it('launch.json is completed with scenarios, variants and ways', async () => {
        const scenario = await openText(RACE);
        const launch = { version: '0.2.0', configurations: [{ type: 'hwp', request: 'launch', name: 'x', program: scenario.uri.toString(), scenario: 'race', race: '' }] };
        const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('untitled:/launching/launch.json'));
        await replaceText(document, JSON.stringify(launch, null, 4));
        const labels = async (behind: string): Promise<string[]> => {
            const position = document.positionAt(document.getText().indexOf(behind) + behind.length);
            const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position, '"');
            return items.map(({ label }) => typeof label === 'string' ? label : label.label);
        };
        assert.ok((await labels('"scenario": "')).includes('race'));
        assert.ok((await labels('"race": "')).includes('W3'));
    });
});
