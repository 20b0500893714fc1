// Keeps what was forced on real kernels, out of results of `hwp lab run --format json`:
//   node test/conformance/converter/import-forced-races.mts RESULT.json... > test/conformance/records/races/forced-7.3.4.jsonl
// Paths of scenarios are those of the run: it is called from the same folder.
import { readFileSync } from 'node:fs';

interface End { readonly results: readonly string[]; readonly errno: string; readonly signals: readonly string[]; readonly deaths: readonly string[]; readonly panic: boolean; readonly oops: boolean }
interface Forcing { readonly windows: readonly string[]; readonly moves: readonly { readonly what: string; readonly point: string | null; readonly window: string | null; readonly done: boolean }[] }
interface Seen extends End { readonly seen: readonly Forcing[] }
interface Output {
    readonly kernel: { readonly version: string };
    readonly results: readonly { readonly path: string; readonly title: string; readonly race?: { readonly outcomes: readonly Seen[]; readonly unpredicted: readonly Seen[] } }[];
}

/** From its title to the brace that stands under it. */
function scenarioOf(path: string, title: string): string {
    const text = readFileSync(path, 'utf8');
    const from = text.indexOf(`scenario ${JSON.stringify(title)}`);
    return text.slice(from, text.indexOf('\n}', from) + 3);
}

for (const file of process.argv.slice(2)) {
    const { kernel, results } = JSON.parse(readFileSync(file, 'utf8')) as Output;
    for (const { path, title, race } of results) {
        if (race === undefined) continue;
        const forced = [...race.outcomes, ...race.unpredicted].flatMap(({ results: types, errno, signals, deaths, panic, oops, seen }) => seen.map(({ windows, moves }) => JSON.stringify({
            windows, moves: moves.map(({ point, what, done }) => `${point ?? ''}: ${what}${done ? '' : ' (not done)'}`),
            end: { results: types, errno, signals, deaths, panic, oops },
        })));
        console.log(JSON.stringify({ kernel: kernel.version, title, scenario: scenarioOf(path, title), forced: [...new Set(forced)].map((each) => JSON.parse(each) as unknown) }));
    }
}
