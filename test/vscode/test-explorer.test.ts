import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HwpExtension, TestState } from '../../client/src/api.js';
import { activeExtension, openScenario, openText, replaceText, waitFor, waitForValue } from './workbench.js';

const PASSES = 'scenario "a page" {\n    process app { map heap = anon 16 KiB written }\n    corrupt-pfn heap[1]\n        expect MF_MSG_DIRTY_LRU MF_RECOVERED\n}\n';

function children(item: vscode.TestItem): vscode.TestItem[] {
    const items: vscode.TestItem[] = [];
    item.children.forEach((child) => items.push(child));
    return items;
}

describe('Test Explorer', () => {
    let extension: HwpExtension;
    const states: TestState[] = [];

    before(async () => {
        await openScenario('early-kill.hwp');
        extension = await activeExtension();
        extension.onTestState((state) => states.push(state));
    });

    beforeEach(() => {
        states.length = 0;
    });

    async function fileTest(document: vscode.TextDocument): Promise<vscode.TestItem> {
        return waitForValue('the file among the tests', () => extension.tests.items.get(document.uri.toString()));
    }

    it('shows files and their scenarios', async () => {
        const file = await fileTest(await openScenario('early-kill.hwp'));

        assert.equal(file.label, 'early-kill.hwp');
        assert.deepEqual(children(file).map(({ label, range }) => [label, range?.start.line]), [['early kill', 0], ["somebody else's expectation", 14]]);
    });

    it('finds the files of the workspace that are not open', async () => {
        await extension.tests.resolveHandler?.(undefined);
        const labels: string[] = [];
        extension.tests.items.forEach(({ label }) => labels.push(label));

        assert.ok(labels.includes('imports/imports.hwp'), labels.join(' '));
    });

    it('runs one scenario: the failure stands at its line with both sides', async () => {
        const file = await fileTest(await openScenario('early-kill.hwp'));
        await extension.runTests(children(file).slice(1));

        assert.deepEqual(states.map(({ state }) => state), ['failed']);
        const [message] = states[0]?.messages ?? [];
        assert.equal(message?.line, 18);
        assert.match(message?.expected ?? '', /MF_MSG_CLEAN_LRU MF_FAILED/);
        assert.match(message?.actual ?? '', /MF_MSG_DIRTY_LRU MF_RECOVERED/);
    });

    it('runs all, as its button does', async () => {
        await openScenario('early-kill.hwp');
        await vscode.commands.executeCommand('testing.runAll');

        await waitFor('the states of two files', () => new Set(states.map(({ id }) => id.split('#')[0])).size >= 2);
        assert.deepEqual(states.filter(({ id }) => id.includes('/early-kill.hwp#')).map(({ state }) => state), ['passed', 'failed']);
        assert.ok(states.some(({ id, state }) => id.includes('/imports.hwp#') && state === 'passed'));
    });

    it('runs continuously: after an edit the failure comes with its message, until it is stopped', async () => {
        const document = await openText(PASSES);
        const own = (): TestState[] => states.filter(({ id }) => id.startsWith(document.uri.toString()));
        await waitFor('the first state', () => own().length > 0);
        await vscode.commands.executeCommand('testing.startContinuousRun');
        await waitFor('the first run', () => own().length > 1);

        states.length = 0;
        await replaceText(document, PASSES.replace('MF_RECOVERED', 'MF_IGNORED'));
        await waitFor('the failure', () => own().at(-1)?.state === 'failed');
        assert.match(own().at(-1)?.messages[0]?.expected ?? '', /MF_IGNORED/);

        await vscode.commands.executeCommand('testing.stopContinuousRun');
        states.length = 0;
        await replaceText(document, PASSES.replace('MF_RECOVERED', 'MF_DELAYED'));
        await waitFor('the next failure', () => own().at(-1)?.state === 'failed');
        assert.deepEqual(own().at(-1)?.messages, []);
    });

    it('states follow edits, without a run that was asked for', async () => {
        const document = await openText(PASSES);
        const stateOf = (): TestState['state'] | undefined => states.filter(({ id }) => id.startsWith(document.uri.toString())).at(-1)?.state;
        await waitFor('the first state', () => stateOf() === 'passed');

        await replaceText(document, PASSES.replace('MF_RECOVERED', 'MF_IGNORED'));
        await waitFor('it to fail', () => stateOf() === 'failed');

        await replaceText(document, PASSES.replace('heap[1]', 'nowhere[1]'));
        await waitFor('it to be in error', () => stateOf() === 'errored');

        await replaceText(document, PASSES);
        await waitFor('it to pass again', () => stateOf() === 'passed');
    });

    it('shows the variants of a scenario below it, each with a state and a log of its own', async () => {
        const document = await openText('scenario "who" {\n    vary kernel 6.12, 7.3\n    region dentry = slab 1 page\n    corrupt-pfn dentry\n        expect MF_MSG_KERNEL\n}\n');
        const file = await fileTest(document);
        const [scenario] = await waitForValue('the variants', () => children(file).some((item) => item.children.size === 2) ? children(file) : undefined);

        assert.deepEqual(children(scenario!).map(({ label }) => label), ['kernel 6.12', 'kernel 7.3']);
        states.length = 0;
        await extension.runTests([scenario!]);
        assert.deepEqual(states.map(({ id, state }) => [id.split('@')[1], state]), [['kernel 6.12', 'failed'], ['kernel 7.3', 'passed']]);
        assert.match(states[0]?.messages[0]?.actual ?? '', /MF_MSG_GET_HWPOISON/);

        await replaceText(document, document.getText().replace('6.12, 7.3', '7.2, 7.3'));
        await waitFor('another variant', () => children(scenario!).map(({ label }) => label).sort().join() === 'kernel 7.2,kernel 7.3');
        await replaceText(document, document.getText().replace('vary kernel 7.2, 7.3', 'kernel 7.3'));
        await waitFor('the variants to leave', () => children(file)[0]?.children.size === 0);
    });

    it('renamed and deleted scenarios leave the tree', async () => {
        const document = await openText(PASSES);
        const file = await fileTest(document);
        await replaceText(document, PASSES.replace('a page', 'another page'));
        await waitFor('the new title', () => children(file).map(({ label }) => label).join() === 'another page');

        await replaceText(document, '// nothing\n');
        await waitFor('the file to leave', () => extension.tests.items.get(document.uri.toString()) === undefined);
    });

    it('the status bar counts the active file', async () => {
        const document = await openScenario('early-kill.hwp');
        await waitFor('its results', () => extension.results.get(document.uri) !== undefined);

        await waitFor('the counts', () => extension.statusBar.text === '$(pass) 1 $(error) 1 $(question) 0');
        assert.equal(extension.statusBar.tooltip, '1 passed, 1 failed, 0 unverified in this file');
    });
});
