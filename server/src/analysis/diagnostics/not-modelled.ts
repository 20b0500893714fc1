import type { DiagnosticKind, Finding } from './finding.js';

export const notModelled: DiagnosticKind = {
    code: 'not-modelled',
    severity: 'warning',
    doc: 'The model does not describe this. The scenario counts as unverified, whatever its expectations say.',
    find: ({ trace, verdicts }) => {
        const gaps: Finding[] = trace.notModelled.map(({ source, what }) => ({
            source, message: `Not modelled: ${what}. The scenario counts as unverified.`,
        }));
        const told = new Set(gaps.map(({ source }) => source));
        const claims = verdicts.filter(({ status, kind, source }) => status === 'unverified' && kind !== 'not-modelled' && !told.has(source)).map(({ source, expected, actual }) => ({
            source, message: `Cannot be verified: ${expected} (${actual}).`,
        }));
        return [...gaps, ...claims];
    },
};
