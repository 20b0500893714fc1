import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hover } from 'vscode-languageserver';
import { RUN_DIAGNOSTICS } from '../../server/src/analysis/diagnostics/table.js';
import { VARIANT_DIAGNOSTICS } from '../../server/src/analysis/diagnostics/unchecked.js';
import { CHECKS } from '../../server/src/language/checks.js';
import { LanguageClient, type PublishedDiagnostic } from './language-client.js';

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../docs/diagnostics.md'), 'utf8');
const SECTIONS = new Set([...PAGE.matchAll(/^### (\S+)$/gm)].map(([, code]) => code));

/** One of the text, one of a run, one that nothing expects. */
const TEXT = `scenario "several" {
    region dentry = slab 1 page
    region far = slap 1 page
}
scenario "run" {
    region dentry = slab 1 page
    corrupt-pfn dentry
        expect MF_RECOVERED
}
`;

test('every code has a section in the documentation, and no section is of nothing', () => {
    const codes = [...Object.keys(CHECKS), ...VARIANT_DIAGNOSTICS.map(({ code }) => code), ...RUN_DIAGNOSTICS.map(({ code }) => code)];
    expect([...SECTIONS].sort()).toEqual(codes.sort());
});

describe('the code of a diagnostic', () => {
    const clients: LanguageClient[] = [];
    const started = async (options: object): Promise<LanguageClient> => {
        const client = await LanguageClient.start(options);
        clients.push(client);
        return client;
    };
    afterAll(() => Promise.all(clients.map((client) => client.stop())));
    let published: readonly PublishedDiagnostic[];
    let client: LanguageClient;
    const uri = 'untitled:linked';
    beforeAll(async () => {
        client = await started({ documentation: 'https://docs.example/{code}.md' });
        published = await client.open(uri, TEXT);
    });

    const addresses = (of: readonly PublishedDiagnostic[]): string[] => of.map(({ code, codeDescription }) => `${code} ${codeDescription?.href}`);

    test('leads to its documentation, whoever found it', () => {
        expect(addresses(published).sort()).toEqual(['hwp/unknown-word', 'page/ignored', 'scenario/empty', 'verdict/failed'].map((code) => `${code} https://docs.example/${code}.md`));
    });

    test('still does after an edit of something else', async () => {
        expect(addresses(await client.change(uri, `${TEXT}// more\n`)).sort()).toEqual(addresses(published).sort());
    });

    test('and a window of a race to its page, in a report as in a text', async () => {
        const other = 'untitled:window';
        await client.open(other, '// W5\n');
        const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri: other }, position: { line: 0, character: 4 } });
        for (const words of [(hover.contents as { value: string }).value, await client.request<string>('hwp/reportWord', { word: 'W5' })]) {
            expect(words).toContain('[docs/races.md](https://docs.example/races.md)');
        }
    });

    test('leads nowhere in an editor that has no place for it', async () => {
        const other = await started({});
        expect((await other.open(uri, TEXT)).map(({ codeDescription }) => codeDescription)).toEqual([undefined, undefined, undefined, undefined]);
    });
});
