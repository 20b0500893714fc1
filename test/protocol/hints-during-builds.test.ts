import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeLens, InlayHint } from 'vscode-languageserver/node';
import { InProcessClient } from './in-process-client.js';

const URI = 'untitled:builds';
const SCENARIOS = 30;

/** Long enough for a second build to begin while the first one runs. */
const text = (page: number): string => Array.from({ length: SCENARIOS }, (_each, index) => `scenario "number ${index}" {
    region pool = free ${100 + index} pages
    repeat 300 {
        corrupt-pfn pool[${page}]
    }
}
`).join('');

/** What makes a build end early and another one begin behind it. */
const NEXT_BUILDS: readonly (readonly [string, (client: InProcessClient) => Promise<unknown>])[] = [
    ['an edit', (client) => client.connection.sendNotification('textDocument/didChange', { textDocument: { uri: URI, version: 1000 }, contentChanges: [{ text: text(3) }] })],
    ['a changed setting', (client) => client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { hwp: { diagnostics: { quiet: ['page/ignored'] } } } })],
    ['another file', (client) => client.connection.sendNotification('textDocument/didOpen', { textDocument: { uri: 'untitled:other', languageId: 'hwp', version: 1, text: text(4) } })],
];

// Readers that wait for a build while the next build waits for all readers: neither would ever end.
describe.each(NEXT_BUILDS)('hints and lenses that were asked for before %s', (_name, begin) => {
    let client: InProcessClient;
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(URI, text(1));
    });
    afterAll(() => client.stop());

    test('are answered by the build behind it', async () => {
        await client.connection.sendNotification('textDocument/didChange', { textDocument: { uri: URI, version: 999 }, contentChanges: [{ text: text(2) }] });
        const asked = Promise.all([
            client.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri: URI }, range: { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } } }),
            client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: URI } }),
        ]);
        await begin(client);
        const [hints, lenses] = await asked;

        expect(hints.some(({ position }) => position.line === 3)).toBe(true);
        expect(lenses.filter(({ command }) => command?.title === 'Run')).toHaveLength(SCENARIOS);
    });
});
