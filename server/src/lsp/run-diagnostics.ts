/** The diagnostics of a run in the form of the protocol. */
import type { Diagnostic, DiagnosticSeverity, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { FileReport, Issue, ScenarioReport, Severity } from '../report/judgement/scenario-report.js';
import type { SourceRange } from '../simulator/program.js';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = { error: 1, warning: 2, information: 3, hint: 4 };

/** What running the scenarios found; what reading the text found is published by the validator. */
export function runDiagnostics(report: FileReport, text: TextDocument): Diagnostic[] {
    return [
        ...report.issues.filter(({ origin }) => origin === 'run').map((issue) => diagnosticOf(issue, issue.range, text)),
        ...report.scenarios.flatMap((scenario) => ofScenario(scenario, text)),
    ];
}

/** Of the scenarios of a text an edit changes one; the others have the same reports, and stand where they stood. */
const known = new WeakMap<ScenarioReport, readonly Diagnostic[]>();

function ofScenario(scenario: ScenarioReport, text: TextDocument): readonly Diagnostic[] {
    const found = known.get(scenario) ?? scenario.issues.filter(({ origin }) => origin === 'run').map((issue) => diagnosticOf(issue, scenario.range, text));
    known.set(scenario, found);
    return found;
}

/** @param scenario where it is shown if it stands in another file */
function diagnosticOf(issue: Issue, scenario: SourceRange, text: TextDocument): Diagnostic {
    const related = [...issue.related ?? []];
    const elsewhere = issue.range.uri !== scenario.uri;
    if (elsewhere) {
        related.unshift({ message: 'It stands here.', range: issue.range });
    }
    return {
        source: 'hwp',
        code: issue.code,
        severity: SEVERITIES[issue.severity],
        message: issue.message,
        ...(issue.data === undefined ? {} : { data: issue.data }),
        // What an imported machine causes is shown at the scenario that runs on it.
        range: firstLine(elsewhere ? scenario : issue.range, text),
        ...(related.length === 0 ? {} : { relatedInformation: related.map(({ message, range }) => ({ message, location: { uri: range.uri, range: protocolRange(range) } })) }),
    };
}

/** What concerns a whole block underlines its first line only. */
function firstLine(range: SourceRange, text: TextDocument): Range {
    const { start, end } = protocolRange(range);
    if (start.line === end.line) {
        return { start, end };
    }
    const line = text.getText({ start, end: { line: start.line + 1, character: 0 } }).trimEnd();
    return { start, end: { line: start.line, character: start.character + line.length } };
}

export function protocolRange({ startLine, startColumn, endLine, endColumn }: SourceRange): Range {
    return { start: { line: startLine, character: startColumn }, end: { line: endLine, character: endColumn } };
}
