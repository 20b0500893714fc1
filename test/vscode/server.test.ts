import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import * as vscode from 'vscode';
import { activeExtension, EXTENSION_ID, hintsOf, openScenario, openText, scenarioUri, waitFor } from './workbench.js';

/** Long enough to be killed in. */
const SCENARIOS = 5;
const LONG = Array.from({ length: SCENARIOS }, (_each, index) => `scenario "long ${index}" {\n    region pool = free ${60000 + index} pages\n    repeat 9000 {\n        corrupt-pfn pool[${index}]\n    }\n}\n`).join('');

/** The process of the server: the client keeps it to itself, a test may look. */
async function serverProcess(): Promise<ChildProcess> {
    const { client } = await activeExtension();
    return (client as unknown as { readonly _serverProcess: ChildProcess })._serverProcess;
}

interface Trust {
    readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: unknown; readonly restrictedConfigurations: readonly string[] } };
    readonly activationEvents: readonly string[];
}

describe('the language server', () => {
    it('is started again after it was killed, and answers as before', async () => {
        const document = await openScenario('early-kill.hwp');
        await waitFor('hints', async () => (await hintsOf(document)).size > 0);
        const before = [...await hintsOf(document)];
        const server = await serverProcess();

        server.kill('SIGKILL');
        await waitFor('another process', async () => (await serverProcess() as ChildProcess | undefined)?.pid !== server.pid);
        await waitFor('the same hints', async () => JSON.stringify([...await hintsOf(document)]) === JSON.stringify(before));
    });

    it('is started again when it is killed while it runs a scenario, and knows the file that was typed meanwhile', async () => {
        const { results } = await activeExtension();
        const server = await serverProcess();
        const long = await openText(LONG);
        await new Promise((resolve) => setTimeout(resolve, 150));
        server.kill('SIGKILL');
        const edit = new vscode.WorkspaceEdit();
        edit.replace(long.uri, new vscode.Range(0, 0, long.lineCount, 0), LONG.replaceAll('9000', '2'));
        await vscode.workspace.applyEdit(edit);

        await waitFor('the hint', async () => /BUDDY Recovered/.test((await hintsOf(long)).get(3) ?? ''));
        assert.deepEqual(results.get(long.uri)?.scenarios.map(({ status }) => status), Array.from({ length: SCENARIOS }, () => 'passed'));
    });

    it('a command that it takes with it is answered by the next one', async () => {
        const { results } = await activeExtension();
        const long = await openText(LONG);
        const running = vscode.commands.executeCommand('hwp.runFile');
        await new Promise((resolve) => setTimeout(resolve, 150));
        assert.equal(results.get(long.uri), undefined, 'it is to be killed while it runs the file');
        (await serverProcess()).kill('SIGKILL');

        await running;
        assert.deepEqual(results.get(long.uri)?.scenarios.map(({ status }) => status), Array.from({ length: SCENARIOS }, () => 'passed'));
    });

    it('the status bar says when it is not running; what it is selected for starts it', async () => {
        const { client, statusBar, results, tests } = await activeExtension();
        await openScenario('early-kill.hwp');
        await waitFor('the counts', () => statusBar.text === '$(pass) 1 $(error) 1 $(question) 0');
        await client.stop();

        await waitFor('the warning', () => statusBar.text === '$(warning) hwpoison');
        assert.equal(statusBar.command, 'hwp.restartServer');
        assert.equal(tests.items.size, 0, 'no test stays green that nobody looks after');
        assert.equal(results.get(scenarioUri('early-kill.hwp')), undefined);
        // Says so and offers to start it: no error of the client's own.
        assert.equal(await vscode.commands.executeCommand('hwp.runFile'), undefined);

        await vscode.commands.executeCommand(statusBar.command as string);
        await waitFor('the counts again', () => statusBar.text === '$(pass) 1 $(error) 1 $(question) 0');
        assert.equal(statusBar.command, 'hwp.runFile');
        assert.ok(results.get(scenarioUri('early-kill.hwp')) !== undefined);
        await waitFor('its test', () => tests.items.get(scenarioUri('early-kill.hwp').toString())?.children.size === 2);
    });

    it('is started for scenarios, kernel logs and what is shown of them only, and in folders that are not trusted too', () => {
        const { capabilities, activationEvents } = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as Trust;

        assert.deepEqual(activationEvents.filter((event) => !/^on(Command:hwp\.|LanguageModelTool:hwp_)/.test(event)), ['onLanguage:hwp', 'onLanguage:kernel-log', 'onDebugResolve:hwp', 'onTaskType:hwp', 'onDebugDynamicConfigurations:hwp', 'onWebviewPanel:hwp.scenario']);
        // There, no setting of the folder can choose a kernel that is booted.
        assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
        assert.deepEqual(capabilities.untrustedWorkspaces.restrictedConfigurations, ['hwp.realKernel.version', 'hwp.realKernel.image', 'hwp.realKernel.modules']);
    });
});
