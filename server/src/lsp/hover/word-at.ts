/** The word of the vocabulary at a position, and what it means. */
import { AstUtils, CstUtils, type CstNode, type LangiumDocument } from 'langium';
import type { Position, Range } from 'vscode-languageserver';
import { isComparison, isKernelChoice, isMapping, isPlace } from '../../language/generated/ast.js';
import { wordOf } from '../../language/lowering/word/words.js';
import { noteOnBasis } from '../../vocabulary/kernel-notes.js';
import { resolveKernel } from '../../vocabulary/kernels.js';
import { describeInContext, type WordContext } from '../../vocabulary/language-words.js';
import { describeWord, type WordDescription } from '../../vocabulary/lookup.js';
import type { DocumentationLinks } from '../documentation-links.js';
import { describeWindow } from '../window-words.js';
import { contextOf } from './word-context.js';

export interface DescribedWord {
    readonly word: string;
    readonly range: Range;
    readonly description: WordDescription;
}

/** Kernel words hold dashes, dots and colons: corrupt-pfn, vm.memory_failure_early_kill, 6.12. */
const WORDS = /[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*/g;

/** Null between words, in comments and strings, and on words that no table has. */
export function describedWordAt(document: LangiumDocument, position: Position, documentation: DocumentationLinks): DescribedWord | null {
    const { textDocument } = document;
    const offset = textDocument.offsetAt(position);
    const window = windowAt(document, position, documentation);
    if (window !== null) {
        return window;
    }
    const root = document.parseResult.value.$cstNode;
    const leaf = root === undefined ? undefined : CstUtils.findLeafNodeAtOffset(root, offset);
    if (leaf === undefined || leaf.hidden || leaf.text.startsWith('"')) {
        return null;
    }
    if (isGroupName(leaf)) {
        return { word: leaf.text, range: leaf.range, description: { title: `KSM group ${leaf.text}`, doc: 'Page by page, KSM merges the mappings that name the group into one page that all of them map read-only; whoever writes gets a copy.' } };
    }
    const line = textDocument.getText({ start: { line: position.line, character: 0 }, end: { line: position.line + 1, character: 0 } });
    for (const match of line.matchAll(WORDS)) {
        const described = match.index <= position.character && position.character <= match.index + match[0].length
            ? kernelOf(match[0], leaf) ?? describeLongest(match[0], position.character - match.index, contextOf(leaf))
            : null;
        if (described !== null) {
            const start = match.index + described.from;
            return {
                word: described.word, description: described.description,
                range: { start: { line: position.line, character: start }, end: { line: position.line, character: start + described.word.length } },
            };
        }
    }
    return null;
}

/** The name behind `ksm` is declared by being used. */
function isGroupName({ astNode }: CstNode): boolean {
    const argument = AstUtils.getContainerOfType(astNode, isPlace);
    return isMapping(argument?.$container) && argument.$containerIndex !== undefined && wordOf(argument.$container.arguments[argument.$containerIndex - 1]) === 'ksm';
}

/** `W5` is a window of the handler wherever it stands, in comments and texts, too. */
function windowAt({ textDocument }: LangiumDocument, { line, character }: Position, documentation: DocumentationLinks): DescribedWord | null {
    const text = textDocument.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
    for (const match of text.matchAll(/(?<![\w.-])W\d+[bc]?(?![\w-])/g)) {
        const [word] = match;
        const description = describeWindow(word, documentation);
        if (description !== undefined && match.index <= character && character <= match.index + word.length) {
            return { word, range: { start: { line, character: match.index }, end: { line, character: match.index + word.length } }, description };
        }
    }
    return null;
}

/** A version where a kernel is chosen or compared with: what it is described as, which need not be itself. */
function kernelOf(written: string, leaf: CstNode): ReturnType<typeof describeLongest> {
    const { astNode } = leaf;
    const resolved = isKernelChoice(astNode) || isComparison(astNode) && astNode.subject === 'kernel' ? resolveKernel(written) : undefined;
    const description = resolved === undefined || 'error' in resolved ? undefined : describeWord(resolved.version);
    if (description === undefined) {
        return null;
    }
    const note = noteOnBasis(written);
    return { word: written, from: 0, description: note === undefined || note.described ? description : { title: description.title, doc: `${note.text}\n\n${description.doc}` } };
}

/** The whole word if a table has it, else the part of it between dots. */
function describeLongest(word: string, at: number, context: WordContext | undefined): { readonly word: string; readonly from: number; readonly description: WordDescription } | null {
    const whole = describe(word, context);
    if (whole !== undefined) {
        return { word, from: 0, description: whole };
    }
    let from = 0;
    for (const part of word.split('.')) {
        const description = at >= from && at <= from + part.length ? describe(part, context) : undefined;
        if (description !== undefined) {
            return { word: part, from, description };
        }
        from += part.length + 1;
    }
    return null;
}

/** What a word stands for, its meaning here first; where it has several, all of them. */
function describe(word: string, context: WordContext | undefined): WordDescription | undefined {
    if (!('error' in resolveKernel(word))) {
        return undefined; // a number that happens to look like a version: 6.1 GiB
    }
    const [first, ...rest] = describeInContext(word, context);
    return first === undefined || rest.length === 0 ? first : { title: first.title, doc: [first.doc, ...rest.map(({ title, doc }) => `${title}: ${doc}`)].join('\n\n') };
}
