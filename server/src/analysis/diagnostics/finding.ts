/** What a diagnostic of a simulated scenario is made from, and what it is. */
import type { IssueData } from '../../language/issue-data.js';
import type { Verdict } from '../../report/judgement/verdicts.js';
import type { Severity } from '../../report/judgement/scenario-report.js';
import type { Program, SourceId } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';

/** A scenario after its run. */
export interface Judged {
    readonly program: Program;
    readonly trace: Trace;
    readonly verdicts: readonly Verdict[];
}

/** A diagnostic before it is placed in the text. */
export interface Finding {
    readonly source: SourceId;
    readonly message: string;
    /** What its quick fixes need. */
    readonly data?: IssueData;
    /** Places that explain it. */
    readonly related?: readonly { readonly source: SourceId; readonly message: string }[];
}

/** A kind of diagnostic: one file each. */
export interface DiagnosticKind {
    readonly code: string;
    readonly severity: Severity;
    /** What it means and what to do, for the documentation. */
    readonly doc: string;
    readonly find: (judged: Judged) => Finding[];
}
