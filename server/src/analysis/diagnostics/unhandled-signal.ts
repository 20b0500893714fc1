import type { DiagnosticKind } from './finding.js';
import { named, signalsWith, statesDeath } from './signal-fates.js';

export const unhandledSignal: DiagnosticKind = {
    code: 'signal/unhandled',
    severity: 'information',
    statedBy: '`expect killed PROCESS`',
    doc: 'The signal kills its process: nothing handles it, or it was forced through a blocked or ignored disposition.',
    find: signalsWith('killed', (signal) => `${named(signal)} kills ${signal.task}: it does not handle the signal.`, statesDeath),
};
