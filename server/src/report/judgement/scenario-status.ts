/**
 * - `passed`: everything expected holds, and nothing unexpected stopped the machine.
 * - `failed`: an expectation does not hold, or the machine panicked or oopsed unexpectedly.
 * - `unverified`: some of it is not modelled, so nothing is promised.
 * - `invalid`: the text has errors; nothing was simulated.
 */
export type ScenarioStatus = 'passed' | 'failed' | 'unverified' | 'invalid';

/** In the order in which totals name them. */
export const STATUSES: readonly ScenarioStatus[] = ['passed', 'failed', 'unverified', 'invalid'];

/** The gravest first. */
const BY_GRAVITY: readonly ScenarioStatus[] = ['invalid', 'failed', 'unverified', 'passed'];

export function gravestStatus(statuses: readonly ScenarioStatus[]): ScenarioStatus {
    return BY_GRAVITY.find((status) => statuses.includes(status)) ?? 'passed';
}
