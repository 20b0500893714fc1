/** The diagnostics of the language as issues of a report. */
import { AstUtils, type LangiumDocument } from 'langium';
import type { Issue as Lowering } from '../language/issues.js';
import type { Issue, Severity } from '../report/judgement/scenario-report.js';
import type { SourceRange } from '../simulator/program.js';

/** By DiagnosticSeverity, which counts from 1. */
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

export function languageIssues(diagnostics: NonNullable<LangiumDocument['diagnostics']>, uri: string): Issue[] {
    return diagnostics.map(({ code, severity, message, range }) => ({
        origin: 'text',
        code: code === undefined ? 'hwp/syntax' : String(code),
        severity: SEVERITIES[(severity ?? 1) - 1] ?? 'error',
        message: typeof message === 'string' ? message : message.value,
        range: { uri, startLine: range.start.line, startColumn: range.start.character, endLine: range.end.line, endColumn: range.end.character },
    }));
}

/** Errors that keep a scenario from being run and stand in another file: said at the scenario, with a link. */
export function errorsElsewhere(lowering: readonly Lowering[], scenario: SourceRange): Issue[] {
    return lowering.flatMap(({ code, severity, message, node }) => {
        const root = AstUtils.findRootNode(node);
        const uri = root.$document?.uri.toString() ?? '';
        const place = node.$cstNode?.range;
        return severity !== 'error' || uri === scenario.uri || place === undefined ? [] : [{
            origin: 'run' as const, code, severity, message: `The machine that it runs on has an error: ${message}`, range: scenario,
            related: [{ message, range: { uri, startLine: place.start.line, startColumn: place.start.character, endLine: place.end.line, endColumn: place.end.character } }],
        }];
    });
}
