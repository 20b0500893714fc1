import type { DiagnosticKind } from './finding.js';
import { named, signalsWith, statesSurvival } from './signal-fates.js';

export const ignoredSignal: DiagnosticKind = {
    code: 'signal/ignored',
    severity: 'information',
    statedBy: '`expect survives PROCESS`, or an expectation of the signal',
    doc: 'The signal is discarded because the process ignores it: it learns of the error when it touches the page.',
    find: signalsWith('ignored', (signal) => `${signal.task} ignores ${named(signal)}: it learns of the error when it touches the page.`, statesSurvival),
};
