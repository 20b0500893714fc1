/** The layout of a text: indentation, blanks between tokens, blank lines. Only blanks change. */
import type { TextEdit } from 'vscode-languageserver';
import { tokensOf } from '../cursor/tokens.js';
import { align, type Draft } from './alignment.js';
import { indentationsOf, type Indentation, type IndentOptions } from './indentation.js';
import { linesOf, type Line } from './lines.js';
import { blanksBetween } from './spacing.js';

export interface LayoutOptions extends IndentOptions {
    /** One level of indentation. */
    readonly indent: string;
    readonly insertFinalNewline?: boolean;
}

/** The edits that lay a text out, one a line at most. Blocks whose braces do not match keep their indentation. */
export function layoutEdits(text: string, options: LayoutOptions): TextEdit[] {
    const lines = linesOf(text);
    const indentations = indentationsOf(lines, options);
    const broken = brokenLines(lines);
    const drafts = lines.map((line, index) => line.verbatim || line.tokens.length === 0 ? null : draftOf(line, broken[index]! ? null : indentations[index] ?? null, options.indent));
    align(drafts);
    const removals = [...blankLineEdits(lines), ...finalLineEdit(lines, options)];
    const gone = new Set(removals.flatMap(({ range }) => Array.from({ length: range.end.line - range.start.line }, (_, ahead) => range.start.line + ahead)));
    let comment = '';
    const edits = lines.flatMap((line, index): TextEdit[] => {
        if (gone.has(index)) {
            return [];
        }
        const draft = drafts[index] ?? null;
        comment = draft === null ? comment : draft.gaps[0]!;
        const laidOut = line.verbatim ? insideComment(line, comment) : draft === null ? '' : written(draft);
        return laidOut === line.text || !line.verbatim && !isSame(line, laidOut) ? [] : [{ range: rangeOf(index, 0, line.text.length), newText: laidOut }];
    });
    return [...edits, ...removals];
}

/** The stars of a documentation comment stand below the first one; other text stays. */
function insideComment({ text, tokens }: Line, indentation: string): string {
    return tokens.length === 0 && /^[ \t]*\*/.test(text) ? `${indentation} ${text.trimStart()}` : text;
}

function draftOf(line: Line, indentation: Indentation | null, indent: string): Draft {
    const written = line.text.slice(0, line.tokens[0]!.start - line.start);
    const gaps = line.tokens.map((token, index) => {
        if (index === 0) {
            return indentation === null ? written : indent.repeat(indentation.level) + indentation.extra;
        }
        const blanks = blanksBetween(line.tokens, index);
        return blanks === null ? line.text.slice(line.tokens[index - 1]!.start + line.tokens[index - 1]!.text.length - line.start, token.start - line.start) : ' '.repeat(blanks);
    });
    return { line, gaps };
}

/** The part of a comment that goes on in the next line stays there. */
function written({ line, gaps }: Draft): string {
    return line.tokens.map(({ text }, index) => gaps[index]! + text.split(/[\r\n]/, 1)[0]!).join('').trimEnd();
}

/** Blanks are all that changed: the tokens of the line are the same. */
function isSame(line: Line, laidOut: string): boolean {
    const before = line.verbatim ? [] : line.tokens.map(({ text }) => text.split(/[\r\n]/, 1)[0]!.trimEnd());
    const after = tokensOf(laidOut).map(({ text }) => text.trimEnd());
    return before.length === after.length && before.every((token, index) => token === after[index]);
}

function isBlank(line: Line | undefined): boolean {
    return line !== undefined && !line.verbatim && line.tokens.length === 0;
}

/** At most one blank line in a row, none at the start. */
function blankLineEdits(lines: readonly Line[]): TextEdit[] {
    const end = lastWritten(lines);
    return lines.flatMap((line, index): TextEdit[] => isBlank(line) && index < end && (index === 0 || isBlank(lines[index - 1])) ? [removed(index, index + 1)] : []);
}

/** A text ends with one line end, if it ends with any. */
function finalLineEdit(lines: readonly Line[], { insertFinalNewline }: LayoutOptions): TextEdit[] {
    const last = lines.length - 1;
    const end = lastWritten(lines);
    if (last > end + 1) {
        return [removed(end + 1, last)];
    }
    return insertFinalNewline === true && last === end ? [{ range: rangeOf(last, lines[last]!.text.length, lines[last]!.text.length), newText: '\n' }] : [];
}

/** Index of the last line that is not blank; -1 when there is none. */
function lastWritten(lines: readonly Line[]): number {
    let index = lines.length - 1;
    while (index >= 0 && isBlank(lines[index])) {
        index--;
    }
    return index;
}

/** Whole lines, from the first up to the start of the second. */
function removed(first: number, end: number): TextEdit {
    return { range: { start: { line: first, character: 0 }, end: { line: end, character: 0 } }, newText: '' };
}

const SEGMENT = new Set(['scenario', 'machine', 'import']);

/** Lines of segments whose braces do not match, where indentation decides what belongs to what, or with code behind a comment of several lines. */
function brokenLines(lines: readonly Line[]): boolean[] {
    const broken: boolean[] = [];
    let start = 0;
    const close = (end: number): void => {
        const segment = lines.slice(start, end);
        const isBroken = !isBalanced(segment) || segment.some(({ verbatim, code }) => verbatim && code.length > 0);
        for (let index = start; index < end; index++) {
            broken.push(isBroken);
        }
        start = end;
    };
    lines.forEach((line, index) => {
        const [first] = line.code;
        if (index > start && first !== undefined && first.start === line.start && SEGMENT.has(first.text)) {
            close(index);
        }
    });
    close(lines.length);
    return broken;
}

function isBalanced(lines: readonly Line[]): boolean {
    let depth = 0;
    for (const { text, kind } of lines.flatMap(({ code }) => code)) {
        depth += kind === 'string' ? 0 : text === '{' ? 1 : text === '}' ? -1 : 0;
        if (depth < 0) {
            return false;
        }
    }
    return depth === 0;
}

function rangeOf(line: number, start: number, end: number): TextEdit['range'] {
    return { start: { line, character: start }, end: { line, character: end } };
}
