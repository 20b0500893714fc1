import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const TEXT = `scenario "s" {
    sysctl vm.memory_failure_early_kill = 1
    process db { map page = anon 16 KiB written }
    db: madvise page[2] MADV_HWPOISON
        expect MF_MSG_DIRTY_LRU errno EHWPOISON when kernel >= 6.12.1
}
`;

describe('semantic tokens', () => {
    let client: InProcessClient;
    let legend: { readonly tokenTypes: readonly string[] };
    const uri = 'file:///tokens.hwp';
    beforeAll(async () => {
        client = await InProcessClient.start();
        ({ legend } = client.capabilities['semanticTokensProvider'] as { legend: { tokenTypes: string[] } });
        await client.open(uri, TEXT);
    });
    afterAll(() => client.stop());

    /** `word:type` for every token. */
    const read = ({ data }: SemanticTokens, text = TEXT): string[] => {
        const lines = text.split('\n');
        let line = 0;
        let character = 0;
        const found: string[] = [];
        for (let index = 0; index < data.length; index += 5) {
            line += data[index]!;
            character = data[index] === 0 ? character + data[index + 1]! : data[index + 1]!;
            found.push(`${lines[line]!.slice(character, character + data[index + 2]!)}:${legend.tokenTypes[data[index + 3]!]}`);
        }
        return found;
    };

    test('words are coloured by what they are', async () => {
        const found = read(await client.request<SemanticTokens>('textDocument/semanticTokens/full', { textDocument: { uri } }));
        expect(found).toEqual([
            'vm:property', 'memory_failure_early_kill:property', '1:number', 'db:class', 'page:variable', 'anon:type', '16:number', 'KiB:type', 'written:keyword',
            'db:class', 'madvise:function', 'page:variable', '2:number', 'MADV_HWPOISON:enumMember', 'MF_MSG_DIRTY_LRU:enumMember', 'errno:keyword', 'EHWPOISON:enumMember', 'kernel:keyword', '6.12.1:number',
        ]);
    });

    test('a range has the tokens of its lines', async () => {
        const found = read(await client.request<SemanticTokens>('textDocument/semanticTokens/range', { textDocument: { uri }, range: { start: { line: 3, character: 0 }, end: { line: 3, character: 99 } } }));
        expect(found).toEqual(['db:class', 'madvise:function', 'page:variable', '2:number', 'MADV_HWPOISON:enumMember']);
    });

    test('after an edit only the difference is sent', async () => {
        const { resultId } = await client.request<SemanticTokens>('textDocument/semanticTokens/full', { textDocument: { uri } });
        await client.change(uri, TEXT.replace('page[2]', 'page[3] + 8'));
        const { edits } = await client.request<SemanticTokensDelta>('textDocument/semanticTokens/full/delta', { textDocument: { uri }, previousResultId: resultId });
        expect(edits).toHaveLength(1);
        expect(edits[0]!.data!.length).toBeLessThanOrEqual(15);
    });
});
