import { hex } from '../../report/step/wording.js';
import type { DiagnosticKind } from './finding.js';
import { uses } from './forgotten-frames.js';
import { statesEnding } from './stated.js';

export const forgottenPageConsumed: DiagnosticKind = {
    code: 'page/consumed-again',
    severity: 'warning',
    statedBy: 'an expectation of how the access ends: `panic`, `oops`, a signal, `killed`',
    doc: 'The machine stops here because of a frame that an earlier kernel knew to be bad and this one was not told of. The links lead to the error and to the boot that forgot it.',
    find: ({ trace, stated }) => uses(trace, (step, pfn) => step.events.some(({ t }) => t === 'panic' || t === 'oops') && step.events.some((event) => event.t === 'decision' && event.pfn === pfn))
        .map(({ step, pfn, related }) => ({ source: step.source, message: `The frame ${hex(pfn)} that is consumed here was known to be bad before this kernel booted.`, stated: statesEnding(stated(step)), related })),
};
