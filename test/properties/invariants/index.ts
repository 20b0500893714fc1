import { countersAreEvents, softOfflineAgrees } from './counters.js';
import { nothingRunsAfterPanic, panicsAreAskedFor } from './panics.js';
import { poisonStays, takenAwayIsNotMapped } from './poison.js';
import { errnoAgrees, resultsAreKnown, resultsAreLogged } from './results.js';
import type { Invariant } from './run.js';
import { actionRequiredIsForCurrent, onlyMappersAreSignalled, signalsAreAnnounced, signalsHaveTheirForm } from './signals.js';

export type { Run } from './run.js';

/** What holds of every trace. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
    resultsAreKnown, resultsAreLogged, errnoAgrees, countersAreEvents, softOfflineAgrees, actionRequiredIsForCurrent, signalsHaveTheirForm, signalsAreAnnounced, onlyMappersAreSignalled, poisonStays, takenAwayIsNotMapped,
    panicsAreAskedFor, nothingRunsAfterPanic,
};
