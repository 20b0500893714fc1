import type { DiagnosticKind } from './finding.js';
import { named, signalsWith, statesSurvival } from './signal-fates.js';

export const droppedSignal: DiagnosticKind = {
    code: 'signal/dropped',
    severity: 'information',
    statedBy: '`expect survives PROCESS`, or an expectation of the signal',
    doc: 'SIGBUS is not queued. One was pending for the thread, so this one is dropped, although the kernel logs that it was sent.',
    find: signalsWith('coalesced', (signal) => `${named(signal)} to ${signal.task} is dropped: one is pending already.`, statesSurvival),
};
