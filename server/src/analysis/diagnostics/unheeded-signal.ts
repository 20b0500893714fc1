import { stepEvents } from '../../report/step-events.js';
import { shortCode } from '../../report/wording.js';
import type { SignalEvent, SignalFate } from '../../simulator/trace.js';
import type { DiagnosticKind } from './finding.js';

export const unhandledSignal: DiagnosticKind = {
    code: 'signal/unhandled',
    severity: 'information',
    doc: 'The signal kills its process: nothing handles it, or it was forced through a blocked or ignored disposition.',
    find: signalsWith('killed', (signal) => `${named(signal)} kills ${signal.task}: it does not handle the signal.`),
};

export const ignoredSignal: DiagnosticKind = {
    code: 'signal/ignored',
    severity: 'information',
    doc: 'The signal is discarded because the process ignores it: it learns of the error when it touches the page.',
    find: signalsWith('ignored', (signal) => `${signal.task} ignores ${named(signal)}: it learns of the error when it touches the page.`),
};

export const pendingSignal: DiagnosticKind = {
    code: 'signal/pending',
    severity: 'information',
    doc: 'The thread blocks the signal: it stays pending.',
    find: signalsWith('pending', (signal) => `${signal.task} blocks ${signal.signal}: ${named(signal)} stays pending.`),
};

export const droppedSignal: DiagnosticKind = {
    code: 'signal/dropped',
    severity: 'information',
    doc: 'SIGBUS is not queued. One was pending for the thread, so this one is dropped, although the kernel logs that it was sent.',
    find: signalsWith('coalesced', (signal) => `${named(signal)} to ${signal.task} is dropped: one is pending already.`),
};

function signalsWith(fate: SignalFate, message: (signal: SignalEvent) => string): DiagnosticKind['find'] {
    return ({ trace }) => trace.steps.flatMap((step) => {
        const messages = new Set(stepEvents(step, 'signal').filter((signal) => signal.fate === fate).map(message));
        return [...messages].map((each) => ({ source: step.source, message: each }));
    });
}

function named(signal: SignalEvent): string {
    return `${signal.signal} ${shortCode(signal.code)}`;
}
