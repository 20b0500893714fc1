import { dataOf } from './data-fates.js';
import type { DiagnosticKind } from './finding.js';

export const corruptData: DiagnosticKind = {
    code: 'data/corrupt',
    severity: 'warning',
    statedBy: 'an expectation of the `contents`, or of what the step reads',
    doc: 'Bad memory delivers its data (`ecc deliver`): what is read here is wrong, and nothing says so.',
    find: dataOf('corrupt', (what) => `What is read from ${what} here is wrong, and nobody is told: the hardware delivers bad data.`),
};
