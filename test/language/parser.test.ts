import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { createDefaultCoreModule, createDefaultSharedCoreModule, DefaultLexer, EmptyFileSystem, inject, type AstNode, type LangiumCoreServices, type LangiumSharedCoreServices, type LexerResult, type ParseResult } from 'langium';
import { describe, expect, test } from 'vitest';
import { HwpGeneratedModule, HwpGeneratedSharedModule } from '../../server/src/language/generated/module.js';
import { createHwpServices } from '../../server/src/language/module.js';
import { tokensOfPiece } from '../../server/src/language/parser/lexer.js';
import type { HwpParser } from '../../server/src/language/parser/parser.js';
import { chunksOf, piecesOf } from '../../server/src/language/parser/segments.js';
import { HwpLinker, HwpScopeProvider } from '../../server/src/language/references/scope.js';

const FOLDERS = ['../../examples', '../resources/diagnostics'];
const files = FOLDERS.flatMap((folder) => readdirSync(path.resolve(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hwp')).map((file) => path.join(folder, file)));
const textOf = (file: string): string => readFileSync(path.resolve(import.meta.dirname, file), 'utf8');

const parser = createHwpServices(EmptyFileSystem).hwp.parser.LangiumParser as unknown as HwpParser;

/** Everything about a tree: nodes, values, references, places. */
function written(node: unknown): unknown {
    if (Array.isArray(node)) {
        return node.map(written);
    }
    if (typeof node !== 'object' || node === null) {
        return node;
    }
    if ('$refText' in node) {
        const { $refText, $refNode } = node as { $refText: string; $refNode?: { range: unknown } };
        return { $refText, at: $refNode?.range };
    }
    const { $type, $cstNode, $containerProperty, $containerIndex } = node as AstNode;
    const properties = Object.entries(node).filter(([name]) => !name.startsWith('$')).sort(([one], [other]) => (one < other ? -1 : 1));
    return { $type, $containerProperty, $containerIndex, at: $cstNode?.range, offset: $cstNode?.offset, text: $cstNode?.text.length, ...Object.fromEntries(properties.map(([name, value]) => [name, written(value)])) };
}

function findings({ parserErrors, lexerReport }: ParseResult): unknown {
    return [parserErrors.map(({ message, token, previousToken }: ParseResult['parserErrors'][number] & { previousToken?: { startOffset: number } }) => [message, token.startOffset, token.startLine, token.startColumn, previousToken?.startOffset]), lexerReport?.diagnostics];
}

/** The parser that Langium makes from the grammar, behind our layout pass. */
function langiumsParser(): { readonly parse: (text: string) => ParseResult } {
    class OurTokens extends DefaultLexer {
        override tokenize(text: string): LexerResult {
            const [piece] = piecesOf(text, undefined);
            const { tokens, hidden } = tokensOfPiece(piece!);
            return { tokens: tokens.map((token) => ({ ...token, tokenType: this.definition[token.tokenType.name]!, tokenTypeIdx: this.definition[token.tokenType.name]!.tokenTypeIdx! })), hidden, errors: [] };
        }
    }
    const shared = inject(createDefaultSharedCoreModule(EmptyFileSystem), HwpGeneratedSharedModule) as LangiumSharedCoreServices;
    const services = inject(createDefaultCoreModule({ shared }), HwpGeneratedModule, {
        parser: { Lexer: (core: LangiumCoreServices) => new OurTokens(core) },
        references: { Linker: (core: LangiumCoreServices) => new HwpLinker(core), ScopeProvider: (core: LangiumCoreServices) => new HwpScopeProvider(core) },
    });
    return services.parser.LangiumParser;
}

test('what the grammar says: the same trees as the parser that Langium makes from it', () => {
    const reference = langiumsParser();
    let compared = 0;
    for (const file of files) {
        for (const { text } of piecesOf(textOf(file), undefined)) {
            const expected = reference.parse(text);
            if (expected.parserErrors.length === 0) {
                const found = parser.parse(text);
                expect(found.parserErrors, `${file}: ${text}`).toEqual([]);
                expect(written(found.value), file).toEqual(written(expected.value));
                compared++;
            } else {
                expect(parser.parse(text).parserErrors.length, `${file}: ${text}`).toBeGreaterThan(0);
            }
        }
    }
    expect(compared).toBeGreaterThan(100);
});

test('a long text is cut where segments start, and nowhere else', () => {
    const hiding = ['/*\nscenario "in a comment" {\n}\n*/\n', '// a /* b\nscenario "x" {\n}\n', 'scenario "/*" {\n}\nmachine m {\n}\n', 'scenario-like\nscenario_like\n', ' scenario "indented" {\n}\n', '"open\nimport "y"\r\nscenario "z"\r', '/* never closed\nscenario "w" {\n'];
    for (const text of [...files.map(textOf), ...hiding, ...hiding.map((piece, index) => `${piece}${hiding.slice(0, index).join('')}scenario "last" {\n}\n`)]) {
        expect([...chunksOf(text, undefined, 1)].flatMap((chunk) => piecesOf(chunk.text, chunk.following)), text).toEqual(piecesOf(text, undefined));
    }
});

describe('a text that changes', () => {
    const GARBAGE = ['', '\n', '\r\n', 'scenario "x" {\n', 'machine m {\n', '}\n', '{', '/*', '*/', '"', '// x\n', '\nimport "a.hwp"\n', ' ', ';', '(', 'scenario', '@', '\nscenario', '    expect\n'];
    const edit = fc.record({ at: fc.nat(), length: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(400)), text: fc.oneof(fc.constantFrom(...GARBAGE), fc.tuple(fc.nat(), fc.nat(300))) });

    test('has the tree and the errors of one that is read afresh', () => {
        fc.assert(fc.property(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 8 }), (file, edits) => {
            const original = textOf(file);
            let text = original;
            let result = parser.parse(text);
            for (const { at, length, text: piece } of edits) {
                const start = at % (text.length + 1);
                const inserted = typeof piece === 'string' ? piece : original.slice(piece[0] % original.length, piece[0] % original.length + piece[1]);
                text = text.slice(0, start) + inserted + text.slice(start + length);
                result = parser.parse(text, result);
                const afresh = parser.parse(text);
                expect(findings(result)).toEqual(findings(afresh));
                expect(written(result.value)).toEqual(written(afresh.value));
            }
        }), { numRuns: 300 });
    });

    test('that is read again as it was, and then changed', () => {
        const texts = ['import "z.hwp"\nimport "a.hwp"\n\nmachine m {\n}\n'];
        texts.push(texts[0]!, texts[0]!.replace('machine', 'machines'), texts[0]!.replace('machine', 'machines').replace('import "a', 'imports "a'));
        const last = texts.reduce<ParseResult | undefined>((before, text) => parser.parse(text, before), undefined)!;
        expect(findings(last)).toEqual(findings(parser.parse(texts[3]!)));
    });

    test('keeps the nodes of the scenarios that an edit leaves as they were', () => {
        const text = Array.from({ length: 5 }, (_each, index) => `scenario "${index}" {\n    region a = slab 1 page\n}\n`).join('');
        const before = parser.parse(text);
        const elements = [...before.value.elements];
        const after = parser.parse(text.replace('scenario "2" {', '// higher\n\nscenario "2" {\n\n'), before);
        expect(after.value.elements.map((element) => elements.indexOf(element))).toEqual([0, -1, -1, 3, 4]);
        expect(after.value.elements[4]?.$cstNode?.range.start).toEqual({ line: 16, character: 0 });
        expect(after.value.elements[4]?.$cstNode?.text).toBe('scenario "4" {\n    region a = slab 1 page\n}');
        expect(after.value.elements[4]?.$container).toBe(after.value);
    });
});
