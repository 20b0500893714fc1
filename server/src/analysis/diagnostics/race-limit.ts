import type { DiagnosticKind } from './finding.js';

export const raceLimit: DiagnosticKind = {
    code: 'race/limit',
    severity: 'warning',
    doc: 'There is more to explore than the limit allows. The outcomes that are shown are possible; there may be others, so that nothing is known about what never happens. Race with fewer competitors at once.',
    find: ({ trace }) => trace.steps.flatMap(({ source, race }) => race === undefined || race.limit === null ? [] : [{
        source: race.competitors[0]?.source ?? source, message: `The exploration ended at its limit of ${race.limit}: there may be more outcomes than the ${race.outcomes.length} that are shown.`,
    }]),
};
