import type { DiagnosticKind } from './finding.js';
import { named, signalsWith } from './signal-fates.js';

export const pendingSignal: DiagnosticKind = {
    code: 'signal/pending',
    severity: 'information',
    doc: 'The thread blocks the signal: it stays pending.',
    find: signalsWith('pending', (signal) => `${signal.task} blocks ${signal.signal}: ${named(signal)} stays pending.`),
};
