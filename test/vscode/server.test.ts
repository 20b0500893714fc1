import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import * as vscode from 'vscode';
import { activeExtension, EXTENSION_ID, hintsOf, openScenario, waitFor } from './workbench.js';

interface Trust {
    readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: boolean } };
    readonly activationEvents: readonly string[];
}

describe('the language server', () => {
    it('is started again after it was killed, and answers as before', async () => {
        const document = await openScenario('early-kill.hwp');
        await waitFor('hints', async () => (await hintsOf(document)).size > 0);
        const before = [...await hintsOf(document)];
        const { client } = await activeExtension();
        // The client keeps its process to itself; a test may look.
        const { _serverProcess: server } = client as unknown as { readonly _serverProcess: ChildProcess };

        server.kill('SIGKILL');
        await waitFor('another process', () => (client as unknown as { readonly _serverProcess?: ChildProcess })._serverProcess?.pid !== server.pid);
        await waitFor('the same hints', async () => JSON.stringify([...await hintsOf(document)]) === JSON.stringify(before));
    });

    it('is started for scenarios only, and in folders that are not trusted too', () => {
        const { capabilities, activationEvents } = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as Trust;

        assert.deepEqual(activationEvents.filter((event) => !event.startsWith('onCommand:hwp.')), ['onLanguage:hwp']);
        assert.equal(capabilities.untrustedWorkspaces.supported, true);
    });
});
