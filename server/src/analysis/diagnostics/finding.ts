/** What a diagnostic of a simulated scenario is made from, and what it is. */
import type { IssueData } from '../../language/issue-data.js';
import type { Verdict } from '../../report/judgement/verdicts.js';
import type { Severity } from '../../report/judgement/scenario-report.js';
import type { Program, SourceId } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';
import type { StatedClaims } from './stated.js';

/** A scenario after its run; the side of a virtual machine has no verdicts of its own. */
export interface Judged {
    readonly program: Program;
    readonly trace: Trace;
    readonly verdicts: readonly Verdict[];
    readonly stated: StatedClaims;
}

/** A diagnostic before it is placed in the text. */
export interface Finding {
    readonly source: SourceId;
    readonly message: string;
    /** What its quick fixes need. */
    readonly data?: IssueData;
    /** An expectation of the step says so and holds: whoever wrote it knows. Nobody is warned of it. */
    readonly stated?: boolean;
    /** Places that explain it. */
    readonly related?: readonly { readonly source: SourceId; readonly message: string }[];
}

/** A kind of diagnostic: one file each. */
export interface DiagnosticKind {
    readonly code: string;
    readonly severity: Severity;
    /** What it means and what to do, for the documentation. */
    readonly doc: string;
    /** What states it, where an expectation can: then the finding is a hint. */
    readonly statedBy?: string;
    readonly find: (judged: Judged) => Finding[];
}
