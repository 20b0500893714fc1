import { stepEvents } from '../../report/step-events.js';
import type { DataEvent } from '../../simulator/trace.js';
import type { DiagnosticKind } from './finding.js';

export const lostData: DiagnosticKind = {
    code: 'data/lost',
    severity: 'information',
    doc: 'Contents are dropped and nobody is told: no signal, no error from a system call at this point.',
    find: dataOf('lost', (what) => `The contents of ${what} are lost, and nobody is told.`),
};

export const staleData: DiagnosticKind = {
    code: 'data/stale',
    severity: 'information',
    doc: 'An older copy takes the place of the contents, and nobody is told.',
    find: dataOf('stale', (what) => `From here on ${what} holds an older copy, and nobody is told.`),
};

export const corruptData: DiagnosticKind = {
    code: 'data/corrupt',
    severity: 'warning',
    doc: 'Bad memory delivers its data (`ecc deliver`): what is read here is wrong, and nothing says so.',
    find: dataOf('corrupt', (what) => `What is read from ${what} here is wrong, and nobody is told: the hardware delivers bad data.`),
};

function dataOf(fate: DataEvent['fate'], message: (what: string) => string): DiagnosticKind['find'] {
    return ({ trace }) => trace.steps.flatMap((step) => {
        const places = new Set(stepEvents(step, 'data').filter((event) => event.fate === fate).map(({ what }) => what));
        return [...places].map((what) => ({ source: step.source, message: message(what) }));
    });
}
