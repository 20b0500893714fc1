import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { ScenarioReport, VariantReport } from '../../server/src/report/judgement/scenario-report.js';
import { KERNELS } from '../../server/src/vocabulary/kernels.js';
import { SYSCTLS } from '../../server/src/vocabulary/sysctls.js';
import { variantWords, type VariedValue } from '../../server/src/vocabulary/vary.js';

/** A `vary` line: what stands before its values, and how one value of it is written out as a setting. */
interface Line { readonly subject: VariedValue['subject']; readonly name?: string; readonly values: readonly string[] }

const someOf = (...values: string[]): fc.Arbitrary<string[]> => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const line = (subject: VariedValue['subject'], values: fc.Arbitrary<string[]>, name?: string): fc.Arbitrary<Line> =>
    values.map((chosen) => ({ subject, values: chosen, ...(name === undefined ? {} : { name }) }));

const KERNEL_CHOICES = [...KERNELS.map(({ version }) => version), '6.16', '7.0 with panic-unrecoverable-v1', '7.0 with panic-unrecoverable-v4', '7.2 with panic-unrecoverable-v2', '7.3 with panic-unrecoverable-v4', '7.1 with kho-hwpoison, panic-unrecoverable-v3'];
const POLICIES = ['PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT'];

const LINES: readonly fc.Arbitrary<Line>[] = [
    line('kernel', someOf(...KERNEL_CHOICES)),
    ...Object.keys(SYSCTLS).filter((name) => name.startsWith('vm.')).map((name) => line('sysctl', someOf('0', '1'), name)),
    line('filter', someOf('0', '1'), 'corrupt-filter-enable'),
    line('filter', someOf('0', '28', '29'), 'corrupt-filter-memcg'),
    line('config', someOf('y', 'n'), 'DEBUG_VM'),
    line('prctl', someOf(...POLICIES)),
    line('prctl', someOf(...POLICIES), 'db'),
    line('prctl', someOf(...POLICIES), 'web.helper'),
    line('arch', someOf('x86-64', 'arm64')),
    line('page size', someOf('4 KiB', '16 KiB', '64 KiB')),
    line('thp', someOf('always', 'madvise', 'never')),
];

// The first line and the fourth sysctl (the panic sysctl) are drawn more often than others: they are what cannot go together.
const DECLARATIONS = ['cgroup tenant = inode 28', 'region dentry = slab 1 page', 'region text = reserved 1 page', 'region spare = free 1 page', 'file log = ext4 256 KiB dirty'];
const STEPS = ['corrupt-pfn db.heap[0]', 'db: madvise db.heap[1] MADV_HWPOISON', 'db: read db.heap[0]', 'corrupt-pfn web.view[0]', 'web: read view[0]', 'corrupt-pfn dentry', 'corrupt-pfn text', 'corrupt-pfn spare', 'soft_offline_page db.heap[2]', 'corrupt-pfn kid.heap[3]', 'db: write db.heap[3]', 'corrupt-pfn db.huge[1]'];
const EXPECTATIONS = ['expect no panic', 'expect MF_IGNORED when kernel >= 7.0', 'expect panic when with panic-unrecoverable-v4 or arch = arm64', 'expect no signal when sysctl vm.memory_failure_early_kill = 0', ''];

interface Drawn {
    readonly lines: readonly Line[];
    readonly steps: readonly { readonly step: string; readonly expectation: string }[];
    readonly shared: boolean;
    /** Does the text map a huge page? It cannot with THP off. */
    readonly huge: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
    lines: fc.uniqueArray(fc.oneof({ weight: 1, arbitrary: fc.constantFrom(0, 4) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: LINES.length - 1 }) }), { minLength: 1, maxLength: 4 }).chain((chosen) => fc.tuple(...chosen.map((index) => LINES[index]!))),
    steps: fc.array(fc.record({ step: fc.constantFrom(...STEPS), expectation: fc.constantFrom(...EXPECTATIONS) }), { minLength: 1, maxLength: 5 }),
    shared: fc.boolean(), huge: fc.boolean(),
});

