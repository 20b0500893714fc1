// docs/mf-results.md: which MF type comes with which result on which kernel, and how that is known.
import { simulate } from '../../server/src/simulator/simulate.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import { isAvailable } from '../../server/src/vocabulary/availability.js';
import { KERNELS, type Kernel, type KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { MF_RESULTS, MF_TYPES, type MfTypeDescription } from '../../server/src/vocabulary/mf-types.js';
import { runConformance } from '../../test/conformance/run-conformance.js';
import { PAGE_STATES } from '../../test/kernel/page-states/index.js';
import { programFor } from '../../test/kernel/observed.js';
import { ENTRIES, reaches, stepOf, type Entry, type EntryManner } from '../../test/properties/entries.js';
import { onKernel } from '../../test/properties/on-kernel.js';
import { table } from './kernel-versions.mts';

/** `MF_MSG_HUGE MF_FAILED` */
type Pair = string;

/** Who writes and with which registers: an error that software can recover from, taken by the task that met it. */
const MANNER: EntryManner = { writer: 'root', status: '0xbd80000000000134', mcgStatus: 15, broadcast: 'single' };
/** What comes after the first failure: nothing, or the same page once more. */
const AGAIN: readonly (Entry | null)[] = [null, 'corrupt-pfn', 'MADV_HWPOISON'];

const VERSIONS = KERNELS.map(({ version }) => version);

function pairsOf(trace: Trace): Set<Pair> {
    return new Set(trace.steps.flatMap(({ events }) => events.flatMap((event) => event.t === 'result' ? [`${event.type} ${event.result}`] : [])));
}

/** Records in which the pair stands and with which the model agrees. */
async function recordedOn({ recordedAs }: Kernel): Promise<ReadonlyMap<Pair, number>> {
    const counts = new Map<Pair, number>();
    if (recordedAs === undefined) {
        return counts;
    }
    const pairs = new Map<string, ReadonlySet<Pair>>();
    const results = await runConformance({ kernel: recordedAs, judged: (trace, record) => { pairs.set(record.case, pairsOf(trace)); } });
    for (const { record } of results.filter(({ verdict }) => verdict === 'agreed')) {
        for (const pair of pairs.get(record.case) ?? []) counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    return counts;
}

/** What the model gives when pages of every kind meet every entry point. */
function predictedOn(version: KernelVersion): ReadonlySet<Pair> {
    const found = new Set<Pair>();
    for (const state of Object.values(PAGE_STATES)) {
        for (const entry of ENTRIES.filter((each) => reaches(each, state))) {
            for (const again of AGAIN.filter((each) => each === null || reaches(each, state))) {
                const running = state.owner === undefined ? [] : [{ source: 0, cpu: 0, task: state.owner, mode: 'user' as const }];
                const steps = [entry, ...again === null ? [] : [again]].map((each) => stepOf(each, state, MANNER));
                for (const pair of pairsOf(simulate(onKernel(programFor(state, steps, { running }), version)))) found.add(pair);
            }
        }
    }
    return found;
}

const RACE = /by a race|practically never/i;

function cellOf(type: MfTypeDescription, pair: Pair, version: KernelVersion, recorded: ReadonlyMap<Pair, number>, predicted: ReadonlySet<Pair>): string {
    const count = recorded.get(pair);
    const known = isAvailable(type, { written: version, proposals: [] });
    return count !== undefined ? `**${count}**` : predicted.has(pair) ? 'predicted' : known && RACE.test(type.reachable) ? 'race' : '–';
}

interface Column {
    readonly version: KernelVersion;
    readonly recorded: ReadonlyMap<Pair, number>;
    readonly predicted: ReadonlySet<Pair>;
}

export async function mfResultsPage(): Promise<string> {
    const columns: Column[] = [];
    for (const kernel of KERNELS) columns.push({ version: kernel.version, recorded: await recordedOn(kernel), predicted: predictedOn(kernel.version) });
    const rows = Object.entries<MfTypeDescription>(MF_TYPES).flatMap(([name, type]) => Object.keys(MF_RESULTS).map((result) => ({ name, type, result })))
        .map(({ name, type, result }) => ({ name, type, result, cells: columns.map(({ version, recorded, predicted }) => cellOf(type, `${name} ${result}`, version, recorded, predicted)) }))
        .filter(({ type, result, cells }) => type.results.some((each) => each === result) || cells.some((cell) => cell !== '–' && cell !== 'race'));
    return [
        '# MF types and results',
        '',
        '<!-- Written by `npm run docs`. -->',
        '',
        'What `memory_failure()` can report, by kernel, and how that is known:',
        '',
        '- a number in bold: recorded. So many cases of a running kernel show the pair, and the model agrees with each of them in everything;',
        '- *predicted*: no record shows it, and the model reaches it when pages of every kind meet every entry point, once and again;',
        '- *race*: the kernel has the type, and only a race leads to it: between two looks of the handler somebody else changes the page;',
        '- –: impossible. The kernel lacks the type or the pair, or nothing that is described leads to it.',
        '',
        `Pairs that are impossible in every kernel are left out. ${KERNELS.filter(({ basis }) => basis === 'derived').map(({ version }) => version).join(' and ')} was not recorded: see [kernel-versions.md](kernel-versions.md).`,
        '',
        ...table(['type', 'result', ...VERSIONS], rows.map(({ name, result, cells }) => [`\`${name}\``, result.replace('MF_', '').toLowerCase(), ...cells])),
        '',
        '## How one gets there',
        '',
        ...table(['type', 'text', 'reachable'], Object.entries<MfTypeDescription>(MF_TYPES).map(([name, { string, oldString, reachable }]) => [`\`${name}\``, string || (oldString?.text ?? ''), reachable])),
        '',
    ].join('\n');
}
