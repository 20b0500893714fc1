import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentHighlight, DocumentLink, DocumentSymbol, FoldingRange, Location, LocationLink, Position, SelectionRange, WorkspaceEdit, WorkspaceSymbol } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const MACHINE = `/** The web server. */
machine web {
    kernel 7.3
    region dentry = slab 1 page
    process httpd {
        thread rescue
        map heap = anon 16 KiB written
    }
}
`;
const SCENARIOS = `import "web.hwp"

// One page,
// one step.
scenario "on a shared machine" on web {
    region read = free 1 page

    phase "before"
    corrupt-pfn dentry
        expect MF_MSG_KERNEL
        expect no panic
    phase "after"
    httpd.rescue: read heap[0]
    httpd: fork as child
    child: read heap[1]
    corrupt-pfn read
}
`;

describe('names across files', () => {
    let client: InProcessClient;
    let folder = '';
    let web = '';
    let uri = '';
    beforeAll(async () => {
        folder = mkdtempSync(path.join(tmpdir(), 'hwp-navigation-'));
        writeFileSync(path.join(folder, 'web.hwp'), MACHINE);
        web = pathToFileURL(path.join(folder, 'web.hwp')).toString();
        uri = pathToFileURL(path.join(folder, 'a.hwp')).toString();
        client = await InProcessClient.start({ files: true });
        await client.open(uri, SCENARIOS);
    });
    afterAll(() => {
        client.stop();
        rmSync(folder, { recursive: true });
    });

    /** The position in the n-th occurrence of a text. */
    const at = (text: string, word: string, occurrence = 0): Position => {
        const offset = text.split(word).slice(0, occurrence + 1).join(word).length;
        const lines = text.slice(0, offset).split('\n');
        return { line: lines.length - 1, character: lines.at(-1)!.length };
    };
    const definition = async (word: string, occurrence = 0): Promise<string[]> => (await client.at<LocationLink[] | null>('definition', uri, at(SCENARIOS, word, occurrence)) ?? [])
        .map((link) => `${path.basename(link.targetUri)}:${link.targetSelectionRange.start.line}`);

    test('a name leads to its declaration, also in another file', async () => {
        expect(await definition('dentry')).toEqual(['web.hwp:3']);
        expect(await definition('web {')).toEqual(['web.hwp:1']);
        expect(await definition('rescue:')).toEqual(['web.hwp:5']);
        expect(await definition('heap[1]')).toEqual(['web.hwp:6']);
        expect(await definition('child:')).toEqual(['a.hwp:13']);
        expect(await definition('web.hwp')).toEqual(['web.hwp:0']);
    });

    test('a word of the vocabulary leads nowhere, even when something has its name', async () => {
        expect(await definition('MF_MSG_KERNEL')).toEqual([]);
        expect(await definition('read heap')).toEqual([]);
        expect(await definition('panic')).toEqual([]);
        expect(await definition('read\n')).toEqual(['a.hwp:5']);
    });

    test('references are found in every file', async () => {
        const found = await client.at<Location[]>('references', uri, at(SCENARIOS, 'heap[0]'), { context: { includeDeclaration: true } });
        expect(found.map((location) => `${path.basename(location.uri)}:${location.range.start.line}`)).toEqual(['web.hwp:6', 'a.hwp:12', 'a.hwp:14']);
    });

    test('uses in the file are highlighted', async () => {
        const found = await client.at<DocumentHighlight[]>('documentHighlight', uri, at(SCENARIOS, 'child:'));
        expect(found.map(({ range }) => range.start.line)).toEqual([13, 14]);
    });

    const rename = async (position: Position, newName: string): Promise<Record<string, readonly (readonly [number, number, string])[]>> => {
        const { changes = {} } = await client.at<WorkspaceEdit>('rename', uri, position, { newName });
        return Object.fromEntries(Object.entries(changes).map(([file, edits]) => [path.basename(file), edits.map(({ range, newText }) => [range.start.line, range.end.character - range.start.character, newText] as const)]));
    };

    test('renaming changes every file', async () => {
        expect(await rename(at(SCENARIOS, 'heap[0]'), 'pile')).toEqual({ 'web.hwp': [[6, 4, 'pile']], 'a.hwp': [[12, 4, 'pile'], [14, 4, 'pile']] });
        expect(await rename(at(SCENARIOS, 'web {'), 'host')).toEqual({ 'web.hwp': [[1, 3, 'host']], 'a.hwp': [[4, 3, 'host']] });
        expect(await rename(at(SCENARIOS, 'read ='), 'spare')).toEqual({ 'a.hwp': [[5, 4, 'spare'], [15, 4, 'spare']] });
    });

    test('only declared names are renamed, and only to names that are free', async () => {
        expect(await client.at('prepareRename', uri, at(SCENARIOS, 'dentry'))).toMatchObject({ start: { line: 8 } });
        expect(await client.at('prepareRename', uri, at(SCENARIOS, 'MF_MSG_KERNEL'))).toBeNull();
        await expect(rename(at(SCENARIOS, 'dentry'), 'two words')).rejects.toThrow('no name');
        await expect(rename(at(SCENARIOS, 'dentry'), 'kernel')).rejects.toThrow('meaning of its own');
        await expect(rename(at(SCENARIOS, 'dentry'), 'read')).rejects.toThrow('declared already');
        await expect(rename(at(SCENARIOS, 'corrupt-pfn'), 'x')).rejects.toThrow('no name here');
    });

    test('a name that would hide another, or mean two things, is refused', async () => {
        const lines = (second: string): string => ['scenario "s" {', '    process db { map heap = anon 4 pages written }', `    process web { map pile = anon 4 pages written }`, '    page bad = heap[2]', '    corrupt-pfn bad', `    corrupt-pfn ${second}`, '}', ''].join('\n');
        const other = 'file:///taken.hwp';
        // A server of its own: what stays open there is no part of the workspace of the other tests.
        const server = await InProcessClient.start();
        await server.open(other, lines('pile[1]'));
        const to = (line: number, character: number, newName: string): Promise<WorkspaceEdit> => server.at<WorkspaceEdit>('rename', other, { line, character }, { newName });
        await expect(to(1, 22, 'bad')).rejects.toThrow('declared already');
        await expect(to(1, 22, 'pile')).rejects.toThrow('declared already');
        await expect(to(3, 10, 'pile')).rejects.toThrow('declared already');
        await server.change(other, lines('web.pile[1]'));
        expect((await to(1, 22, 'pile')).changes?.[other]).toHaveLength(2);
        server.stop();
    });

    test('the outline has declarations, phases and steps', async () => {
        const outline = (symbols: readonly DocumentSymbol[] = []): unknown[] => symbols.map(({ name, children }) => children === undefined ? name : [name, ...outline(children)]);
        const found = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri } });
        expect(outline(found)).toEqual([['on a shared machine', 'read',
            ['before', 'corrupt-pfn dentry'],
            ['after', 'httpd.rescue: read heap[0]', 'httpd: fork as child', 'child: read heap[1]', 'corrupt-pfn read'],
        ]]);
        const machine = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri: web } });
        expect(outline(machine)).toEqual([['web', 'dentry', ['httpd', 'rescue', 'heap']]]);
    });

    test('an outline stays inside its ranges', async () => {
        const check = (symbols: readonly DocumentSymbol[] = []): void => symbols.forEach(({ range, selectionRange, children }) => {
            expect(selectionRange.start.line).toBeGreaterThanOrEqual(range.start.line);
            expect(selectionRange.end.line).toBeLessThanOrEqual(range.end.line);
            check(children);
        });
        check(await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri } }));
    });

    test('symbols are found in the whole workspace', async () => {
        const find = async (query: string): Promise<string[]> => (await client.request<WorkspaceSymbol[]>('workspace/symbol', { query })).map(({ name, containerName }) => `${name} in ${containerName ?? 'file'}`);
        expect(await find('heap')).toEqual(['heap in httpd']);
        expect(await find('shared')).toEqual(['on a shared machine in file']);
        expect((await find('')).length).toBeGreaterThan(5);
    });

    test('imports are links', async () => {
        const [link] = await client.request<DocumentLink[]>('textDocument/documentLink', { textDocument: { uri } });
        expect(link).toMatchObject({ target: web, range: { start: { line: 0, character: 7 }, end: { line: 0, character: 16 } } });
    });

    test('blocks, steps, phases and comments fold', async () => {
        const found = await client.request<FoldingRange[]>('textDocument/foldingRange', { textDocument: { uri } });
        expect(found.map(({ startLine, endLine }) => [startLine, endLine]).sort((a, b) => a[0]! - b[0]!)).toEqual([[2, 3], [4, 15], [7, 10], [8, 10], [11, 15]]);
    });

    test('a selection grows from the word to the file', async () => {
        const [selection] = await client.request<SelectionRange[]>('textDocument/selectionRange', { textDocument: { uri }, positions: [at(SCENARIOS, 'heap[0]')] });
        const lengths: string[] = [];
        for (let range: SelectionRange | undefined = selection; range !== undefined; range = range.parent) {
            lengths.push(`${range.range.start.line}:${range.range.start.character}-${range.range.end.line}:${range.range.end.character}`);
        }
        expect(lengths[0]).toBe('12:23-12:27');
        expect(lengths[1]).toBe('12:23-12:30');
        expect(lengths).toContain('12:4-12:30');
        expect(lengths).toContain('4:0-16:1');
        expect(lengths.at(-1)).toBe('0:0-17:0');
        expect(client.capabilities['selectionRangeProvider']).toBe(true);
    });
});
