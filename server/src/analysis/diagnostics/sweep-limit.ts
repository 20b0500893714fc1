import type { DiagnosticKind } from './finding.js';

const WHAT = { 'classes': 'different states of pages', 'replayed-steps': 'steps to repeat, those before the sweep for each state' } as const;

export const sweepLimit: DiagnosticKind = {
    code: 'sweep/limit',
    severity: 'warning',
    doc: 'The sweep met a limit and did not look at all pages: shares are not exact, and the scenario counts as unverified. Sweep over a part, or do less before it.',
    find: ({ trace }) => trace.steps.flatMap(({ source, sweep }) => sweep === undefined || sweep.limit === null ? []
        : [{ source, message: `The sweep ends early: ${sweep.limit.found} ${WHAT[sweep.limit.of]}, and the limit is ${sweep.limit.limit}. Sweep over a part, or do less before it.` }]),
};
