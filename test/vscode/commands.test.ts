import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DocumentResults } from '../../server/src/lsp/protocol.js';
import type { TestState } from '../../client/src/api.js';
import { STORIES } from '../../client/src/stories.js';
import { activeExtension, closeEditors, EXTENSION_ID, moveCursorTo, openScenario, openText, replaceText, scenarioUri, waitFor, waitForValue } from './workbench.js';

interface Contributed {
    readonly contributes: { readonly commands: readonly { readonly command: string; readonly category: string }[] };
}

/** The states that the Test Explorer was given of a file's scenarios while something ran. */
async function statesDuring({ uri }: vscode.TextDocument, action: () => PromiseLike<unknown>): Promise<TestState[]> {
    const { onTestState } = await activeExtension();
    const states: TestState[] = [];
    const listening = onTestState((state) => state.id.startsWith(`${uri.toString()}#`) && states.push(state));
    await action();
    listening.dispose();
    return states;
}

function shownTexts(): vscode.TextDocument[] {
    return vscode.window.visibleTextEditors.map(({ document }) => document).filter(({ uri }) => uri.scheme === 'hwp');
}

describe('palette commands', () => {
    before(async () => {
        await openScenario('early-kill.hwp');
        await activeExtension();
    });

    it('all that are contributed exist, in one category', async () => {
        const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as Contributed;
        const known = new Set(await vscode.commands.getCommands(true));

        assert.deepEqual(manifest.contributes.commands.filter(({ command }) => !known.has(command)), []);
        assert.deepEqual([...new Set(manifest.contributes.commands.map(({ category }) => category))], ['hwpoison']);
    });

    it('run scenario at cursor', async () => {
        const document = await openScenario('early-kill.hwp');
        moveCursorTo('corrupt-pfn heap[1]');

        const states = await statesDuring(document, () => vscode.commands.executeCommand('hwp.runScenario'));

        assert.deepEqual(states.map(({ id, state }) => [id.split('#')[1], state]), [["somebody else's expectation", 'failed']]);
    });

    it('run file', async () => {
        const document = await openScenario('early-kill.hwp');

        const states = await statesDuring(document, () => vscode.commands.executeCommand('hwp.runFile'));

        assert.deepEqual(states.map(({ state }) => state), ['passed', 'failed']);
    });

    it('run workspace', async () => {
        const results = await vscode.commands.executeCommand<DocumentResults[]>('hwp.runWorkspace');

        assert.deepEqual(results.map(({ uri, scenarios }) => [uri.split('/').at(-1), scenarios.map(({ status }) => status)]), [
            ['early-kill.hwp', ['passed', 'failed']], ['imports.hwp', ['passed']], ['machines.hwp', []], ['smoke.hwp', ['passed']],
        ]);
    });

    it('the output of a run leads to the files', async () => {
        let ranAt = 0;
        const links = await waitForValue('the links', async () => {
            // The panel shows one output at a time, and whoever writes of an error takes it: who has waited long runs it again.
            if (Date.now() - ranAt > 30_000) {
                await vscode.commands.executeCommand('hwp.runWorkspace');
                ranAt = Date.now();
            }
            const output = vscode.workspace.textDocuments.find(({ uri, languageId }) => uri.scheme === 'output' && languageId === 'hwp-trace');
            const found = output === undefined ? [] : await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', output.uri);
            return found.some(({ target }) => target?.path === 'hwp.goTo') ? found : undefined;
        });
        const failure = links.map(({ target }) => target).find((target) => target?.query.includes('early-kill.hwp",18'));
        assert.ok(failure !== undefined, 'a failure leads to its line');

        await vscode.commands.executeCommand('hwp.goTo', ...JSON.parse(failure.query) as unknown[]);
        assert.equal(vscode.window.activeTextEditor?.selection.active.line, 18);
    });

    it('run workspace tells its progress', async () => {
        const seen: string[] = [];
        await vscode.commands.executeCommand('hwp.runWorkspace', { onProgress: (done: number, of: number) => seen.push(`${done}/${of}`) });
        assert.deepEqual(seen, ['1/4', '2/4', '3/4', '4/4']);
    });

    it('run workspace stops when it is cancelled', async () => {
        const source = new vscode.CancellationTokenSource();
        source.cancel();

        assert.deepEqual(await vscode.commands.executeCommand<DocumentResults[]>('hwp.runWorkspace', { token: source.token }), []);
    });

    it('explain step', async () => {
        await openScenario('early-kill.hwp');
        moveCursorTo('expect MF_MSG_DIRTY_LRU');

        const text = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.explainStep');

        assert.equal(text.languageId, 'hwp-trace');
        assert.match(text.getText(), /^corrupt-pfn bad {2}DIRTY_LRU Recovered/);
        assert.match(text.getText(), /memory_failure\(\)/);
    });

    it('explain step, where there is none, opens nothing', async () => {
        await openScenario('early-kill.hwp');
        moveCursorTo('process db');

        assert.equal(await vscode.commands.executeCommand('hwp.explainStep'), undefined);
    });

    it('show kernel log: read-only, beside the scenario, and it follows the edits', async () => {
        const document = await openText('scenario "a page" {\n    process app { map heap = anon 16 KiB written }\n    corrupt-pfn heap[1]\n}\n');

        const log = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.showLog', document.uri.toString(), 'a page');

        assert.equal(log.languageId, 'hwp-log');
        assert.match(log.getText(), /dirty LRU page: Recovered/);
        assert.deepEqual(shownTexts(), [log]);
        await replaceText(document, 'scenario "a page" {\n    region r = slab "dentry" 1 page\n    corrupt-pfn r\n}\n');
        await waitFor('the log to follow', () => /Ignored/.test(log.getText()));
    });

    it('show trace', async () => {
        await openScenario('early-kill.hwp');
        moveCursorTo('somebody');

        const trace = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.showTrace');

        assert.equal(trace.languageId, 'hwp-trace');
        assert.match(trace.getText(), /^✗ somebody else's expectation · kernel/);
        assert.match(trace.getText(), /expected {2}MF_MSG_CLEAN_LRU MF_FAILED/);
    });

    it('new scenario of each story, in a new file: one, and it can be run', async () => {
        const { results, walkthrough } = await activeExtension();
        for (const { label } of STORIES) {
            await closeEditors();
            const document = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.newScenario', label);

            assert.equal(document.languageId, 'hwp');
            assert.ok(document.isUntitled);
            assert.match(document.uri.path, /\.hwp$/, 'else it comes back as plain text when the window is loaded again');
            const titles = [...document.getText().matchAll(/^scenario "(.*)"/gm)].map(([, title]) => title);
            assert.equal(titles.length, 1, `${label}: ${document.getText()}`);
            // The file of the story before may have had the same name.
            const { scenarios } = await waitForValue(`the results of ${label}`, () => {
                const found = results.get(document.uri);
                return found?.scenarios[0]?.title === titles[0] ? found : undefined;
            });
            assert.deepEqual(scenarios.map(({ status }) => status === 'failed' || status === 'invalid'), [false], label);
        }
        assert.ok(walkthrough().has('started'));
    });

    it('new scenario where the cursor is: behind the scenario that it stands in, under a title of its own', async () => {
        const document = await openText('scenario "early kill" {\n    wait 1s\n}\n\nscenario "last" {\n    wait 1s\n}\n');
        moveCursorTo('wait');

        assert.equal(await vscode.commands.executeCommand('hwp.newScenario', 'Early kill'), document);

        const titles = [...document.getText().matchAll(/^scenario "(.*)"/gm)].map(([, title]) => title);
        assert.deepEqual(titles, ['early kill', 'early kill 2', 'last']);
        assert.equal(document.getText(vscode.window.activeTextEditor?.selection), 'early kill 2');
        assert.match(document.getText(), /^}\n\nscenario "early kill 2" \{\n[^]*\n}\n\nscenario "last"/m);

        moveCursorTo('scenario "last"');
        await vscode.commands.executeCommand('hwp.newScenario', 'Every answer');
        assert.match(document.getText(), /machine host \{[^]*scenario ".*" on host/);
        const { results } = await activeExtension();
        await waitFor('them to run', () => results.get(document.uri)?.scenarios.length === 4);
    });

    it('new scenario asks for a story when none is named', async () => {
        await closeEditors();
        const opened = vscode.commands.executeCommand<vscode.TextDocument | undefined>('hwp.newScenario');
        // The list takes the focus once it is drawn; before, the key goes nowhere.
        const accept = setInterval(() => void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem'), 300);
        const document = await opened;
        clearInterval(accept);

        assert.match(document?.getText() ?? '', /^scenario "one error in a heap"/);
    });

    it('commands of the walkthrough work where it is the active editor, and tick their steps', async () => {
        const { walkthrough, results } = await activeExtension();
        await closeEditors();
        await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${EXTENSION_ID}#getStarted`, false);
        await waitFor('the walkthrough', () => vscode.window.activeTextEditor === undefined);

        const explanation = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.explainStep');
        assert.match(explanation.getText(), /^corrupt-pfn bad {2}DIRTY_LRU Recovered/);
        const log = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.showLog');
        assert.match(log.getText(), /recovery action/);
        await vscode.commands.executeCommand('hwp.runFile');
        const shown = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.showResults');
        await waitFor('the results', () => results.get(shown.uri) !== undefined);
        await waitFor('every step to be ticked', () => walkthrough().size === 5);
    });

    it('lines of reports lead to the step, and the explanation follows the cursor', async () => {
        const document = await openScenario('early-kill.hwp');
        moveCursorTo('corrupt-pfn bad');
        const explanation = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.explainStep');
        const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', explanation.uri);
        assert.equal(links[0]?.target?.path, 'hwp.goTo');
        const [definition] = await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeDefinitionProvider', explanation.uri, new vscode.Position(3, 1));
        assert.deepEqual([definition?.uri.toString(), definition?.range.start.line], [document.uri.toString(), 8]);
        const marked = explanation.positionAt(explanation.getText().indexOf('[memory_failure.') + 3);
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', explanation.uri, marked);
        assert.match(hovers.flatMap(({ contents }) => contents.map((each) => typeof each === 'string' ? each : each.value)).join(), /memory_failure/);

        await vscode.window.showTextDocument(document);
        moveCursorTo('db: read heap[2]');
        await waitFor('the explanation of the other step', () => explanation.getText().startsWith('db: read heap[2]  SIGBUS AR'));
    });

    it('the lenses over a scenario run it and explain it', async () => {
        const document = await openScenario('early-kill.hwp');
        const lenses = await waitForValue('the lenses', async () => {
            const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
            return found.length === 0 ? undefined : found;
        });
        const command = (title: string): vscode.Command => lenses.find((lens) => lens.range.start.line === 14 && lens.command?.title === title)!.command!;

        const run = command('Run');
        const states = await statesDuring(document, () => vscode.commands.executeCommand(run.command, ...run.arguments ?? []));
        assert.deepEqual(states.map(({ state }) => state), ['failed']);

        const explain = command('Explain');
        const trace = await vscode.commands.executeCommand<vscode.TextDocument>(explain.command, ...explain.arguments ?? []);
        assert.match(trace.getText(), /^✗ somebody else's expectation/);
    });

    it('restart server: it answers as before', async () => {
        await openScenario('early-kill.hwp');
        await vscode.commands.executeCommand('hwp.restartServer');

        const { client } = await activeExtension();
        const results = await client.sendRequest<DocumentResults>('hwp/scenarios', { uri: scenarioUri('early-kill.hwp').toString() });
        assert.deepEqual(results.scenarios.map(({ status }) => status), ['passed', 'failed']);
    });
});
