import { hex } from '../../report/step/wording.js';
import type { DiagnosticKind } from './finding.js';
import { after, consumers, ignoredFrames, stopsOf } from './ignored-frames.js';
import { statesEnding } from './stated.js';

export const consumedPage: DiagnosticKind = {
    code: 'page/consumed',
    severity: 'warning',
    statedBy: 'an expectation of how the access ends: `panic`, `oops`, a signal, `killed`, `errno`, `value`',
    doc: 'A page that an earlier memory failure left Ignored is consumed here: the machine stops, the kernel oopses, a task is stopped, or wrong data are read and nobody is told. The link leads to that error.',
    find: ({ trace, stated }) => {
        const stops = stopsOf(trace);
        return ignoredFrames(trace).flatMap(({ step, pfn }) => consumers(stops, step, pfn).map((later) => ({
            source: later.source,
            message: `The page ${hex(pfn)} that is consumed here was left Ignored ${after(step, later)} earlier.`,
            stated: statesEnding(stated(later)),
            related: [{ source: step.source, message: 'The error was found here.' }],
        })));
    },
};
