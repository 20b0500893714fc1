import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EXTENSION_ID, openScenario, waitFor } from './workbench.js';

describe('activation', () => {
    it('opening a scenario starts the extension and its language server', async () => {
        const extension = vscode.extensions.getExtension(EXTENSION_ID);
        assert.ok(extension, `${EXTENSION_ID} is not installed`);

        const document = await openScenario('smoke.hwp');

        assert.equal(document.languageId, 'hwp');
        // It is active once the server has answered the first request.
        await waitFor('the extension to be active', () => extension.isActive);
    });
});
