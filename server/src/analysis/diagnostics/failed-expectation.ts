import type { Verdict } from '../../report/judgement/verdicts.js';
import { stepEventWords } from './event-words.js';
import type { DiagnosticKind, Finding, Judged } from './finding.js';

export const failedExpectation: DiagnosticKind = {
    code: 'verdict/failed',
    severity: 'error',
    doc: 'An expectation does not hold. The message says what was expected and what the kernel does; the link leads to the step that decided.',
    find: (judged) => judged.verdicts.filter(({ status, expectation }) => status === 'failed' && expectation >= 0).map((verdict) => ({
        source: verdict.source,
        message: `Expected ${verdict.expected}, but: ${verdict.actual}.`,
        related: decidingStep(verdict, judged),
    })),
};

function decidingStep({ decidedBy }: Verdict, { trace }: Judged): NonNullable<Finding['related']> {
    const step = decidedBy === null ? undefined : trace.steps[decidedBy.step];
    return step === undefined || decidedBy === null ? [] : [{ source: step.source, message: `Decided here: ${stepEventWords(step.events[decidedBy.event], trace)}` }];
}