/** Policies by task; the scenario's own text gives none to `db`, `db.helper`, `web.helper` and `web`. */
function processes(huge: boolean, policy: (task: string) => string): string[] {
    return [
        'process db in tenant {', policy('db'), 'sigbus handler longjmp', 'map heap = anon 256 KiB written', ...huge ? ['map huge = anon 2 MiB thp'] : [], 'thread helper {', policy('db.helper'), '}', '}',
        'process web {', policy('web'), 'sigbus handler longjmp', 'map view = log shared written', 'thread helper {', policy('web.helper'), '}', '}',
        'process kid forked from db { sigbus handler longjmp }',
    ].filter((text) => text !== '');
}

function textOf({ shared, steps, huge }: Drawn, settings: readonly string[], policy: (task: string) => string): string {
    const declarations = [...DECLARATIONS, ...processes(huge, policy)];
    const possible = steps.filter(({ step }) => huge || !step.includes('huge'));
    const timeline = possible.length === 0 ? ['corrupt-pfn spare'] : possible.flatMap(({ step, expectation }) => [step, expectation]);
    return shared
        ? `machine host {\n${['kernel 7.2', 'sysctl vm.memory_failure_early_kill = 1', ...declarations].join('\n')}\n}\nscenario "s" on host {\n${[...settings, ...timeline].join('\n')}\n}\n`
        : `scenario "s" {\n${[...declarations, ...settings, ...timeline].join('\n')}\n}\n`;
}

const varied = ({ subject, name, values }: Line): string => `vary ${subject}${name === undefined ? '' : ` ${name}`} ${values.join(', ')}`;

/** The scenario as somebody would write this variant without the word `vary`. */
function writtenOut(scenario: Drawn, values: readonly VariedValue[]): string {
    const policies = values.filter(({ subject }) => subject === 'prctl');
    const policy = (task: string): string => {
        const chosen = policies.find(({ name }) => name === task) ?? policies.find(({ name }) => name === undefined);
        return chosen === undefined ? '' : `prctl ${chosen.value}`;
    };
    const settings = values.flatMap(({ subject, name, value }) => subject === 'prctl' || value === null ? [] : [name === undefined ? `${subject} ${value}` : `${subject} ${name} = ${value}`]);
    return textOf(scenario, settings, policy);
}

async function analyze(text: string): Promise<ScenarioReport> {
    const { scenarios: [scenario] } = await new TextAnalyzer().analyze('file:///test.hwp', text);
    return scenario!;
}

test('a variant is the same scenario written out, and what is left out cannot be written', async () => {
    const seen = { variants: 0, leftOut: 0, lacking: 0 };
    await fc.assert(fc.asyncProperty(drawn, async (scenario) => {
        const report = await analyze(textOf(scenario, scenario.lines.map(varied), () => ''));
        for (const { values, trace, verdicts, status } of report.variants) {
            const alone = await analyze(writtenOut(scenario, values));
            const known: Partial<VariantReport> = alone.variants[0] ?? {};
            expect({ trace, verdicts, status }, variantWords(values)).toEqual({ trace: known.trace, verdicts: known.verdicts, status: known.status });
        }
        for (const { values } of report.leftOut) {
            expect((await analyze(writtenOut(scenario, values))).status, variantWords(values)).toBe('invalid');
        }
        // Every combination is there: run, left out, or run once for all values of a sysctl that its kernel does not have.
        const all = [...report.variants, ...report.leftOut].map(({ values }) => values);
        const covered = (combination: readonly string[]): boolean => all.some((values) => values.every(({ value }, index) => value === null || value === combination[index]));
        const combinations = scenario.lines.reduce<string[][]>((heads, { values }) => heads.flatMap((head) => values.map((value) => [...head, value])), [[]]);
        if (report.status !== 'invalid') {
            expect(combinations.filter((combination) => !covered(combination))).toEqual([]);
        }
        seen.variants += report.variants.length;
        seen.leftOut += report.leftOut.length;
        seen.lacking += all.filter((values) => values.some(({ value }) => value === null)).length;
    }), { numRuns: 40 });
    // The draws reach what the property is about.
    expect(Math.min(seen.variants, seen.leftOut, seen.lacking)).toBeGreaterThan(0);
}, 120_000);
