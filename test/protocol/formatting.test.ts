import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { EmptyFileSystem, URI, type AstNode } from 'langium';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { createHwpServices } from '../../server/src/language/module.js';
import { tokensOf } from '../../server/src/lsp/cursor/tokens.js';
import { layoutEdits } from '../../server/src/lsp/formatting/format.js';
import { InProcessClient } from './in-process-client.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TEXTS = globSync(['examples/*.hwp', 'test/resources/**/*.hwp', 'test/conformance/scenarios/a/*.hwp'], { cwd: ROOT }).sort().map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
const OPTIONS = { indent: '    ', keepsClosingExpectations: true };

const apply = (text: string, edits: TextEdit[]): string => TextDocument.applyEdits(TextDocument.create('file:///a.hwp', 'hwp', 0, text), edits);
const format = (text: string, options = OPTIONS): string => apply(text, layoutEdits(text, options));
const { shared } = createHwpServices(EmptyFileSystem);
/** The tree without places. */
const tree = (text: string): string => {
    const document = shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse('file:///tree.hwp'));
    return JSON.stringify(document.parseResult.value, (key, value: unknown) =>
        key.startsWith('$') && key !== '$type' ? undefined : typeof value === 'object' && value !== null && '$refText' in value ? (value as { $refText: string }).$refText : value as AstNode);
};
const words = (text: string): string[] => tokensOf(text).filter(({ kind }) => kind !== 'line-end').map(({ text: word }) => word.replace(/[ \t]+(?=\r?\n)/g, '').replace(/\n[ \t]*\*/g, '\n *').trimEnd());

interface Row { readonly name: string; readonly before: string; readonly after: string }

const ROWS: readonly Row[] = [
    { name: 'indentation and blanks', before: 'scenario   "s"{\nprocess db{\n  map heap=anon 16KiB   written\n }\n  corrupt-pfn heap [ 2 ]\nexpect MF_RECOVERED\n    db :read heap[0 .. 3]\n}\n', after: 'scenario "s" {\n    process db {\n        map heap = anon 16 KiB written\n    }\n    corrupt-pfn heap[2]\n        expect MF_RECOVERED\n    db: read heap[0..3]\n}\n' },
    { name: 'parts of files and regions', before: 'scenario "s" {\n process p {\n map a=log [ 2 .. 3 ]shared\n map b = r[ 1 ]\n}\np :mmap c=log[0 ..1]  read\n}\n', after: 'scenario "s" {\n    process p {\n        map a = log[2..3] shared\n        map b = r[1]\n    }\n    p: mmap c = log[0..1] read\n}\n' },
    { name: 'times, offsets, devices', before: 'scenario "s" {\n at + 67s corrupt-pfn a+0x10\n at  5 s corrupt-pfn a\n filesystem f = ext4 device 8 : 1\n sysctl vm . x=1\n vary kernel 6.12 ,7.0\n}\n', after: 'scenario "s" {\n    at +67s corrupt-pfn a + 0x10\n    at 5 s corrupt-pfn a\n    filesystem f = ext4 device 8:1\n    sysctl vm.x = 1\n    vary kernel 6.12, 7.0\n}\n' },
    { name: 'blank lines', before: '\n\nscenario "s" {\n\n\n    corrupt-pfn a\n   \n\n}\n\n\n\n', after: 'scenario "s" {\n\n    corrupt-pfn a\n\n}\n' },
    { name: 'comments with what they stand above', before: '  // top\nscenario "s" {\n// one\ncorrupt-pfn a // here\n// two\n  expect panic\n /* last */\n}\n', after: '// top\nscenario "s" {\n    // one\n    corrupt-pfn a // here\n        // two\n        expect panic\n    /* last */\n}\n' },
    { name: 'comments over several lines', before: 'scenario "s" {\n  /**\n      * What\n   */\n  corrupt-pfn a\n}\n', after: 'scenario "s" {\n    /**\n     * What\n     */\n    corrupt-pfn a\n}\n' },
    { name: 'columns that are lined up', before: 'scenario "s" {\n  region dentry = slab 1 page    // a\n  region text   = slab 1 page    // b\n  region x = slab 1 page\n  corrupt-pfn a\n  expect MF_IGNORED   when kernel < 7.3\n  expect panic        when kernel >= 7.3\n}\n', after: 'scenario "s" {\n    region dentry = slab 1 page  // a\n    region text   = slab 1 page  // b\n    region x = slab 1 page\n    corrupt-pfn a\n        expect MF_IGNORED when kernel < 7.3\n        expect panic      when kernel >= 7.3\n}\n' },
    { name: 'expectations at the end', before: 'scenario "s" {\n    corrupt-pfn a\n        expect panic\n    expect HardwareCorrupted 0\n    expect survives db\n}\n', after: 'scenario "s" {\n    corrupt-pfn a\n        expect panic\n    expect HardwareCorrupted 0\n    expect survives db\n}\n' },
    { name: 'outcomes, races, continued lines', before: 'scenario "s" {\ncorrupt-pfn a\nrace db: write b\nexpect outcomes{\nMF_RECOVERED\npanic }\ncorrupt-pfn a\nexpect panic when kernel >= 6.1 and\n  kernel < 7\n}\n', after: 'scenario "s" {\n    corrupt-pfn a\n        race db: write b\n        expect outcomes {\n            MF_RECOVERED\n            panic }\n    corrupt-pfn a\n        expect panic when kernel >= 6.1 and\n          kernel < 7\n}\n' },
    { name: 'one line', before: 'scenario "s" { process db {map a=anon 1 page;map b=anon 1 page} }\n', after: 'scenario "s" { process db { map a = anon 1 page; map b = anon 1 page } }\n' },
    { name: 'a block that is not closed keeps its indentation', before: 'scenario "s" {\n  process db {\n      map  a=anon 1 page\n  corrupt-pfn a\n}\n', after: 'scenario "s" {\n  process db {\n      map a = anon 1 page\n  corrupt-pfn a\n}\n' },
    { name: 'nothing', before: '', after: '' },
];

