/** A text as lines of tokens: what formatting works on. Lines are never joined or split. */
import { tokensOf, type TextToken } from '../cursor/tokens.js';

export interface Line {
    /** Without its line end. */
    readonly text: string;
    /** Code and comments; a comment over several lines is the last token of its first line. */
    readonly tokens: readonly TextToken[];
    /** The tokens without the comments. */
    readonly code: readonly TextToken[];
    /** Offset of the line in the text. */
    readonly start: number;
    /** The line begins inside a comment: it stays as it is. */
    readonly verbatim: boolean;
}

export function linesOf(text: string): Line[] {
    const tokens = tokensOf(text);
    const lines: Line[] = [];
    let next = 0;
    let insideUntil = 0;
    let start = 0;
    for (const part of text.split(/\r\n|\n|\r/)) {
        const end = start + part.length;
        const own: TextToken[] = [];
        const verbatim = start < insideUntil;
        while (next < tokens.length && tokens[next]!.start < end) {
            const token = tokens[next++]!;
            if (token.kind !== 'line-end' || token.text === ';') {
                own.push(token);
            }
            insideUntil = Math.max(insideUntil, token.kind === 'comment' ? token.start + token.text.length : 0);
        }
        while (tokens[next]?.kind === 'line-end' && tokens[next]!.text !== ';' && tokens[next]!.start === end) {
            next++;
        }
        lines.push({ text: part, tokens: own, code: own.filter(({ kind }) => kind !== 'comment'), start, verbatim });
        start = end + (text.startsWith('\r\n', end) ? 2 : 1);
    }
    return lines;
}

/** For each line the next one below it that holds code; the number of lines where there is none. */
export function nextCodeLines(lines: readonly Line[]): number[] {
    const next: number[] = [];
    let below = lines.length;
    for (let index = lines.length - 1; index >= 0; index--) {
        next[index] = below;
        below = lines[index]!.code.length > 0 ? index : below;
    }
    return next;
}

export function columnOf(line: Line): number {
    return line.text.length - line.text.trimStart().length;
}
