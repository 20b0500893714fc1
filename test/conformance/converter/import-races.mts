// Copies what is compared out of the full observations of forced races.
//   node test/conformance/converter/import-races.mts FILE > test/conformance/records/races/7.3.4.jsonl
import { readFileSync } from 'node:fs';

interface Observation {
    readonly case: string;
    readonly window: string;
    readonly held_at: readonly string[];
    readonly act: readonly string[];
    readonly page_checking: string;
    readonly observed: { readonly results: readonly (readonly [string, string])[]; readonly panic: boolean };
    readonly errno: string | null;
    readonly signals: readonly string[];
    readonly later: readonly string[];
    readonly log: readonly string[];
    readonly predicted: { readonly scenario: string };
}

/** Memory on which the case was forced, in the words of the language; page checking as Debian's kernels turn it on. */
function scenarioOf({ case: name, act, predicted }: Observation): string {
    const refilled = act.some((each) => each.includes('per-CPU list is refilled') || each.includes('whichever frame'));
    const races = refilled ? predicted.scenario.replace(/( +)(race app: write heap\[0\] from buf\n)/, '$1$2$1race kernel: pcp-refill buf\n') : predicted.scenario;
    return races.replace('"x"', `"${name}"`).replace('config DEBUG_VM = y', 'config init_on_alloc = y');
}

for (const each of JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Observation[]) {
    const [pfn = ''] = /0x[0-9a-f]+/.exec(each.log[0] ?? '') ?? [];
    console.log(JSON.stringify({
        case: each.case, window: each.window, heldAt: each.held_at, act: each.act, pageChecking: each.page_checking.startsWith('on'),
        results: each.observed.results, errno: each.errno, panic: each.observed.panic,
        signals: each.signals.map((signal) => / sig 7 code \d+ (\w+) addr \S+ lsb (-?\d+) \((.*)\)$/.exec(signal)!).map(([, code, lsb, how]) => ({ code, lsb: Number(lsb), how })),
        later: each.later, log: each.log.map((line) => line.replaceAll(pfn, '<pfn:1>').replace(/init:\d+/, 'app:<pid>').replace(/ at [0-9a-f]{8,}$/, ' at <va:1>')),
        scenario: scenarioOf(each),
    }));
}
