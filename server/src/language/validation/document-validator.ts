/** Langium's validator, with our codes on syntax errors, and one synchronous walk for everything else. */
import {
    DefaultDocumentValidator, type AstNode, type LangiumDocument, type LangiumCoreServices, type ParseResult, type ValidationOptions,
} from 'langium';
import { CHECKS, type CheckId } from '../checks.js';
import { isDocument } from '../generated/ast.js';
import type { Issue } from '../issues.js';
import type { KernelChoice } from '../lowering/program-types.js';
import type { HwpLexingDiagnostic } from '../parser/lexer.js';
import { MAX_FINDINGS, MAX_SYNTAX_ERRORS } from '../parser/limits.js';
import { isQuiet, quietCodes } from '../quiet.js';
import { checkDocument } from './checks-of-a-document.js';

type Diagnostic = NonNullable<LangiumDocument['diagnostics']>[number];
type Range = Diagnostic['range'];

const SEVERITIES = { error: 1, warning: 2, info: 3, hint: 4 } as const;

export class HwpDocumentValidator extends DefaultDocumentValidator {
    /** The kernel that texts are checked against, whatever they say; none: what they say. */
    kernelFromOutside: KernelChoice | undefined;
    private readonly services: LangiumCoreServices;

    constructor(services: LangiumCoreServices) {
        super(services);
        this.services = services;
    }

    protected override processLexingErrors(parseResult: ParseResult, diagnostics: Diagnostic[]): void {
        for (const found of (parseResult.lexerReport?.diagnostics ?? []) as unknown as readonly HwpLexingDiagnostic[]) {
            const line = (found.line ?? 1) - 1;
            const character = (found.column ?? 1) - 1;
            diagnostics.push(diagnosticOf(found.code as CheckId, found.message, { start: { line, character }, end: { line, character: character + found.length } }, found.data));
        }
    }

    protected override processParsingErrors(parseResult: ParseResult, diagnostics: Diagnostic[], options: ValidationOptions): void {
        const found: Diagnostic[] = [];
        super.processParsingErrors({ ...parseResult, parserErrors: parseResult.parserErrors.slice(0, MAX_SYNTAX_ERRORS) }, found, options);
        diagnostics.push(...found.map(({ message, range }) => diagnosticOf('hwp/syntax', typeof message === 'string' ? message : message.value, range)));
    }

    /** Where the first word of a line is none that is known, what the parser made of the rest says nothing. */
    override async validateDocument(...args: Parameters<DefaultDocumentValidator['validateDocument']>): Promise<Diagnostic[]> {
        const [document] = args;
        const root = document.parseResult.value;
        const quiet = isDocument(root) ? quietCodes(document.textDocument.getText(), root) : [];
        const found = saidOnce(await super.validateDocument(...args)).filter(({ code, severity, range }) => severity === SEVERITIES.error || !isQuiet(quiet, String(code), range.start.line));
        const unknown = new Set(found.filter(({ code }) => code === 'step/unknown').map(({ range }) => range.start.line));
        return unknown.size === 0 ? found : found.filter(({ code, range }) => code !== 'hwp/syntax' || !unknown.has(range.start.line));
    }

    /** Whoever reads a name says what it expected of it; Langium's generic message would come twice. */
    protected override processLinkingErrors(): void {
        // Readers report unknown names and words.
    }

    protected override validateAst(root: AstNode): Promise<Diagnostic[]> {
        const document = root.$document;
        if (!isDocument(root) || document === undefined) {
            return Promise.resolve([]);
        }
        const issues = checkDocument(root, this.services.shared.workspace.LangiumDocuments, this.kernelFromOutside);
        return Promise.resolve(capped(issues));
    }
}

/** The findings that are shown: errors before anything else, so that none of them hides behind warnings. */
function capped(issues: readonly Issue[]): Diagnostic[] {
    if (issues.length <= MAX_FINDINGS) {
        return issues.map(ofIssue);
    }
    const isError = ({ severity }: Issue): boolean => severity === 'error';
    const shown = new Set([...issues.filter(isError), ...issues.filter((issue) => !isError(issue))].slice(0, MAX_FINDINGS));
    const diagnostics = issues.filter((issue) => shown.has(issue)).map(ofIssue);
    const more = diagnosticOf('hwp/too-many-errors', `${issues.length - MAX_FINDINGS} more findings are not shown.`, diagnostics[diagnostics.length - 1]!.range);
    // What is left out makes nothing invalid unless it does so itself.
    return [...diagnostics, issues.some((issue) => isError(issue) && !shown.has(issue)) ? more : { ...more, severity: SEVERITIES.warning }];
}

/** What is true of all that a kernel or an architecture does, wherever the file chooses it: the first place says it for all. */
const SAID_ONCE: ReadonlySet<unknown> = new Set<CheckId>(['kernel/not-described', 'kernel/derived', 'machine/arch-derived']);

function saidOnce(found: readonly Diagnostic[]): Diagnostic[] {
    const [first, ...others] = found.filter(({ code }) => SAID_ONCE.has(code)).sort((left, right) => left.range.start.line - right.range.start.line || left.range.start.character - right.range.start.character);
    const messages = new Set([first, ...others].map((each) => each?.message));
    return others.length === 0 ? [...found] : found.flatMap((each) => each === first ? [{ ...each, message: [...messages].join(' ') }] : SAID_ONCE.has(each.code) ? [] : [each]);
}

function ofIssue(issue: Issue): Diagnostic {
    if (issue.at !== undefined) {
        return diagnosticOf(issue.code, issue.message, issue.at.range, issue.data);
    }
    const start = issue.node.$cstNode?.range.start ?? { line: 0, character: 0 };
    const end = (issue.last ?? issue.node).$cstNode?.range.end ?? start;
    return diagnosticOf(issue.code, issue.message, { start, end: firstLineEnd(issue.node, start, end) }, issue.data);
}

/** A finding on a whole block underlines its first line only. */
function firstLineEnd(node: AstNode, start: Range['start'], end: Range['end']): Range['end'] {
    if (end.line === start.line) {
        return end;
    }
    const text = node.$cstNode?.text ?? '';
    const line = text.split(/[\r\n]/, 1)[0] ?? '';
    return { line: start.line, character: start.character + line.trimEnd().length };
}

function diagnosticOf(code: CheckId, message: string, range: Range, data?: Issue['data']): Diagnostic {
    return { code, message, range, severity: SEVERITIES[CHECKS[code].severity], source: 'hwp', ...(data === undefined ? {} : { data }) };
}
