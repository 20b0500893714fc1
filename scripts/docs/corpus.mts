// docs/corpus.md: the cases of public test suites as scenarios, where suite and model differ, and what none of them reaches.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { DIFFERENCES, type Difference } from '../../server/src/kernel/versions/differences.js';
import type { VariantReport } from '../../server/src/report/judgement/scenario-report.js';
import type { Program } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { StepTrace, Trace } from '../../server/src/simulator/trace.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { corpusFile, corpusFiles, idsOf, MENDED, SUITE_DIFFERENCES, SUITES, type CaseRow, type CorpusScenario, type DifferenceRow } from '../../test/corpus/corpus.js';
import { PAGE_STATES } from '../../test/kernel/page-states/index.js';
import { programFor } from '../../test/kernel/observed.js';
import { ENTRIES, reaches, stepOf, type EntryManner } from '../../test/properties/entries.js';
import { onKernel } from '../../test/properties/on-kernel.js';
import { table } from './kernel-versions.mts';

/** How memory_failure() comes to a page, by the operation of the step. */
const ENTRY_POINTS = ['MADV_HWPOISON', 'corrupt-pfn', 'hard_offline_page', 'machine check'] as const;
type EntryPoint = (typeof ENTRY_POINTS)[number];

const NAMED: Readonly<Record<string, EntryPoint>> = { madvise: 'MADV_HWPOISON', process_madvise: 'MADV_HWPOISON', 'corrupt-pfn': 'corrupt-pfn', hard_offline_page: 'hard_offline_page' };
/** Steps in which hardware finds an error: registers, words, a scrubber, somebody who reads. */
const FOUND: ReadonlySet<string> = new Set(['machine-check', 'machine-check-registers', 'scrub', 'dma', 'ghes', 'read', 'write', 'exec', 'pread', 'pwrite', 'write-from', 'read-into', 'futex']);

const KERNELS_OF_THE_PAGE: readonly KernelVersion[] = ['6.1', '6.12', '7.3'];
const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const MANNER: EntryManner = { writer: 'root', status: '0xbd80000000000134', mcgStatus: 15, broadcast: 'single' };

/** `MF_MSG_HUGE MF_FAILED by corrupt-pfn` as a key. */
function reachedBy({ op, events }: Pick<StepTrace, 'op' | 'events'>): string[] {
    const entry = NAMED[op] ?? (FOUND.has(op) ? 'machine check' : undefined);
    return entry === undefined ? [] : events.flatMap((event) => event.t === 'result' ? [`${event.type} ${event.result} ${entry}`] : []);
}

function keysOf(trace: Trace | null): string[] {
    return (trace?.steps ?? []).flatMap((step) => [step, ...(step.race?.outcomes ?? []).map((outcome) => outcome.step), ...(step.sweep?.classes ?? []).map((each) => each.step)].flatMap(reachedBy));
}

function keysOfVariants(variants: readonly VariantReport[]): Set<string> {
    return new Set(variants.flatMap(({ trace }) => keysOf(trace)));
}

/** What pages of every kind make of every entry point, once and again. */
function predicted(): Set<string> {
    const found = new Set<string>();
    const entries = ENTRIES.filter((entry) => entry !== 'unpoison-pfn' && entry !== 'soft_offline_page' && entry !== 'MADV_SOFT_OFFLINE');
    for (const state of Object.values(PAGE_STATES)) {
        for (const entry of entries.filter((each) => reaches(each, state))) {
            for (const again of [false, true]) {
                const running = state.owner === undefined ? [] : [{ source: 0, cpu: 0, task: state.owner, mode: 'user' as const }];
                const first = again ? [stepOf('corrupt-pfn', state, MANNER)] : [];
                const program: Program = programFor(state, [...first, stepOf(entry, state, MANNER)], { running });
                for (const version of KERNELS_OF_THE_PAGE) for (const key of keysOf(simulate(onKernel(program, version)))) found.add(key);
            }
        }
    }
    return found;
}

