/** The reports for other programs, by the names that `hwp run --report` takes. */
import { githubReport } from './github.js';
import { junitReport } from './junit.js';
import { markdownReport } from './markdown.js';
import { sarifReport } from './sarif.js';
import { tapReport } from './tap.js';
import type { TestRun } from './test-cases.js';

export interface Reporter {
    /** The whole report. @param version of hwp */
    readonly report: (run: TestRun, version: string) => string;
    /** For whom it is. */
    readonly doc: string;
}

export const REPORTERS = {
    junit: { report: junitReport, doc: 'JUnit XML, for Jenkins and GitLab' },
    tap: { report: tapReport, doc: 'TAP version 13, for prove and test harnesses' },
    sarif: { report: sarifReport, doc: 'SARIF 2.1.0, for code scanning' },
    github: { report: githubReport, doc: 'annotations of GitHub Actions' },
    markdown: { report: markdownReport, doc: 'a summary in Markdown, for a job or a comment' },
} as const satisfies Readonly<Record<string, Reporter>>;

export type ReporterName = keyof typeof REPORTERS;
