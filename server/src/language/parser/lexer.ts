import { DefaultLexer, type LexerResult, type LexingDiagnostic, type TokenizeOptions } from 'langium';
import type { LexingError, Token } from './tokens.js';
import { MAX_COMMENT_RUN, MAX_SYNTAX_ERRORS, MAX_TEXT_LENGTH } from './limits.js';
import { layOut } from './layout.js';

/** A lexing or layout error with the code of our table of checks. */
export interface HwpLexingDiagnostic extends LexingDiagnostic {
    readonly code: string;
}

/** Langium's lexer, with the size limit before it and the layout pass after it. */
export class HwpLexer extends DefaultLexer {
    /** Never throws; a text over the size limit gives no tokens and one error. */
    override tokenize(text: string, options?: TokenizeOptions): LexerResult {
        if (text.length > MAX_TEXT_LENGTH) {
            return { tokens: [], hidden: [], errors: [], report: { diagnostics: [tooLong(text.length)] } };
        }
        const result = super.tokenize(text, options);
        const layout = layOut(result.tokens, this.definition, options?.mode === 'partial');
        const diagnostics = [
            ...result.errors.map(unexpectedCharacter),
            ...result.hidden.filter((token) => token.tokenType.name === 'UNCLOSED_COMMENT').map(unclosedComment),
            ...layout.issues.map((issue) => at(issue.at, issue.code, issue.message)),
        ];
        return { tokens: layout.tokens, hidden: thinned(result.hidden, layout.tokens), errors: [], report: { diagnostics: capped(diagnostics) } };
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

function unexpectedCharacter(error: LexingError): HwpLexingDiagnostic {
    return { ...error, code: 'hwp/unexpected-character', severity: 'error', message: 'The language has no such character outside strings and comments. Remove it.' };
}

function unclosedComment(token: Token): HwpLexingDiagnostic {
    return { ...at(token, 'hwp/unclosed-comment', 'The comment is never closed: the rest of the file is part of it. Add `*/`.'), length: 2 };
}

function tooLong(length: number): HwpLexingDiagnostic {
    return {
        code: 'hwp/text-too-long', severity: 'error', offset: 0, line: 1, column: 1, length: 1,
        message: `The text has ${length} characters; files over ${MAX_TEXT_LENGTH} are not read. Split it: scenarios in other files can share a machine with \`import\`.`,
    };
}

function firstLineLength(image: string): number {
    const end = image.search(/[\r\n]/);
    return end < 0 ? image.length : Math.max(end, 1);
}
