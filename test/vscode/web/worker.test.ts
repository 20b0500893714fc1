import assert from 'node:assert/strict';
import { activeExtension, openScenario } from '../workbench.js';

describe('as a web extension', () => {
    it('runs where there is no Node', async () => {
        await openScenario('smoke.hwp');
        const { client } = await activeExtension();

        assert.equal(typeof process === 'object' && typeof process.versions?.node === 'string', false);
        assert.equal((client as unknown as { readonly _serverProcess?: unknown })._serverProcess, undefined);
        assert.equal(client.initializeResult?.serverInfo === null, false);
    });
});
