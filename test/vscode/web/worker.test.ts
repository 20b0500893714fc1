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

    it('loads what is beside the server when it is asked for', async () => {
        const { client } = await activeExtension();

        const log = 'Memory failure: 0x12345: recovery action for dirty LRU page: Recovered\n';
        const view = await client.sendRequest<{ readonly incidents: number } | null>('hwp/triageLog', { text: log });
        assert.match(JSON.stringify(view), /0x12345/);
    });
});
