import { DefaultLexer, type LexerResult, type LexingDiagnostic, type TokenizeOptions } from 'langium';
import type { LexingError, Token } from './tokens.js';
import { MAX_COMMENT_RUN, MAX_LINE_LENGTH, MAX_SYNTAX_ERRORS, MAX_TEXT_LENGTH } from './limits.js';
import { layOut } from './layout.js';

/** A lexing or layout error with the code of our table of checks. */
export interface HwpLexingDiagnostic extends LexingDiagnostic {
    readonly code: string;
}

/** Langium's lexer, with the size limit before it and the layout pass after it. */
export class HwpLexer extends DefaultLexer {
    /** Never throws; a text over the size limit gives no tokens and one error. */
    override tokenize(text: string, options?: TokenizeOptions): LexerResult {
        const tooLong = lengthProblem(text);
        if (tooLong !== undefined) {
            return { tokens: [], hidden: [], errors: [], report: { diagnostics: [tooLong] } };
        }
        const result = super.tokenize(text, options);
        const layout = layOut(result.tokens, this.definition, options?.mode === 'partial');
        const diagnostics = [
            ...result.errors.map((error) => unexpected(error)),
            ...result.hidden.filter((token) => token.tokenType.name === 'UNEXPECTED').map((token) => unexpected({ ...token, length: token.image.length })),
            ...result.hidden.filter((token) => token.tokenType.name === 'UNCLOSED_COMMENT').map(unclosedComment),
            ...layout.issues.map((issue) => at(issue.at, issue.code, issue.message)),
        ];
        return { tokens: layout.tokens, hidden: thinned(result.hidden.filter((token) => token.tokenType.name !== 'UNEXPECTED'), layout.tokens), errors: [], report: { diagnostics: capped(diagnostics) } };
    }
}

/**
 * Comments, but of a long run between two tokens only the last ones: Langium inserts a run with one
 * call that has as many arguments as there are comments, and documentation is the last of them.
 */
function thinned(hidden: Token[], tokens: readonly Token[]): Token[] {
    if (hidden.length <= MAX_COMMENT_RUN) {
        return hidden;
    }
    const kept: Token[] = [];
    let runStart = 0;
    let next = 0;
    for (const comment of hidden) {
        const before = next;
        while (next < tokens.length && !(tokens[next]!.startOffset > comment.startOffset)) {
            next++;
        }
        if (next > before) {
            runStart = kept.length;
        } else if (kept.length - runStart >= MAX_COMMENT_RUN) {
            // Half a run goes at a time, so that long runs cost no more than their length.
            kept.splice(runStart, MAX_COMMENT_RUN / 2);
        }
        kept.push(comment);
    }
    return kept;
}

function capped(diagnostics: HwpLexingDiagnostic[]): HwpLexingDiagnostic[] {
    if (diagnostics.length <= MAX_SYNTAX_ERRORS) {
        return diagnostics;
    }
    const kept = diagnostics.slice(0, MAX_SYNTAX_ERRORS);
    const last = kept[kept.length - 1]!;
    kept.push({ ...last, code: 'hwp/too-many-errors', message: `${diagnostics.length - MAX_SYNTAX_ERRORS} more errors of this kind are not shown.` });
    return kept;
}

function at(token: Token, code: string, message: string): HwpLexingDiagnostic {
    return { code, message, severity: 'error', offset: token.startOffset, line: token.startLine, column: token.startColumn, length: firstLineLength(token.image) };
}

function unexpected({ offset, startOffset, line, startLine, column, startColumn, length }: Partial<LexingError> & Partial<Token> & { readonly length: number }): HwpLexingDiagnostic {
    return {
        code: 'hwp/unexpected-character', severity: 'error', offset: offset ?? startOffset ?? 0, line: line ?? startLine, column: column ?? startColumn, length,
        message: `The language has no such character${length === 1 ? '' : 's'} outside texts and comments. Remove ${length === 1 ? 'it' : 'them'}.`,
    };
}

function unclosedComment(token: Token): HwpLexingDiagnostic {
    return { ...at(token, 'hwp/unclosed-comment', 'The comment is never closed: the rest of the file is part of it. Add `*/`.'), length: 2 };
}

/** The one error of a text that is not read at all; undefined for one that is. */
function lengthProblem(text: string): HwpLexingDiagnostic | undefined {
    const place = { severity: 'error' as const, offset: 0, line: 1, column: 1, length: 1 };
    if (text.length > MAX_TEXT_LENGTH) {
        return {
            ...place, code: 'hwp/text-too-long',
            message: `The text has ${text.length} characters; files over ${MAX_TEXT_LENGTH} are not read. Split it: scenarios in other files can share a machine with \`import\`.`,
        };
    }
    const line = longLine(text);
    return line === undefined ? undefined
        : { ...place, line, code: 'hwp/line-too-long', message: `This line has more than ${MAX_LINE_LENGTH} characters; files with such lines are not read.` };
}

/** Number of the first line over the limit, counted from 1. */
function longLine(text: string): number | undefined {
    let line = 1;
    let start = 0;
    for (let index = 0; index <= text.length; index++) {
        const code = index === text.length ? LINE_FEED : text.charCodeAt(index);
        if (code === LINE_FEED || code === CARRIAGE_RETURN) {
            if (index - start > MAX_LINE_LENGTH) {
                return line;
            }
            line += code === LINE_FEED && text.charCodeAt(index - 1) === CARRIAGE_RETURN ? 0 : 1;
            start = index + 1;
        }
    }
    return undefined;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

function firstLineLength(image: string): number {
    const end = image.search(/[\r\n]/);
    return end < 0 ? image.length : Math.max(end, 1);
}
