import type { Verdict } from '../../report/judgement/verdicts.js';

/** Stops of the machine that no expectation names. */
export function unexpectedStops(kind: Verdict['kind'], verdicts: readonly Verdict[]): Verdict[] {
    return verdicts.filter((verdict) => verdict.kind === kind && verdict.status === 'failed');
}
