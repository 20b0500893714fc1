import { dataOf, whoIsTold } from './data-fates.js';
import type { DiagnosticKind } from './finding.js';

export const lostData: DiagnosticKind = {
    code: 'data/lost',
    severity: 'information',
    statedBy: 'an expectation of the `contents`',
    doc: 'Contents are dropped, and who did not get a signal in this step is not told: whoever reads them later gets what the disk has, without an error.',
    find: dataOf('lost', (what, told) => `The contents of ${what} are lost, ${whoIsTold(told)}.`),
};
