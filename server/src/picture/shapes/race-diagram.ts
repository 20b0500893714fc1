/** A raced step: the windows of the handler, and the ways through them to each outcome. */
import type { RaceTrace } from '../../simulator/trace.js';
import { fateOf } from '../../report/sweeps/fates.js';
import { limitWords } from '../../report/step/races.js';
import { summarizeOwn } from '../../report/step/summary.js';
import { countWords } from '../../report/step/wording.js';
import { RACE_WINDOWS } from '../../vocabulary/race-windows.js';
import type { RaceDiagram, Spot } from './picture.js';

/** Ways that are drawn of one outcome: the shortest come first. */
const MAX_WAYS = 6;
const MAX_OUTCOMES = 40;

/** @param step index of the raced step */
export function raceDiagram(race: RaceTrace, step: number, title: string, spot: Spot | null): RaceDiagram {
    const { windows, competitors, outcomes, interleavings } = race;
    const limit = limitWords(race);
    const more = outcomes.length > MAX_OUTCOMES ? `, ${outcomes.length - MAX_OUTCOMES} of them not drawn` : '';
    return {
        kind: 'races', step, title, spot,
        windows: windows.map((id) => ({ id, words: RACE_WINDOWS[id].between })),
        competitors: competitors.map(({ actor, op, idle }) => `${actor}: ${op}${idle ? ' (has no window)' : ''}`),
        headline: `${countWords(outcomes.length, 'outcome')} in ${countWords(interleavings, 'interleaving')}${more}${limit === null ? '' : `; ${limit}`}`,
        outcomes: outcomes.slice(0, MAX_OUTCOMES).map((outcome) => ({
            words: summarizeOwn(outcome.step) || 'ok', kind: fateOf(outcome.step).kind, interleavings: outcome.interleavings,
            ways: outcome.ways.slice(0, MAX_WAYS).map((way) => way.map(({ window, competitor, what }) => ({ window: windows.indexOf(window), competitor, what }))),
        })),
    };
}
