import type { Verdict } from '../../report/verdicts.js';
import type { DiagnosticKind } from './finding.js';

export const unexpectedPanic: DiagnosticKind = {
    code: 'verdict/unexpected-panic',
    severity: 'error',
    doc: 'The machine panics in this step and no expectation says so. Add `expect panic`, or change what leads to it.',
    find: ({ verdicts }) => of('unexpected-panic', verdicts).map(({ source, actual }) => ({
        source, message: `The machine panics here, and nothing expects it: ${actual}. Add "expect panic" if it should.`,
    })),
};

export const unexpectedOops: DiagnosticKind = {
    code: 'verdict/unexpected-oops',
    severity: 'error',
    doc: 'The kernel oopses in this step and no expectation says so. Add `expect oops`, or change what leads to it.',
    find: ({ verdicts }) => of('unexpected-oops', verdicts).map(({ source, actual }) => ({
        source, message: `The kernel oopses here, and nothing expects it: ${actual}. Add "expect oops" if it should.`,
    })),
};

function of(kind: Verdict['kind'], verdicts: readonly Verdict[]): Verdict[] {
    return verdicts.filter((verdict) => verdict.kind === kind && verdict.status === 'failed');
}
