import type { DiagnosticKind } from './finding.js';
import { unexpectedStops } from './unexpected-stops.js';

export const unexpectedPanic: DiagnosticKind = {
    code: 'verdict/unexpected-panic',
    severity: 'error',
    doc: 'The machine panics in this step and no expectation says so. Add `expect panic`, or change what leads to it.',
    find: ({ verdicts }) => unexpectedStops('unexpected-panic', verdicts).map(({ source, actual }) => ({
        source, message: `The machine panics here, and nothing expects it: ${actual}. Add "expect panic" if it should.`,
    })),
};
