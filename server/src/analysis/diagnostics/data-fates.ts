/** What became of data, by step and place. */
import { stepEvents } from '../../report/step/step-events.js';
import type { DataEvent } from '../../simulator/trace.js';
import type { DiagnosticKind } from './finding.js';

/** Findings for one fate; `told` says whether the step signals somebody, who then knows. */
export function dataOf(fate: DataEvent['fate'], message: (what: string, told: boolean) => string): DiagnosticKind['find'] {
    return ({ trace, stated }) => trace.steps.flatMap((step) => {
        const places = new Set(stepEvents(step, 'data').filter((event) => event.fate === fate).map(({ what }) => what));
        const told = stepEvents(step, 'signal').some((signal) => signal.fate === 'handled' || signal.fate === 'killed');
        const known = stated(step).some((claim) => claim.kind === 'contents' && claim.state !== 'intact' || fate === 'corrupt' && (claim.kind === 'value' || claim.kind === 'text'));
        return [...places].map((what) => ({ source: step.source, message: message(what, told), stated: known }));
    });
}

/** Who learns of data that are gone. */
export function whoIsTold(told: boolean): string {
    return told ? 'and nobody but those who are signalled here is told' : 'and nobody is told';
}
