import type { DiagnosticKind } from './finding.js';
import { named, signalsWith, statesSurvival } from './signal-fates.js';

export const pendingSignal: DiagnosticKind = {
    code: 'signal/pending',
    severity: 'information',
    statedBy: '`expect survives PROCESS`, or an expectation of the signal',
    doc: 'The thread blocks the signal: it stays pending.',
    find: signalsWith('pending', (signal) => `${signal.task} blocks ${signal.signal}: ${named(signal)} stays pending.`, statesSurvival),
};
