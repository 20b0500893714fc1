import { hex } from '../../report/step/wording.js';
import type { DiagnosticKind } from './finding.js';
import { uses } from './forgotten-frames.js';
import { statesEnding } from './stated.js';

export const pageHandedOutAgain: DiagnosticKind = {
    code: 'page/handed-out-again',
    severity: 'warning',
    statedBy: 'an expectation of what the step gives: `errno 0`, `value`, `returns`',
    doc: 'The allocator hands out a frame that an earlier kernel knew to be bad. The links lead to the error and to the boot that forgot it.',
    find: ({ trace, stated }) => uses(trace, (step, pfn) => step.events.some((event) => event.t === 'decision' && event.id === 'rmqueue' && event.pfn === pfn))
        .map(({ step, pfn, related }) => ({ source: step.source, message: `The frame ${hex(pfn)}, which is known to be bad, is handed out again.`, stated: statesEnding(stated(step)), related })),
};
