/** Signals by what became of them. */
import { stepEvents } from '../../report/step/step-events.js';
import { processOf } from '../../report/judgement/signal-addresses.js';
import { shortCode } from '../../report/step/wording.js';
import type { Claim } from '../../simulator/program.js';
import type { SignalEvent, SignalFate } from '../../simulator/trace.js';
import type { DiagnosticKind } from './finding.js';

/** @param states whether a claim about the step says what becomes of the signal */
export function signalsWith(fate: SignalFate, message: (signal: SignalEvent) => string, states: (claim: Claim, signal: SignalEvent) => boolean): DiagnosticKind['find'] {
    return ({ trace, stated }) => trace.steps.flatMap((step) => {
        const claims = stated(step);
        const signals = new Map(stepEvents(step, 'signal').filter((signal) => signal.fate === fate).map((signal) => [message(signal), signal]));
        return [...signals].map(([each, signal]) => ({ source: step.source, message: each, stated: claims.some((claim) => states(claim, signal)) }));
    });
}

export function named(signal: SignalEvent): string {
    return `${signal.signal} ${shortCode(signal.code)}`;
}

/** The claim says that the process dies of it. */
export function statesDeath(claim: Claim, { task }: SignalEvent): boolean {
    return (claim.kind === 'killed' || claim.kind === 'exit-status') && claim.process === processOf(task);
}

/** The claim says that the process lives on, or whether it is signalled. */
export function statesSurvival(claim: Claim, { task }: SignalEvent): boolean {
    return claim.kind === 'survives' && claim.process === processOf(task)
        || (claim.kind === 'signal' || claim.kind === 'no-signal') && (claim.to === undefined || processOf(claim.to) === processOf(task));
}
