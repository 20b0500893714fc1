/**
 * Reads the text before a cursor by itself: completion and signature help answer in lines that do not parse yet, so they
 * look at words and braces, and take from the syntax tree only what is declared around them.
 */
import { HwpTerminals } from '../../language/generated/ast.js';

export type TextTokenKind = 'comment' | 'line-end' | 'string' | 'number' | 'word' | 'symbol' | 'other';

export interface TextToken {
    readonly kind: TextTokenKind;
    readonly text: string;
    readonly start: number;
}

const { SL_COMMENT, ML_COMMENT, UNCLOSED_COMMENT, STRING, NL, VERSION, NUMBER, ID } = HwpTerminals;

/** One group for each kind, in the order of `KINDS`. A string before numbers and words, since it may hold both. */
const TOKEN = new RegExp([
    [SL_COMMENT, ML_COMMENT, UNCLOSED_COMMENT], [NL], [STRING], [VERSION, NUMBER], [ID], [/<=|>=|!=|\.\.|[{}()[\]=,:.+<>%]/], [/[^\s]/],
].map((patterns) => `(${patterns.map(({ source }) => withoutGroups(source)).join('|')})`).join('|'), 'g');

const KINDS: readonly TextTokenKind[] = ['comment', 'line-end', 'string', 'number', 'word', 'symbol', 'other'];

/** The pattern with groups that capture nothing, so that the number of a group is a kind. */
function withoutGroups(source: string): string {
    return source.replace(/(\\.|\[(?:\\.|[^\]])*\])|\((?!\?)/g, (_all, kept: string | undefined) => kept ?? '(?:');
}

/** The tokens of a text, comments and line ends among them; blanks are left out. */
export function tokensOf(text: string, offset = 0): TextToken[] {
    const tokens: TextToken[] = [];
    for (const match of text.matchAll(TOKEN)) {
        const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)] ?? 'other';
        tokens.push({ kind, text: match[0], start: match.index + offset });
    }
    return tokens;
}

export function endOf(token: TextToken): number {
    return token.start + token.text.length;
}

/** Index of the last element that fits; -1 when none does. */
export function lastIndexWhere<Element>(elements: readonly Element[], fits: (element: Element) => boolean): number {
    for (let index = elements.length - 1; index >= 0; index--) {
        if (fits(elements[index]!)) {
            return index;
        }
    }
    return -1;
}
