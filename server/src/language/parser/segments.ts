/**
 * A text in segments: each starts with a top-level word in the first column, where layout and parser start afresh
 * whatever stands above. What an edit leaves as it was keeps its syntax tree; it only moves.
 */
import { startsSegment } from './layout-tokens.js';
import { scan, type Scan } from './scanner.js';
import type { Token } from './tokens.js';

/** A part of a text before it is parsed; its tokens count from its own start. */
export interface Piece extends Scan {
    readonly text: string;
    readonly lines: number;
    /** The first word of the piece that follows, as if it stood in this one; layout says where blocks end by it. */
    readonly following: Token | undefined;
}

/** Cuts a text that starts a piece. `following` is what comes after it. */
export function piecesOf(text: string, following: Token | undefined): Piece[] {
    const { tokens, hidden } = scan(text);
    const starts = tokens.filter((token, index) => startsSegment(token) && token.startOffset > 0 && (index === 0 || tokens[index - 1]!.tokenType.name === 'NL'));
    const pieces: Piece[] = [];
    let token = 0;
    let comment = 0;
    let offset = 0;
    let line = 1;
    const lines = linesIn(text);
    for (const end of [...starts, undefined]) {
        const endOffset = end?.startOffset ?? text.length;
        const endLine = end?.startLine ?? lines + 1;
        const firstToken = token;
        const firstComment = comment;
        while (token < tokens.length && tokens[token]!.startOffset < endOffset) {
            token++;
        }
        while (comment < hidden.length && hidden[comment]!.startOffset < endOffset) {
            comment++;
        }
        const start = { offset, line: line - 1 };
        const next = end ?? following;
        pieces.push({
            text: text.slice(offset, endOffset), lines: endLine - line,
            tokens: moved(tokens.slice(firstToken, token), start), hidden: moved(hidden.slice(firstComment, comment), start),
            following: next === undefined ? undefined : { ...next, startOffset: endOffset - offset, endOffset: endOffset - offset + next.image.length - 1, startLine: endLine - line + 1, endLine: endLine - line + 1 },
        });
        offset = endOffset;
        line = endLine;
    }
    return pieces;
}

/** Line ends in a text. */
export function linesIn(text: string): number {
    let lines = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
        lines++;
    }
    for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
        lines += text[at + 1] === '\n' ? 0 : 1;
    }
    return lines;
}

function moved(tokens: Token[], { offset, line }: { readonly offset: number; readonly line: number }): Token[] {
    if (offset > 0) {
        for (const token of tokens) {
            token.startOffset -= offset;
            token.endOffset! -= offset;
            token.startLine! -= line;
            token.endLine! -= line;
        }
    }
    return tokens;
}