async function reachedByExamples(): Promise<Set<string>> {
    const analyzer = new TextAnalyzer();
    const found = new Set<string>();
    for (const name of readdirSync(EXAMPLES).filter((each) => each.endsWith('.hwp'))) {
        const { scenarios } = await analyzer.analyze(`file:///${name}`, readFileSync(path.join(EXAMPLES, name), 'utf8'));
        for (const { variants } of scenarios) for (const key of keysOfVariants(variants)) found.add(key);
    }
    return found;
}

function count(rows: readonly CaseRow[]): number {
    return rows.flatMap(idsOf).length;
}

/** Who was right where a scenario has a mark. */
function reasonOf(reason: string): DifferenceRow {
    const difference = (DIFFERENCES as Readonly<Record<string, Difference>>)[reason];
    return SUITE_DIFFERENCES[reason] ?? { right: 'kernel', known: difference?.evidence === 'recorded' ? 'recorded' : 'source', why: `The kernel has changed: ${difference?.effect ?? ''}` };
}

const KNOWN: Readonly<Record<DifferenceRow['known'], string>> = { recorded: 'recorded on running kernels', source: 'from the source of the kernel', suite: 'the suite says so itself' };

interface Written extends CorpusScenario {
    readonly folder: string;
}

function differences(scenarios: readonly Written[]): string[][] {
    const byReason = new Map<string, { ids: string[]; kernels: Set<string> }>();
    for (const { id, marks } of scenarios) {
        for (const { reason, failsOn } of marks) {
            const row = byReason.get(reason) ?? { ids: [], kernels: new Set() };
            if (!row.ids.includes(id)) row.ids.push(id);
            for (const kernel of failsOn) row.kernels.add(kernel);
            byReason.set(reason, row);
        }
    }
    return [...byReason].map(([reason, { ids, kernels }]) => {
        const { right, known, why } = reasonOf(reason);
        return [`\`${reason}\``, String(ids.length), shortened(ids), [...kernels].join(', '), `the ${right}: ${KNOWN[known]}`, why];
    });
}

