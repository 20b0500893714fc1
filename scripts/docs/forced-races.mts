// docs/forced-races.md: races that were forced on real kernels, with what was predicted and what was seen, out of the records.
import { endKey, endWords, type RacedEnd } from '../../server/src/lab/races/race-outcome.js';
import { waysWords } from '../../server/src/report/step/races.js';
import { forcedRaces, predictedOutcomes, type ForcedRace } from '../../test/conformance/forced-races.js';
import { KNOWN_ENDS } from '../../test/conformance/known-race-ends.js';
import { table } from './kernel-versions.mts';

/** `W5, W7; W4, then W4`: where it was forced. */
function places(record: ForcedRace | undefined, key: string): string {
    if (record === undefined) return 'not run';
    const windows = [...new Set(record.forced.filter(({ end }) => endKey(end) === key).map(({ windows: at }) => at.join(', then ') || 'quiet'))];
    return windows.length === 0 ? 'not seen' : windows.join('; ');
}

function cell(text: string): string {
    return text.replaceAll('|', '\\|');
}

export async function forcedRacesPage(): Promise<string> {
    const records = forcedRaces();
    const kernels = [...new Set(records.map(({ kernel }) => kernel))];
    const titles = [...new Set(records.map(({ title }) => title))];
    const parts: string[] = [];
    for (const title of titles) {
        const own = records.filter((record) => record.title === title);
        const rows = new Map<string, { readonly end: RacedEnd; readonly predicted: string }>();
        for (const record of own) {
            for (const { outcome, end, key } of await predictedOutcomes(record)) {
                if (!rows.has(key)) rows.set(key, { end, predicted: waysWords(outcome) });
            }
        }
        for (const { forced } of own) {
            for (const { end } of forced) if (!rows.has(endKey(end))) rows.set(endKey(end), { end, predicted: KNOWN_ENDS.find((known) => known.title === title && known.end === endWords(end))?.reason ?? '**not predicted**' });
        }
        parts.push(`## ${title}\n\n\`\`\`hwp\n${own[0]!.scenario.trim()}\n\`\`\`\n`, table(['outcome', 'predicted at', ...kernels.map((kernel) => `seen on ${kernel} at`)], [...rows].map(([key, { end, predicted }]) => [
            cell(endWords(end)), cell(predicted), ...kernels.map((kernel) => places(own.find((record) => record.kernel === kernel), key)),
        ])).join('\n'), '');
    }
    const forced = (kernel: string): number => records.filter((record) => record.kernel === kernel).reduce((total, record) => total + record.forced.length, 0);
    return `# Races that were forced\n\n<!-- Made from test/conformance/records/races by npm run docs. -->\n\nWhat real kernels did while the handler was held at a [window](races.md) and somebody else acted, [by \`hwp lab run\`](lab.md#races-forced): ${kernels.map((kernel) => `${forced(kernel)} interleavings on ${kernel}`).join(', ')}. An outcome that is predicted and was not seen may be reachable all the same: not every interleaving is forced. *quiet*: nobody interfered.\n\n${parts.join('\n')}`;
}
