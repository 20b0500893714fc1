/** Signals by what became of them. */
import { stepEvents } from '../../report/step/step-events.js';
import { shortCode } from '../../report/step/wording.js';
import type { SignalEvent, SignalFate } from '../../simulator/trace.js';
import type { DiagnosticKind } from './finding.js';

export function signalsWith(fate: SignalFate, message: (signal: SignalEvent) => string): DiagnosticKind['find'] {
    return ({ trace }) => trace.steps.flatMap((step) => {
        const messages = new Set(stepEvents(step, 'signal').filter((signal) => signal.fate === fate).map(message));
        return [...messages].map((each) => ({ source: step.source, message: each }));
    });
}

export function named(signal: SignalEvent): string {
    return `${signal.signal} ${shortCode(signal.code)}`;
}
