import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DocumentResults } from '../../server/src/lsp/protocol.js';
import type { TestState } from '../../client/src/api.js';
import { activeExtension, EXTENSION_ID, moveCursorTo, openScenario, openText, replaceText, scenarioUri, waitFor } from './workbench.js';

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

    it('explain step', async () => {
        await openScenario('early-kill.hwp');
        moveCursorTo('expect MF_MSG_DIRTY_LRU');

        const text = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.explainStep');

        assert.equal(text.languageId, 'hwp-trace');
        assert.match(text.getText(), /^corrupt-pfn bad {2}DIRTY_LRU Recovered/);
        assert.match(text.getText(), /memory_failure\(\)/);
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

    it('new scenario from each template', async () => {
        for (const label of ['Shortest scenario', 'Early kill', 'Kexec']) {
            const document = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.newScenario', label);

            assert.equal(document.languageId, 'hwp');
            assert.ok(document.isUntitled);
            assert.match(document.getText(), /^scenario "/m);
        }
    });

    it('restart server: it answers as before', async () => {
        await openScenario('early-kill.hwp');
        await vscode.commands.executeCommand('hwp.restartServer');

        const { client } = await activeExtension();
        const results = await client.sendRequest<DocumentResults>('hwp/scenarios', { uri: scenarioUri('early-kill.hwp').toString() });
        assert.deepEqual(results.scenarios.map(({ status }) => status), ['passed', 'failed']);
    });
});
