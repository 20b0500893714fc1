/**
 * A text in segments: each starts with a top-level word in the first column, where layout and parser start afresh
 * whatever stands above. What an edit leaves as it was keeps its syntax tree; it only moves.
 */
import { startsSegment, TOP_LEVEL_WORDS } from './layout-tokens.js';
import { scan, TOKEN_TYPES, type Scan } from './scanner.js';
import type { Token } from './tokens.js';

/** A part of a text before it is parsed; its tokens count from its own start. */
export interface Piece extends Scan {
    readonly text: string;
    /** Offsets in it where its lines start; a last line end starts one that belongs to the next piece. */
    readonly lineStarts: readonly number[];
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
    const lines = lineStartsIn(text).length - 1;
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
        const own = text.slice(offset, endOffset);
        pieces.push({
            text: own, lineStarts: lineStartsIn(own).slice(),
            tokens: moved(tokens.slice(firstToken, token), start), hidden: moved(hidden.slice(firstComment, comment), start),
            following: next === undefined ? undefined : { ...next, startOffset: endOffset - offset, endOffset: endOffset - offset + next.image.length - 1, startLine: endLine - line + 1, endLine: endLine - line + 1 },
        });
        offset = endOffset;
        line = endLine;
    }
    return pieces;
}

/** Offsets where the lines of a text start. */
export function lineStartsIn(text: string): number[] {
    const starts = [0];
    if (!text.includes('\r')) {
        for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            starts.push(at + 1);
        }
        return starts;
    }
    for (const { index, 0: { length } } of text.matchAll(/\r\n|[\n\r]/g)) {
        starts.push(index + length);
    }
    return starts;
}

/** A part of a text that starts and ends where a segment does, and the word that follows. */
export interface Chunk {
    readonly text: string;
    readonly following: Token | undefined;
}

/** What can hide a line that starts with a top-level word, and such lines. */
const STARTS = new RegExp(`"[^"\\\\\\r\\n]*(?:\\\\[^\\r\\n][^"\\\\\\r\\n]*)*"?|//[^\\r\\n]*|/\\*[\\s\\S]*?(?:\\*/|$)|(?<=[\\r\\n])(${[...TOP_LEVEL_WORDS].join('|')})(?![\\w-])`, 'g');

/** Cuts a text between segments, at least so many characters apart: a long text is scanned part by part, and what a scan makes is gone before the next. */
export function* chunksOf(text: string, following: Token | undefined, length: number): Generator<Chunk> {
    let start = 0;
    if (text.length > length) {
        for (const { index, 1: word } of text.matchAll(STARTS)) {
            if (word !== undefined && index - start >= length) {
                yield { text: text.slice(start, index), following: topLevelToken(word) };
                start = index;
            }
        }
    }
    yield { text: text.slice(start), following };
}

function topLevelToken(image: string): Token {
    const type = TOKEN_TYPES[image]!;
    return { image, tokenType: type, tokenTypeIdx: type.tokenTypeIdx!, startOffset: 0, endOffset: image.length - 1, startLine: 1, endLine: 1, startColumn: 1, endColumn: image.length };
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
