import { hex, shortType } from '../../report/step/wording.js';
import type { DiagnosticKind } from './finding.js';
import { after, consumers, ignoredFrames, stopsOf } from './ignored-frames.js';

export const ignoredPage: DiagnosticKind = {
    code: 'page/ignored',
    severity: 'warning',
    statedBy: 'an expectation of the type or of `MF_IGNORED`, or of the node\'s counter `ignored`',
    doc: 'memory_failure() marked the page and left it where it is: whoever owns it goes on using it, and a later access can crash the machine.',
    find: ({ trace, stated }) => {
        const stops = stopsOf(trace);
        return ignoredFrames(trace).map(({ step, pfn, type }) => ({
            source: step.source,
            message: `${shortType(type)}: the page ${hex(pfn)} is Ignored; it stays in use.`,
            stated: stated(step).some((claim) => claim.kind === 'result' && (claim.type ?? type) === type && (claim.result ?? 'MF_IGNORED') === 'MF_IGNORED'
                || claim.kind === 'node-counter' && claim.counter === 'ignored' && claim.value > 0),
            related: consumers(stops, step, pfn).map((later) => ({ source: later.source, message: `It is consumed here, ${after(step, later)} later.` })),
        }));
    },
};
