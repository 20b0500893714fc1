/** From the text of a segment to the tokens that the parser reads, and what is wrong with them. */
import type { LexingDiagnostic } from 'langium';
import type { IssueData } from '../issue-data.js';
import { describeCharacters, mendOf } from './characters.js';
import { layOut } from './layout.js';
import { MAX_LINE_LENGTH, MAX_SYNTAX_ERRORS, MAX_TEXT_LENGTH } from './limits.js';
import type { Scan } from './scanner.js';
import { lineStartsIn, type Piece } from './segments.js';
import type { Token } from './tokens.js';

/** A lexing or layout error with the code of our table of checks. */
export interface HwpLexingDiagnostic extends LexingDiagnostic {
    readonly code: string;
    readonly data?: IssueData;
}

/** One in a piece: its place counts from the start of that. The message and what goes with it depend on the lines above. */
export interface PlacedDiagnostic extends Omit<HwpLexingDiagnostic, 'message' | 'data'> {
    readonly message: (linesAbove: number) => string;
    readonly data?: (linesAbove: number) => IssueData;
}

export interface LaidOut extends Scan {
    readonly diagnostics: readonly PlacedDiagnostic[];
}

/** Tokens of a piece after the layout pass, comments beside them. */
export function tokensOfPiece({ tokens, hidden, following }: Piece): LaidOut {
    const layout = layOut(tokens, following);
    return {
        tokens: layout.tokens,
        hidden: hidden.filter((token) => token.tokenType.name !== 'UNEXPECTED'),
        diagnostics: [
            ...hidden.filter(({ tokenType }, index) => tokenType.name === 'UNEXPECTED' && !continues(hidden[index - 1], hidden[index]!)).map(unexpected),
            ...hidden.filter((token) => token.tokenType.name === 'UNCLOSED_COMMENT').map(unclosedComment),
            ...layout.issues.map((issue) => ({ ...at(issue.at, issue.code, issue.message), ...(issue.data === undefined ? {} : { data: issue.data }) })),
        ],
    };
}

/** The first ones, and how many are left out. */
export function capped(diagnostics: HwpLexingDiagnostic[]): HwpLexingDiagnostic[] {
    if (diagnostics.length <= MAX_SYNTAX_ERRORS) {
        return diagnostics;
    }
    const kept = diagnostics.slice(0, MAX_SYNTAX_ERRORS);
    const last = kept[kept.length - 1]!;
    kept.push({ ...last, code: 'hwp/too-many-errors', message: `${diagnostics.length - MAX_SYNTAX_ERRORS} more errors of this kind are not shown.` });
    return kept;
}

function at(token: Token, code: string, message: PlacedDiagnostic['message']): PlacedDiagnostic {
    return { code, message, severity: 'error', offset: token.startOffset, line: token.startLine, column: token.startColumn, length: firstLineLength(token.image) };
}

function unexpected(token: Token): PlacedDiagnostic {
    return { ...at(token, 'hwp/unexpected-character', () => `${describeCharacters(token.image)} outside texts and comments. ${mendOf(token.image)}`), length: token.image.length };
}

/** Does it go on where the other one ends? Then one finding is enough. */
function continues(before: Token | undefined, token: Token): boolean {
    return before?.tokenType.name === 'UNEXPECTED' && before.endOffset! + 1 === token.startOffset;
}

function unclosedComment(token: Token): PlacedDiagnostic {
    return { ...at(token, 'hwp/unclosed-comment', () => 'The comment is never closed: the rest of the file is part of it. Add `*/`.'), length: 2 };
}

/** The one error of a text that is not read at all; undefined for one that is. */
export function lengthProblem(text: string): HwpLexingDiagnostic | undefined {
    const place = { severity: 'error' as const, offset: 0, line: 1, column: 1, length: 1 };
    if (text.length > MAX_TEXT_LENGTH) {
        return {
            ...place, line: lineStartsIn(text.slice(0, MAX_TEXT_LENGTH)).length, code: 'hwp/text-too-long',
            message: `The text has ${text.length} characters, and from this line on it has more than ${MAX_TEXT_LENGTH}: a file over that is not read, since its results would be long in coming. Split it: move scenarios to other files, which can share a machine with \`import\`.`,
        };
    }
    const line = longLine(text);
    return line === undefined ? undefined
        : { ...place, line, code: 'hwp/line-too-long', message: `This line has more than ${MAX_LINE_LENGTH} characters; files with such lines are not read. Break it into several.` };
}

/** Number of the first line over the limit, counted from 1. */
function longLine(text: string): number | undefined {
    const ends = text.includes('\r') ? ['\n', '\r'] : ['\n'];
    let start = 0;
    while (text.length - start > MAX_LINE_LENGTH) {
        // The last line end within reach: every line before it is short enough.
        const end = Math.max(...ends.map((each) => text.lastIndexOf(each, start + MAX_LINE_LENGTH)));
        if (end < start) {
            return lineStartsIn(text.slice(0, start)).length;
        }
        start = end + 1;
    }
    return undefined;
}

function firstLineLength(image: string): number {
    const end = image.search(/[\r\n]/);
    return end < 0 ? image.length : Math.max(end, 1);
}
