import type { DiagnosticKind } from './finding.js';

export const unverifiedExpectation: DiagnosticKind = {
    code: 'verdict/unverified',
    severity: 'information',
    doc: 'The expectation can neither hold nor fail: it stands behind something that is not modelled, or asks what a trace does not tell.',
    find: ({ verdicts }) => verdicts
        .filter(({ status, kind, holds }) => status === 'unverified' && kind !== 'not-modelled' && holds !== true)
        .map(({ source, expected, actual }) => ({ source, message: `Cannot be verified: expected ${expected}; as far as the model goes: ${actual}.` })),
};