describe('formatting', () => {
    test.each(ROWS)('$name', ({ before, after }) => {
        expect(format(before)).toBe(after);
        expect(format(after)).toBe(after);
    });

    test('tabs and other widths, as the editor wants', () => {
        expect(format('scenario "s" {\ncorrupt-pfn a\nexpect panic\n}\n', { ...OPTIONS, indent: '\t' })).toBe('scenario "s" {\n\tcorrupt-pfn a\n\t\texpect panic\n}\n');
        expect(format('scenario "s" {\n    corrupt-pfn a\n}\n', { ...OPTIONS, indent: '  ' })).toBe('scenario "s" {\n  corrupt-pfn a\n}\n');
    });

    test('every text keeps its tree, and a second time changes nothing', () => {
        expect(TEXTS.length).toBeGreaterThan(50);
        for (const { file, text } of TEXTS) {
            const once = format(text);
            expect(tree(once), file).toBe(tree(text));
            expect(words(once), file).toEqual(words(text));
            expect(format(once), file).toBe(once);
        }
    });

    test('the examples are formatted', () => {
        for (const { file, text } of TEXTS.filter(({ file: name }) => name.startsWith('examples/'))) {
            expect(layoutEdits(text, OPTIONS), file).toEqual([]);
        }
    });

    test('programs stay the same', async () => {
        const analyzer = new TextAnalyzer();
        for (const { file, text } of TEXTS.filter(({ file: name }) => name.startsWith('examples/'))) {
            const programs = async (source: string): Promise<unknown> => (await analyzer.analyze('file:///p.hwp', source, { simulate: false })).scenarios.map(({ program, status }) => ({ status, ...program, sources: [] }));
            expect(await programs(format(text)), file).toEqual(await programs(text));
        }
    });

    test('whatever blanks a text has: same tree, and a second time changes nothing', () => {
        const blanks = fc.constantFrom('', ' ', '  ', '\t', '      ');
        fc.assert(fc.property(fc.constantFrom(...TEXTS), fc.array(blanks, { minLength: 40, maxLength: 40 }), fc.boolean(), ({ text }, gaps, crlf) => {
            const mangled = mangle(text, gaps).replaceAll('\n', crlf ? '\r\n' : '\n');
            const once = format(mangled);
            expect(tree(once)).toBe(tree(mangled));
            expect(format(once)).toBe(once);
        }), { numRuns: 150, seed: 7 });
    });

    test('whatever the text: same tokens, and a second time changes nothing', () => {
        const piece = fc.constantFrom('scenario "s" {', '}', '{', '\n', '\n\n\n', ' ', '  ', 'expect', 'corrupt-pfn', 'db:', 'heap[0..2]', '+', '.', '..', '1', '.5', '// c\n', '/* a\n b */', '/*', '"', '"x"', ';', ',', '=', 'and', '(', ')', '\t', '-', '$', 'machine m {', 'when', 'KiB', '\r\n');
        fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
            const text = pieces.join('');
            const once = format(text);
            expect(words(once)).toEqual(words(text));
            expect(format(once)).toBe(once);
        }), { numRuns: 1500, seed: 11 });
    });
});

