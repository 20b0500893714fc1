import type { DiagnosticKind } from './finding.js';
import { unexpectedStops } from './unexpected-stops.js';

export const unexpectedOops: DiagnosticKind = {
    code: 'verdict/unexpected-oops',
    severity: 'error',
    doc: 'The kernel oopses in this step and no expectation says so. Add `expect oops`, or change what leads to it.',
    find: ({ verdicts }) => unexpectedStops('unexpected-oops', verdicts).map(({ source, actual }) => ({
        source, message: `The kernel oopses here, and nothing expects it: ${actual}. Add "expect oops" if it should.`,
    })),
};