function shortened(ids: readonly string[]): string {
    return ids.length <= 6 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more`;
}

export async function corpusPage(): Promise<string> {
    const scenarios: Written[] = [];
    for (const file of corpusFiles()) {
        const { folder, scenarios: found } = await corpusFile(file);
        scenarios.push(...found.map((scenario) => ({ ...scenario, folder })));
    }
    const examples = await reachedByExamples();
    const bySuite = SUITES.map(({ suite, folder }) => ({ suite, keys: new Set(scenarios.filter((each) => each.folder === folder).flatMap(({ variants }) => [...keysOfVariants(variants)])) })).filter(({ keys }) => keys.size > 0);
    const possible = predicted();
    const pairs = [...new Set([...possible, ...examples, ...bySuite.flatMap(({ keys }) => [...keys])].map((key) => key.split(' ').slice(0, 2).join(' ')))].sort();
    const cell = (pair: string, entry: EntryPoint): string => {
        const key = `${pair} ${entry}`;
        const suites = bySuite.filter(({ keys }) => keys.has(key)).map(({ suite }) => suite);
        const all = [...suites, ...examples.has(key) ? ['*examples*'] : []];
        return all.length > 0 ? all.join(', ') : possible.has(key) ? '**none**' : '';
    };
    const sum = (of: (folder: string) => number): number => SUITES.reduce((total, { folder }) => total + of(folder), 0);
    const written = (folder: string): Written[] => scenarios.filter((each) => each.folder === folder);
    const differing = (folder: string): Written[] => written(folder).filter(({ marks }) => marks.length > 0);
    const rightIs = (folder: string, who: DifferenceRow['right']): number => differing(folder).filter(({ marks }) => marks.some(({ reason }) => reasonOf(reason).right === who)).length;
    const mendedOf = (folder: string): number => { const ids = new Set(MENDED.flatMap(idsOf)); return written(folder).filter(({ id }) => ids.has(id)).length; };
    const listed = (folder: string): number => count(SUITES.find((each) => each.folder === folder)!.cases);
    const unsaid = (folder: string): number => count(SUITES.find((each) => each.folder === folder)!.cases.filter(({ lacks }) => lacks !== undefined));
    const elsewhere = (folder: string): number => count(SUITES.find((each) => each.folder === folder)!.cases.filter(({ sameAs }) => sameAs !== undefined));
    const counts = (folder: string): number[] => [listed(folder), written(folder).length, written(folder).length - differing(folder).length, rightIs(folder, 'kernel'), rightIs(folder, 'suite'), mendedOf(folder), elsewhere(folder), unsaid(folder)];
    const lacking = new Map<string, CaseRow[]>();
    for (const row of SUITES.flatMap(({ cases }) => cases)) if (row.lacks !== undefined) lacking.set(row.lacks, [...lacking.get(row.lacks) ?? [], row]);
    return [
        '# The corpus: what the suites ask',
        '',
        '<!-- Written by `npm run docs` from corpus/ and a run of it. -->',
        '',
        `The folder [corpus](../corpus) holds the cases of public test suites of hwpoison, memory failure and machine checks, each as a scenario in this`,
        'project\'s words, with the suite\'s own expectation as `expect`. A title begins with the id of the case in `corpus/suites.json`. The scenarios are run',
        'on the kernels that they make sense for, as a rule 6.1, 6.12 and 7.3, by `test/corpus`; `hwp run corpus` does the same.',
        '',
        'Where a suite expects what a kernel does not do, the line stays and says so: `// differs: REASON` behind an expectation that is held to the kernels of',
        'its `when`, or `// suite: expect ...` where no kernel that is described does it any more. The test takes the guards away and asks that the suite\'s words',
        'fail on exactly the other kernels.',
        '',
        '## By suite',
        '',
        '*Agree*: the model says what the suite expects, on every kernel. *Kernel right*: on some kernel it does not, and that kernel does what the model says.',
        '*Suite right*: the model is still wrong. *Mended*: it was wrong, or had no words for it, and the case stands for what was mended. *Elsewhere*: the tests of another suite of the table.',
        '',
        ...table(['suite', 'listed', 'written', 'agree', 'kernel right', 'suite right', 'mended', 'elsewhere', 'not sayable'], [
            ...SUITES.map(({ suite, folder, home }) => [home.startsWith('https') ? `[${suite}](${home})` : suite, ...counts(folder).map(String)]),
            ['all', ...Array.from({ length: 8 }, (_each, index) => String(sum((folder) => counts(folder)[index]!)))],
        ]),
        '',
        '## Where suite and kernel differ',
        '',
        'A name of the [differences between kernels](kernel-versions.md) stands for itself.',
        '',
        ...table(['reason', 'cases', 'which', 'kernels', 'who is right', 'why'], differences(scenarios)),
        '',
        '## Where the model was wrong, or had no words',
        '',
        ...table(['cases', 'it was', 'it is'], MENDED.map(({ ids, was, is }) => [ids, was, is])),
        '',
        '## What cannot be said',
        '',
        ...table(['the language lacks', 'cases', 'which', 'why it matters'], [...lacking].sort(([, left], [, right]) => count(right) - count(left))
            .map(([lacks, rows]) => [lacks, String(count(rows)), rows.map(({ ids, what }) => `${ids} (${what})`).join('; '), rows.map(({ why }) => why ?? '').join(' ')])),
        '',
        '## Which results the suites reach',
        '',
        'What memory_failure() reports, by the way it is called: by whom it is reached on 6.1, 6.12 or 7.3. **none**: pages of every kind, met once and again, give it, and',
        'no suite and no example asks for it. Empty: nothing leads there. A machine check is also one that a task or the scrubber comes by.',
        '',
        ...table(['type', 'result', ...ENTRY_POINTS.map((entry) => `\`${entry}\``)], pairs.map((pair) => [`\`${pair.split(' ')[0]!}\``, pair.split(' ')[1]!.replace('MF_', '').toLowerCase(), ...ENTRY_POINTS.map((entry) => cell(pair, entry))])),
        '',
    ].join('\n');
}
