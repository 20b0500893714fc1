/** Cuts a text into the tokens of the grammar. */
import { TERMINALS, WORDS } from '../generated/parser-tables.js';
import type { Token, TokenType, TokenTypes } from './tokens.js';

/** Every terminal and keyword by its name; `EOF` ends a token stream. Numbers count from 0. */
export const TOKEN_TYPES: TokenTypes & Readonly<Record<'EOF' | 'ID' | 'NL' | '{' | '}' | 'INNER_END', TokenType>> = typesOf([
    'EOF', ...TERMINALS.map(([name]) => name), ...WORDS,
]);

export const TOKEN_COUNT = 1 + TERMINALS.length + WORDS.length;

export const EOF_INDEX = TOKEN_TYPES.EOF.tokenTypeIdx!;

/** What a scan finds: tokens for the parser, and those that it does not see (comments, characters that mean nothing). */
export interface Scan {
    readonly tokens: Token[];
    readonly hidden: Token[];
}

/** Types of keywords by what is written. */
const KEYWORDS: ReadonlyMap<string, TokenType> = new Map(WORDS.map((word) => [word, TOKEN_TYPES[word]!]));

const SYMBOL = 0;
const WORD = groupOf('ID');
const BLANK = groupOf('WS');
const TYPES_OF_GROUPS = [undefined, ...TERMINALS.map(([name]) => TOKEN_TYPES[name]!)];
const HIDDEN = [false, ...TERMINALS.map(([, , hidden]) => hidden === 'hidden')];
const SYMBOLS = [...KEYWORDS.keys()].filter((name) => !/^\w/.test(name)).sort((one, other) => other.length - one.length);

/** One group for each terminal in their order; symbols stand before them, since they are keywords. The last group is what nothing describes. */
const PATTERN = new RegExp([
    `(${SYMBOLS.map((symbol) => symbol.replaceAll(/[^\w]/g, '\\$&')).join('|')})`, ...TERMINALS.map(([, source]) => `(${withoutGroups(source)})`), '([\\s\\S])',
].join('|'), 'y');

/** The tokens of a text. Whatever it holds, every character of it is in one token or is blank. */
export function scan(text: string): Scan {
    const tokens: Token[] = [];
    const hidden: Token[] = [];
    let line = 1;
    let lineStart = 0;
    let start = 0;
    while (start < text.length) {
        PATTERN.lastIndex = start;
        const match = PATTERN.exec(text)!;
        let image = match[0];
        const end = start + image.length;
        let group = 0;
        while (match[group + 1] === undefined) {
            group++;
        }
        if (group !== BLANK) {
            if (group === WORD) {
                image = sameWord(image);
            }
            const type = (group === WORD || group === SYMBOL ? KEYWORDS.get(image) : undefined) ?? TYPES_OF_GROUPS[group] ?? TOKEN_TYPES['UNEXPECTED']!;
            const token: Token = {
                image, tokenType: type, tokenTypeIdx: type.tokenTypeIdx!, startOffset: start, endOffset: end - 1,
                startLine: line, endLine: line, startColumn: start - lineStart + 1, endColumn: end - lineStart,
            };
            if (group !== SYMBOL && spansLines(image)) {
                for (const { index, 0: { length } } of image.matchAll(LINE_END)) {
                    // A line end itself ends where it stands.
                    if (index + length < image.length || group !== NL_GROUP) {
                        token.endLine!++;
                        token.endColumn = image.length - index - length;
                    }
                    line++;
                    lineStart = start + index + length;
                }
            }
            (HIDDEN[group] ?? true ? hidden : tokens).push(token);
        }
        start = end;
    }
    return { tokens, hidden };
}

/** Words that were met: names and vocabulary are written again and again, and each mention would keep a string of its own. */
const words = new Map<string, string>();
const MAX_WORDS = 10_000;

function sameWord(image: string): string {
    const known = words.get(image);
    if (known !== undefined) {
        return known;
    }
    if (words.size >= MAX_WORDS) {
        words.clear();
    }
    words.set(image, image);
    return image;
}

const NL_GROUP = groupOf('NL');
const LINE_END = /\r\n|[\n\r]/g;

function spansLines(image: string): boolean {
    return image.includes('\n') || image.includes('\r');
}

/** The pattern with groups that capture nothing, so that the number of a group says which terminal it is. */
export function withoutGroups(source: string): string {
    return source.replaceAll(/(\\.|\[(?:\\.|[^\]])*\])|\((?!\?)/g, (_all, kept: string | undefined) => kept ?? '(?:');
}

/** The group of a terminal in the pattern. */
function groupOf(terminal: (typeof TERMINALS)[number][0]): number {
    return 1 + TERMINALS.findIndex(([name]) => name === terminal);
}

function typesOf(names: readonly string[]): typeof TOKEN_TYPES {
    return Object.assign(Object.create(null), Object.fromEntries(names.map((name, tokenTypeIdx) => [name, { name, tokenTypeIdx }]))) as typeof TOKEN_TYPES;
}
