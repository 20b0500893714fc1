import type { DiagnosticKind } from './finding.js';
import { named, signalsWith } from './signal-fates.js';

export const droppedSignal: DiagnosticKind = {
    code: 'signal/dropped',
    severity: 'information',
    doc: 'SIGBUS is not queued. One was pending for the thread, so this one is dropped, although the kernel logs that it was sent.',
    find: signalsWith('coalesced', (signal) => `${named(signal)} to ${signal.task} is dropped: one is pending already.`),
};
