import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activeExtension, EXTENSION_ID, openScenario } from './workbench.js';

describe('activation', () => {
    it('waits for a scenario, and says how long it took', async () => {
        const extension = vscode.extensions.getExtension(EXTENSION_ID);
        assert.ok(extension, `${EXTENSION_ID} is not installed`);
        assert.equal(extension.isActive, false, 'something has activated it without a scenario');

        const started = performance.now();
        await extension.activate();
        const milliseconds = performance.now() - started;

        // No limit: a shared machine may stand still for a while. docs/performance.md has what an idle one takes.
        console.log(`    activated in ${milliseconds.toFixed(0)} ms`);
        assert.equal(extension.isActive, true);
    });

    it('a scenario that is opened is served', async () => {
        const document = await openScenario('smoke.hwp');
        const { client, started } = await activeExtension();
        await started;

        assert.equal(document.languageId, 'hwp');
        assert.ok(client.isRunning());
        assert.equal(client.initializeResult?.capabilities.inlayHintProvider !== undefined, true);
    });
});
