import { dataOf, whoIsTold } from './data-fates.js';
import type { DiagnosticKind } from './finding.js';

export const staleData: DiagnosticKind = {
    code: 'data/stale',
    severity: 'information',
    statedBy: 'an expectation of the `contents`',
    doc: 'An older copy takes the place of the contents, and who did not get a signal in this step is not told.',
    find: dataOf('stale', (what, told) => `From here on ${what} holds an older copy, ${whoIsTold(told)}.`),
};
