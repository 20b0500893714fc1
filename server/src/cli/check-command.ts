/** `hwp check`. */
import { checkJson } from '../report/output/json.js';
import { ansi, plain } from '../report/output/paint.js';
import type { FileReport, Issue } from '../report/judgement/scenario-report.js';
import { issueLine } from '../report/output/text.js';
import { countWords } from '../report/step/wording.js';
import { analyzeFiles } from './analyzed-files.js';
import { EXIT, exitCodeOf, gravest, type ExitCode } from './exit-codes.js';
import { noteKernel } from './note-kernel.js';
import { overridesOf, type OverrideOptions } from './override-options.js';
import type { Terminal } from './terminal.js';
import { reportUnread } from './unread-files.js';

export interface CheckOptions extends OverrideOptions {
    readonly format: 'text' | 'json';
}

export async function checkCommand(paths: readonly string[], options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
    noteKernel(options.kernel, terminal);
    const files = analyzeFiles(paths, { overrides: overridesOf(options), simulate: false });
    const paint = terminal.colours ? ansi : plain;
    const reports: FileReport[] = [];
    for await (const report of files.reports) {
        reports.push(report);
        if (options.format === 'text') {
            terminal.out(issuesOf(report).filter(isShown).map((issue) => `${issueLine(issue, { paint, sources: files.sources })}\n`).join(''));
        }
    }
    if (options.format === 'json') {
        terminal.out(`${JSON.stringify(checkJson(reports, files.unread, files.sources), null, 2)}\n`);
    } else if (reports.length > 0) {
        terminal.out(`${summary(reports)}\n`);
    }
    reportUnread(files.unread, terminal);
    const codes = reports.map(exitCodeOf).filter((code) => code === EXIT.invalid || code === EXIT.internal);
    return gravest([...codes, ...(files.unread.length > 0 ? [EXIT.invalid] : [])]);
}

function issuesOf(report: FileReport): Issue[] {
    return [...report.issues, ...report.scenarios.flatMap(({ issues }) => issues)]
        .sort((left, right) => left.range.startLine - right.range.startLine || left.range.startColumn - right.range.startColumn);
}

function isShown({ severity }: Issue): boolean {
    return severity === 'error' || severity === 'warning';
}

function summary(reports: readonly FileReport[]): string {
    const issues = reports.flatMap(issuesOf);
    const count = (severity: Issue['severity']): number => issues.filter((issue) => issue.severity === severity).length;
    const scenarios = reports.reduce((sum, report) => sum + report.scenarios.length, 0);
    return `${countWords(reports.length, 'file')}, ${countWords(scenarios, 'scenario')}: ${countWords(count('error'), 'error')}, ${countWords(count('warning'), 'warning')}`;
}
