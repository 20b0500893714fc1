/** Langium's validator, with our codes on syntax errors, and one synchronous walk for everything else. */
import {
    DefaultDocumentValidator, type AstNode, type LangiumDocument, type LangiumCoreServices, type ParseResult, type ValidationOptions,
} from 'langium';
import { CHECKS, type CheckId } from '../checks.js';
import { isDocument, isGuest, isProcess, type Document } from '../generated/ast.js';
import type { Issue } from '../issues.js';
import type { KernelChoice } from '../lowering/program-types.js';
import type { HwpLexingDiagnostic } from '../parser/lexer.js';
import type { SyntaxError } from '../parser/syntax-errors.js';
import { rewritten } from './rewrites.js';
import { usualMistake, type Mistake, type Surroundings } from './usual-mistakes.js';
import { MAX_FINDINGS, MAX_SYNTAX_ERRORS } from '../parser/limits.js';
import { isQuiet, quietCodes } from '../quiet.js';
import { checkDocument } from './checks-of-a-document.js';

type Diagnostic = NonNullable<LangiumDocument['diagnostics']>[number];
type Range = Diagnostic['range'];

const SEVERITIES = { error: 1, warning: 2, info: 3, hint: 4 } as const;

export class HwpDocumentValidator extends DefaultDocumentValidator {
    /** The kernel that texts are checked against, whatever they say; none: what they say. */
    kernelFromOutside: KernelChoice | undefined;
    /** URIs of files that there are besides the known documents. */
    filesFromOutside: readonly string[] = [];
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
        for (const error of parseResult.parserErrors.slice(0, MAX_SYNTAX_ERRORS)) {
            const found: Diagnostic[] = [];
            super.processParsingErrors({ ...parseResult, parserErrors: [error] }, found, options);
            diagnostics.push(...found.map(({ message, range }) => diagnosticOf('hwp/syntax', typeof message === 'string' ? message : message.value, range, (error as Partial<SyntaxError>).data)));
        }
    }

    /** Where the first word of a line is none that is known, what the parser made of the rest says nothing. */
    override async validateDocument(...args: Parameters<DefaultDocumentValidator['validateDocument']>): Promise<Diagnostic[]> {
        const [document] = args;
        const root = document.parseResult.value;
        const quiet = isDocument(root) ? quietCodes(document.textDocument.getText(), root) : [];
        const found = saidOnce(await super.validateDocument(...args)).filter(({ code, severity, range }) => severity === SEVERITIES.error || !isQuiet(quiet, String(code), range.start.line));
        const unknown = new Set(found.filter(({ code }) => code === 'step/unknown' || code === 'expect/same-line').map(({ range }) => range.start.line));
        const left = unknown.size === 0 ? found : found.filter(({ code, range }) => code !== 'hwp/syntax' || !unknown.has(range.start.line));
        return isDocument(root) ? asMeant(left, root, document.textDocument, unknown) : left;
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
        const issues = checkDocument(root, this.services.shared.workspace.LangiumDocuments, this.kernelFromOutside, this.filesFromOutside);
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

/** What is said besides of a line that does not parse is made up. */
const CASCADES: ReadonlySet<unknown> = new Set<CheckId>([
    'hwp/missing-argument', 'hwp/unexpected-argument', 'hwp/unknown-word', 'hwp/unknown-name', 'when/malformed', 'vary/subject', 'step/missing-argument', 'step/unexpected-argument', 'step/actor-missing', 'expect/incomplete', 'expect/unknown-claim',
    'place/not-pages', 'kernel/malformed', 'quantity/unit-missing', 'hwp/unexpected-character',
]);

/** A line that may be one of another tool's. */
const FIRST_WORDS: ReadonlySet<unknown> = new Set<CheckId>([
    'hwp/syntax', 'step/unknown', 'expect/same-line', 'hwp/outside-scenario', 'sysctl/unknown', 'filter/unknown', 'config/unknown', 'quantity/malformed', 'quantity/wrong-unit', 'quantity/not-positive', 'prctl/policy', 'pin/holder',
]);

/** One finding for a line whose mistake is known, and none of what follows from it. */
function asMeant(found: readonly Diagnostic[], root: Document, text: LangiumDocument['textDocument'], read: ReadonlySet<number>): Diagnostic[] {
    const broken = new Set(found.filter(({ code }) => code === 'hwp/syntax').map(({ range }) => range.start.line));
    const wrong = new Set(found.filter(({ severity, code }) => severity === SEVERITIES.error && CASCADES.has(code) && code !== 'hwp/unexpected-character').map(({ range }) => range.start.line));
    const mistakes = new Map<number, Diagnostic>();
    const foreign = new Set<number>();
    for (const line of [...new Set(found.filter(({ severity, code }) => severity === SEVERITIES.error && (CASCADES.has(code) || FIRST_WORDS.has(code))).map(({ range }) => range.start.line))].slice(0, MAX_SYNTAX_ERRORS)) {
        const written = text.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).replace(/[\r\n]+$/, '').replace(/\s*\/\/.*$/, '');
        const around = surroundings(line, root);
        const otherwise = rewritten(written, around);
        const comesTo = ({ start, end, suggestions }: Pick<Mistake, 'start' | 'end' | 'suggestions'>): boolean => suggestions.some((each) => written.slice(0, start) + each + written.slice(end) === otherwise?.line);
        const errors = found.filter(({ severity, range }) => severity === SEVERITIES.error && range.start.line === line);
        const usual = (broken.has(line) || wrong.has(line)) && !read.has(line) ? usualMistake(written, !broken.has(line), around) : undefined;
        // What says why, and comes to the same, is better.
        const mistake = otherwise === undefined || usual !== undefined && comesTo(usual) ? usual : undefined;
        if (mistake === undefined && errors.length === 1 && comesTo({ start: errors[0]!.range.start.character, end: errors[0]!.range.end.character, suggestions: (errors[0]!.data as Issue['data'])?.suggestions ?? [] })) {
            continue;
        }
        if (otherwise !== undefined && mistake === undefined) {
            foreign.add(line);
            mistakes.set(line, diagnosticOf(broken.has(line) ? 'hwp/syntax' : 'hwp/unknown-word', `\`${otherwise.written}\` is written \`${otherwise.meant}\`.`,
                { start: { line, character: otherwise.start }, end: { line, character: otherwise.end } }, { suggestions: [otherwise.meant] }));
        } else if (mistake !== undefined) {
            mistakes.set(line, diagnosticOf(mistake.code, mistake.message, { start: { line, character: mistake.start }, end: { line, character: mistake.end } }, { suggestions: mistake.suggestions }));
        }
    }
    const emptied = root.elements.flatMap(({ $cstNode }) => $cstNode !== undefined && [...broken, ...read].some((line) => $cstNode.range.start.line <= line && line <= $cstNode.range.end.line) ? [$cstNode.range.start.line] : []);
    const kept = found.filter(({ code, severity, range: { start: { line } } }) => foreign.has(line) ? severity !== SEVERITIES.error || code === 'hwp/too-many-errors' : mistakes.has(line) ? code !== 'hwp/syntax' && !CASCADES.has(code) : !(broken.has(line) && code !== 'hwp/unknown-name' && code !== 'hwp/unexpected-character' && CASCADES.has(code)) && !(code === 'scenario/empty' && emptied.includes(line)));
    return [...kept, ...mistakes.values()].sort((left, right) => left.range.start.line - right.range.start.line || left.range.start.character - right.range.start.character);
}

function surroundings(line: number, root: Document): Surroundings {
    const around = (node: AstNode): boolean => node.$cstNode !== undefined && node.$cstNode.range.start.line < line && line <= node.$cstNode.range.end.line;
    const on = (node: AstNode): boolean => node.$cstNode !== undefined && node.$cstNode.range.start.line <= line && line <= node.$cstNode.range.end.line;
    const scene = root.elements.find(around);
    const items = scene !== undefined && 'items' in scene ? scene.items : [];
    const guests = items.filter(isProcess).flatMap((process) => process.items.filter(isGuest));
    return {
        block: scene === undefined ? 'file' : items.some((item) => isProcess(item) && on(item)) ? 'process' : 'scenario',
        tasksIn: (name) => guests.find((guest) => guest.name === name)?.items.filter(isProcess).map((process) => process.name),
    };
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