/** Other blanks at the start of lines and between tokens, in turn from the list; lines stay. */
function mangle(text: string, gaps: readonly string[]): string {
    let turn = 0;
    const tokens = tokensOf(text);
    return tokens.map((token, index) => {
        const before = tokens[index - 1];
        const start = before === undefined ? 0 : before.start + before.text.length;
        const written = text.slice(start, token.start);
        const atLineStart = before === undefined || before.kind === 'line-end';
        const topLevel = atLineStart && /^(scenario|machine|import)$/.test(token.text);
        const gap = token.kind === 'line-end' || topLevel || written === '' && !atLineStart ? written : gaps[turn++ % gaps.length]!;
        return `${gap === '' && !atLineStart ? written : gap}${token.text}`;
    }).join('');
}

describe('formatting by the protocol', () => {
    let client: InProcessClient;
    const uri = 'file:///format.hwp';
    const text = 'scenario "s" {\ncorrupt-pfn  a\nexpect  panic\n}\n';
    const options = { tabSize: 4, insertSpaces: true };
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(uri, text);
    });
    afterAll(() => client.stop());

    test('whole', async () => {
        expect(apply(text, await client.request('textDocument/formatting', { textDocument: { uri }, options }))).toBe('scenario "s" {\n    corrupt-pfn a\n        expect panic\n}\n');
    });
    test('a range of lines', async () => {
        const edits = await client.request<TextEdit[]>('textDocument/rangeFormatting', { textDocument: { uri }, options, range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } } });
        expect(apply(text, edits)).toBe('scenario "s" {\n    corrupt-pfn a\nexpect  panic\n}\n');
    });
    test('a line break changes nothing in what is laid out already', async () => {
        for (const { file, text: laidOut } of TEXTS.filter(({ file: name }) => /^examples\/(01|07|11)-/.test(name))) {
            await client.open(`file:///${file}`, laidOut);
            const lines = laidOut.split('\n');
            for (const [line, written] of lines.entries()) {
                // One of the whole run that stands right below a step looks like one that has just been typed.
                if (/^ {4}expect/.test(written) && /^ {4}(?!expect)\S/.test(lines[line - 1]!)) {
                    continue;
                }
                const edits = await client.request<TextEdit[]>('textDocument/onTypeFormatting', { textDocument: { uri: `file:///${file}` }, options, position: { line: line + 1, character: 0 }, ch: '\n' });
                expect(edits, `${file}:${line + 1} ${written}`).toEqual([]);
            }
            await client.close(`file:///${file}`);
        }
    });
    test('the line before a new one, and an expectation goes under its step', async () => {
        const edits = await client.request<TextEdit[]>('textDocument/onTypeFormatting', { textDocument: { uri }, options, position: { line: 3, character: 0 }, ch: '\n' });
        expect(apply(text, edits)).toBe('scenario "s" {\ncorrupt-pfn  a\n        expect panic\n}\n');
    });
});
