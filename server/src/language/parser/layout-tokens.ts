/** What the layout pass asks of a token stream: where segments start, whether braces match, what a block holds. */
import { TOKEN_TYPES } from './scanner.js';
import type { Token, TokenType } from './tokens.js';

/** Words that start something at the outermost level of a file. */
export const TOP_LEVEL_WORDS: ReadonlySet<string> = new Set(['scenario', 'machine', 'import']);

/** A top-level word in the first column: whatever was open before it, is over. */
export function startsSegment(token: Token): boolean {
    return token.startColumn === 1 && TOP_LEVEL_WORDS.has(token.image);
}

/** Do the braces match between this top-level word and the next one in the first column? */
export function segmentIsBalanced(tokens: readonly Token[], start: number): boolean {
    let depth = 0;
    for (let index = start; index < tokens.length; index++) {
        const token = tokens[index]!;
        if (index > start && startsSegment(token) && tokens[index - 1]!.tokenType.name === 'NL') {
            break;
        }
        if (token.image === '{') {
            depth++;
        } else if (token.image === '}' && --depth < 0) {
            return true;
        }
    }
    return depth === 0;
}

/** Index of the `}` that closes the block at `start`, or of the last token before the next segment. */
export function skipBlock(tokens: readonly Token[], start: number): number {
    let depth = 0;
    for (let index = start; index < tokens.length; index++) {
        const token = tokens[index]!;
        if (startsSegment(token) && tokens[index - 1]!.tokenType.name === 'NL') {
            return index - 1;
        }
        if (token.image === '{') {
            depth++;
        } else if (token.image === '}' && --depth === 0) {
            return index;
        }
    }
    return tokens.length - 1;
}

/** The same token as another type. */
export function withType(token: Token, type: TokenType): Token {
    return { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx! };
}

/** Two tokens that touch, as one of the second's type. */
export function joined(first: Token, second: Token): Token {
    return { ...second, image: first.image + second.image, startOffset: first.startOffset, startLine: first.startLine, startColumn: first.startColumn };
}

/** The first word of the line that opens a block, for messages. */
export function describeOpener(line: Token): string {
    return `\`${line.image}\``;
}

/** Tokens that the pass puts in: without a place in the text, so that they stay out of the syntax tree. */
export type InsertedName = 'NL' | 'INNER_NL' | '{' | '}' | 'INNER_END';

export function inserted(name: InsertedName, near: Token): Token {
    const type = TOKEN_TYPES[name]!;
    return {
        image: name.endsWith('NL') ? '\n' : name === '{' ? '{' : '}', tokenType: type, tokenTypeIdx: type.tokenTypeIdx!, isInsertedInRecovery: true,
        startOffset: NaN, endOffset: NaN, startLine: near.startLine, endLine: near.startLine, startColumn: near.startColumn, endColumn: near.startColumn,
    };
}

/** Index of the last NL of the run of NLs at `index`. */
export function lastLineEnd(tokens: readonly Token[], index: number): number {
    let last = index;
    while (tokens[last + 1]?.tokenType.name === 'NL') {
        last++;
    }
    return last;
}

/** Does a string end with a quote that no backslash escapes? */
export function isClosed(image: string): boolean {
    let backslashes = 0;
    while (image[image.length - 2 - backslashes] === '\\') {
        backslashes++;
    }
    return image.length > 1 && image.endsWith('"') && backslashes % 2 === 0;
}
