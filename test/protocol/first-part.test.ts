import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeLens, Diagnostic, InlayHint } from 'vscode-languageserver/node';
import type { DocumentResults } from '../../server/src/lsp/protocol.js';
import { InProcessClient } from './in-process-client.js';

/** Comments make the text long, and take no time. */
const FILLER = `    // ${'of no importance '.repeat(60)}\n`.repeat(16);
const SCENARIOS = 40;
const LINES = 22;

/** Each has a warning at its fifth line; the second and the last run on a machine at the end. */
function scenario(index: number): string {
    const machine = index === 1 || index === SCENARIOS - 1 ? ' on shared' : '';
    return `scenario "number ${index}"${machine} {\n    kernel 7.3\n    region dentry = slab "dentry" 1 page\n\n    corrupt-pfn dentry\n${FILLER}}\n`;
}

const TEXT = `${Array.from({ length: SCENARIOS }, (_each, index) => scenario(index)).join('')}machine shared {\n    memory 1 GiB\n}\n`;

describe('a long text', () => {
    const uri = 'file:///long.hwp';
    let client: InProcessClient;

    beforeAll(async () => {
        client = await InProcessClient.start();
    });
    afterAll(() => client.stop());

    const scenariosOf = (diagnostics: readonly Diagnostic[] = []): number[] => [...new Set(diagnostics.map(({ range }) => Math.floor(range.start.line / LINES)))].sort((one, other) => one - other);
    const hintsOf = (index: number): Promise<InlayHint[]> => client.request('textDocument/inlayHint', {
        textDocument: { uri }, range: { start: { line: index * LINES, character: 0 }, end: { line: index * LINES + 5, character: 0 } },
    });

    test('shows what its first scenarios come to before the others are run, and then all', async () => {
        const all = new Promise<DocumentResults>((resolve) => client.connection.onNotification('hwp/results', resolve));
        let isWhole = false;
        void all.then(() => {
            isWhole = true;
        });
        const opened = client.open(uri, TEXT);
        const [atTheTop, lenses] = await Promise.all([hintsOf(0), client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } })]);
        expect(isWhole).toBe(false);
        expect(scenariosOf(await opened)).toEqual([0]);
        expect(atTheTop.length).toBeGreaterThan(0);
        expect(lenses.filter(({ command }) => command?.title === 'Run')).toHaveLength(1);
        const { scenarios } = await all;
        expect(scenarios).toHaveLength(SCENARIOS);
        expect(scenarios[1]).toMatchObject({ title: 'number 1', status: 'passed' });
    });

    test('is whole afterwards', async () => {
        const labels = async (index: number): Promise<InlayHint['label'][]> => (await hintsOf(index)).map(({ label }) => label);
        expect(await labels(SCENARIOS - 2)).toEqual(await labels(0));
        expect(scenariosOf(client.diagnostics(uri))).toEqual(Array.from({ length: SCENARIOS }, (_each, index) => index));
    });
});
