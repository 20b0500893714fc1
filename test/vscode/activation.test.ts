import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activeExtension, EXTENSION_ID, openScenario } from './workbench.js';

/** What a machine that does nothing else is to stay under, in milliseconds. */
const TARGET_MS = 100;

/** A shared machine may stand still for a while, and a browser fetches the extension first. */
const LIMIT_MS = vscode.env.uiKind === vscode.UIKind.Web && vscode.extensions.getExtension(EXTENSION_ID)?.extensionUri.scheme !== 'file' ? 10_000 : 1_000;

describe('activation', () => {
    it(`is quick (target: ${TARGET_MS} ms)`, async () => {
        const extension = vscode.extensions.getExtension(EXTENSION_ID);
        assert.ok(extension, `${EXTENSION_ID} is not installed`);
        assert.equal(extension.isActive, false, 'something has activated it without a scenario');

        const started = performance.now();
        await extension.activate();
        const milliseconds = performance.now() - started;

        console.log(`    activated in ${milliseconds.toFixed(0)} ms`);
        assert.ok(milliseconds < LIMIT_MS, `${milliseconds} ms`);
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
