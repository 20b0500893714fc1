/** A race that was forced, for a terminal: what was predicted and seen where, and what nobody predicted. */
import { visible } from '../../vocabulary/control-characters.js';
import type { Paint } from '../../report/output/paint.js';
import { waysWords } from '../../report/step/races.js';
import { endWords } from '../races/race-outcome.js';
import type { Forcing, RaceResult } from '../races/race-result.js';

interface RaceTextOptions { readonly paint: Paint; readonly release: string }

/** `4 of 6 outcomes seen in 31 interleavings`. */
export function raceNote({ outcomes, forcings }: RaceResult): string {
    return `${outcomes.filter(({ seen }) => seen.length > 0).length} of ${outcomes.length} outcomes seen in ${forcings.length} interleaving${forcings.length === 1 ? '' : 's'}`;
}

export function raceLines({ outcomes, unpredicted, notForced }: RaceResult, { paint, release }: RaceTextOptions): readonly string[] {
    return [
        ...outcomes.flatMap(({ outcome, end, seen }) => [
            `    ${seen.length > 0 ? paint('good', 'seen    ') : paint('faint', 'not seen')}  ${visible(endWords(end))}`,
            `              predicted  ${waysWords(outcome)}`,
            ...seen.length === 0 ? [] : [`              seen       ${placesWords(seen)}`],
        ]),
        ...unpredicted.flatMap(({ end, forcings }) => [
            `    ${paint('bad', 'not predicted')}  ${visible(endWords(end))}${paint('faint', ` (${release})`)}`,
            ...forcings.map((forcing) => `              ${forcing.windows.join(', then ') || 'nobody interferes'}: ${visible(actsWords(forcing))}`),
        ]),
        ...notForced.map((what) => `    not forced  ${visible(what)}`),
    ];
}

/** `W1; W5 or W7`: the windows at which it was forced, each with what was done there first. */
function placesWords(seen: readonly Forcing[]): string {
    const places = new Map<string, string>();
    for (const forcing of seen) {
        const key = forcing.windows.join(', then ') || 'nobody interferes';
        places.set(key, places.get(key) ?? actsWords(forcing));
    }
    return [...places].map(([windows, acts]) => acts === '' ? windows : `${windows} (${acts})`).join('; ');
}

function actsWords({ went }: Forcing): string {
    return went.filter(({ window }) => window !== null).map(({ what, done }) => done ? what : `${what} (not done)`).join(', then ');
}
