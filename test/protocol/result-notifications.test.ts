import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerNotifications } from '../../server/src/lsp/protocol.js';
import { InProcessClient } from './in-process-client.js';

const TEXT = `scenario "slab" {
    region dentry = slab "dentry" 1 page
    corrupt-pfn dentry
        expect MF_IGNORED
}
`;

describe('what the client is told of the results', () => {
    const uri = 'file:///told.hwp';
    const told: ServerNotifications['hwp/results'][] = [];
    let client: InProcessClient;

    beforeAll(async () => {
        client = await InProcessClient.start();
        client.connection.onNotification('hwp/results', (results: ServerNotifications['hwp/results']) => {
            told.push(results);
        });
        await client.open(uri, TEXT);
    });
    afterAll(() => client.stop());

    const after = async (text: string): Promise<ServerNotifications['hwp/results'] | undefined> => {
        await client.change(uri, text);
        return told.at(-1);
    };

    test('all of them at first', () => {
        expect(told).toMatchObject([{ uri, scenarios: [{ title: 'slab', status: 'passed' }] }]);
    });

    test('nothing but that they are the same, where an edit changes none of them', async () => {
        expect(await after(TEXT.replace('dentry" 1 page', 'dentry" 2 pages'))).toEqual({ uri, scenarios: null });
        expect(told).toHaveLength(2);
    });

    test('all of them when one has another status, or stands elsewhere', async () => {
        expect(await after(TEXT.replace('MF_IGNORED', 'MF_RECOVERED'))).toMatchObject({ scenarios: [{ status: 'failed' }] });
        expect(await after(`// A comment.\n${TEXT}`)).toMatchObject({ scenarios: [{ status: 'passed', range: { start: { line: 1 } } }] });
    });

    test('that there are none any more, once the last is gone', async () => {
        expect(await after('// Nothing.\n')).toEqual({ uri, scenarios: [] });
        expect(await after('// Nothing at all.\n')).toEqual({ uri, scenarios: null });
    });
});
