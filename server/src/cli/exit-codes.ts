/** What `hwp` tells the shell. */
import type { FileReport } from '../report/judgement/scenario-report.js';

export const EXIT = {
    passed: 0,
    /** An expectation does not hold, or the machine stopped unexpectedly. */
    failed: 1,
    /** A file, an option or a scenario cannot be used as it is. */
    invalid: 2,
    /** A bug of ours. */
    internal: 3,
    /** Nothing failed, but something is not modelled. */
    unverified: 4,
    /** With `--strict`: a scenario passed, and nothing was checked in it. */
    unchecked: 5,
} as const;

export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** The gravest first. */
const ORDER: readonly ExitCode[] = [EXIT.internal, EXIT.invalid, EXIT.failed, EXIT.unverified, EXIT.unchecked, EXIT.passed];

/** The gravest of several. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
    return ORDER.find((code) => codes.includes(code)) ?? EXIT.passed;
}

/** The code for a file that was read. */
export function exitCodeOf(report: FileReport): ExitCode {
    const issues = [...report.issues, ...report.scenarios.flatMap((scenario) => scenario.issues)];
    const codes: ExitCode[] = report.scenarios.map(({ status }) => EXIT[status]);
    if (report.issues.some(({ severity }) => severity === 'error')) {
        codes.push(EXIT.invalid);
    }
    if (issues.some(({ code }) => code === 'hwp/internal')) {
        codes.push(EXIT.internal);
    }
    return gravest(codes);
}
