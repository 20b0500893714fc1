// Everything that can be asked, drawn together: variants, races, sweeps, boots, arm64, consumption and guests, in scenarios that nobody would write.
import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { dmesgLines } from '../../server/src/report/output/dmesg.js';
import { runJson } from '../../server/src/report/output/json.js';
import { releasesOfSteps } from '../../server/src/report/step/releases.js';
import { plain } from '../../server/src/report/output/paint.js';
import type { FileReport } from '../../server/src/report/judgement/scenario-report.js';
import type { SourceTexts } from '../../server/src/report/output/source-texts.js';
import { fileLines } from '../../server/src/report/output/text.js';
import { breachesOfRunSchema } from '../report/run-schema.js';
import { SEED } from './meetings.js';

const SCENARIOS = Number(process.env['HWP_SCENARIOS'] ?? 40);
/** What does not go together is taken out line by line, so often. */
const ROUNDS = 14;

const VARY = ['kernel 6.1, 6.6, 6.12, 7.0 with panic-unrecoverable-v4, 7.3 with kho-hwpoison', 'arch x86-64, arm64', 'page size 4 KiB, 16 KiB, 64 KiB', 'thp always, never', 'config DEBUG_VM y, n', 'sysctl vm.panic_on_unrecoverable_memory_failure 0, 1', 'sysctl vm.memory_failure_recovery 0, 1', 'prctl PR_MCE_KILL_EARLY, PR_MCE_KILL_LATE', 'filter corrupt-filter-enable 0, 1'].map((line) => `vary ${line}`);
const SETTINGS = ['arch arm64', 'arch arm64 page size 64 KiB', 'kernel 7.3 with kho-hwpoison', 'kernel 6.1', 'kernel 6.12', 'ecc deliver', 'ecc simulated', 'sysctl kernel.panic_on_oops = 1', 'vendor amd', 'movable at phys 512 MiB size 128 MiB', 'offline at phys 768 MiB size 128 MiB', 'node 0 at phys 0 size 512 MiB\nnode 1 at phys 512 MiB size 512 MiB', 'swap sw = device 64 MiB', 'hugetlb 2 MiB 40 pages', 'hole at phys 0x3fff0000 size 64 KiB'];
const REGIONS = ['free 3 pages', 'slab 3 pages', 'reserved 2 pages', 'vmalloc 2 pages', 'hugetlb-free 1 page', 'free-pcp 1 page', 'lru-batch 1 page', 'page-table 1 page', 'zsmalloc 2 pages', 'large-kmalloc 4 pages', 'mmio 1 page', 'beyond-ram 1 page', 'huge-zero', 'high-order-tail 4 pages'];
const MAPPINGS = ['anon 128 KiB written', 'anon 4 MiB thp', 'hugetlb 2 MiB 2 pages', 'anon 64 KiB folio 64 KiB', 'anon 128 KiB untouched', 'anon 64 KiB mlocked', 'f shared written', 'anon 64 KiB ksm g', 'anon 64 KiB swapcache dirty', 'anon 64 KiB lazyfree', 'shared-anon 128 KiB'];
const MEMORY = ['anon 64 MiB', 'anon 64 MiB thp', 'hugetlb 2 MiB 16 pages', 'anon 64 MiB untouched', 'g shared written', 'anon 2 MiB'];
const PLACES = ['a[0]', 'a', 'b[1]', 'heap[1]', 'heap[0..3]', 'heap', 'f[1]', 'bad', 'vm.gheap[1]', 'vm.gheap', 'vm.gd', 'vm', 'ram[3]', 'ram', 'pfn 0x100', 'phys 0x20001000', 'pfn 0x999999', 'heap[1] + 0x80'];
const STEPS = [
    ...['corrupt-pfn', 'hard_offline_page', 'soft_offline_page', 'unpoison-pfn', 'cec-threshold', 'kpageflags', 'offline-block', 'online-block'].map((op) => `${op} P`),
    ...['UE at P', 'UCNA at P', 'AR at P cpu 1', 'AR at P cpu 1 unclaimed', 'CE at P threshold', 'fatal at P'].map((rest) => `machine-check ${rest}`),
    ...['read P', 'write P', 'write-from P', 'fork as child', 'munmap P', 'madvise P MADV_HWPOISON', 'madvise P MADV_SOFT_OFFLINE', 'mlock P', 'exit'].map((rest) => `db: ${rest}`), 'child: write heap[1]',
    ...['read P in "d_lookup"', 'read P from interrupt', 'write P', 'allocate P as slab', 'free P', 'isolate P', 'putback P', 'get P', 'put P', 'split P', 'collapse P', 'dissolve P', 'demote P', 'reclaim P', 'writeback P'].map((rest) => `kernel: ${rest}`),
    'pread f[1]', 'pwrite f[1]', 'ftruncate f 0 B', 'hugepages', 'wait 10 s', 'repeat 2 { corrupt-pfn P; kexec }',
    ...['', 'memory 512 MiB', 'carry reserve_mem', 'carry memmap validate', 'carry setup-data where P is slab', 'where P is anon error at P', 'where P is hugetlb-free', 'list 1 count 3', 'kernel 6.12', 'kernel 7.3 with kho-hwpoison validate'].map((rest) => `kexec ${rest}`), 'reboot', 'power-cycle carry firmware-retirement',
    ...['corrupt-pfn gheap[1]', 'app: read gheap[1]', 'app: write gheap[2]', 'kernel: read gd', 'app: exit', 'app: munmap gheap', 'kexec', 'machine-check UE at gheap[0]', 'soft_offline_page gheap[0]'].map((rest) => `in vm ${rest}`), 'qemu: munmap ram', 'qemu: exit', 'qemu: mlock ram[5]',
    'sysctl vm.memory_failure_early_kill = 1', 'sysctl vm.panic_on_unrecoverable_memory_failure = 1', 'cpu 1 runs db in kernel mode "x"', 'cpu 1 runs db in copy-from-user "w"',
    ...['P: machine-check UE', 'db: corrupt-pfn', 'vm: machine-check UE', 'node 0: soft_offline_page', 'host: corrupt-pfn', 'P: unpoison-pfn'].map((rest) => `sweep every page of ${rest}`),
];
const BELOW = ['race db: write heap[1] from a', 'race kernel: allocate P as slab', 'race db: munmap heap', 'race kernel: isolate P', 'race db: exit', 'race qemu: munmap ram', 'race kernel: free P', 'race kernel: get P', 'race kernel: dissolve P',
    'expect MF_RECOVERED', 'expect in vm MF_RECOVERED', 'expect panic at most 5 %', 'expect never { panic }', 'expect one of {\nMF_RECOVERED\nMF_FAILED\n}', 'expect in vm never { panic }', 'expect SIGBUS to db when kernel >= 6.12', 'expect poisoned P', 'expect HardwareCorrupted 4 KiB', 'expect contents P lost'];

const some = (words: readonly string[], maxLength: number): fc.Arbitrary<string> => fc.array(fc.constantFrom(...words), { maxLength }).map((lines) => lines.join('\n'));
const one = (words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words);
const filled = (words: readonly string[]): fc.Arbitrary<string> => fc.tuple(one(words), one(PLACES), one(PLACES)).map(([text, first, second]) => text.replace(/\bP\b/, first).replace(/\bP\b/, second));
const step = fc.tuple(filled(STEPS), fc.array(filled(BELOW), { maxLength: 2 })).map(([line, below]) => [line, ...below].join('\n'));
const scenario = fc.record({
    settings: some(SETTINGS, 3), vary: some(VARY, 2), a: one(REGIONS), b: one(REGIONS), heap: one(MAPPINGS), ram: one(MEMORY), guestHeap: one(['anon 128 KiB written', 'anon 2 MiB thp', 'anon 128 KiB untouched']),
    db: some(['prctl PR_MCE_KILL_EARLY', 'sigbus handler longjmp', 'sigbus ignored', 'pin heap[0] by longterm'], 2), qemu: some(['prctl PR_MCE_KILL_EARLY', 'sigbus handler longjmp'], 2),
    vm: some(['kernel 6.1', 'kernel 6.12', 'kernel 7.3 with kho-hwpoison', 'sysctl kernel.panic_on_oops = 1', 'cpu 0 runs app in user mode'], 2), app: some(['prctl PR_MCE_KILL_EARLY', 'sigbus handler longjmp'], 2), more: some(['page bad = heap[1]', 'cpu 1 runs db in user mode'], 2), steps: fc.array(step, { minLength: 1, maxLength: 7 }),
}).map((drawn) => `machine host { memory 1 GiB }
scenario "s" on host {
${drawn.settings}
${drawn.vary}
region a = ${drawn.a}
region b = ${drawn.b}
file f = ext4 64 KiB dirty
file g = tmpfs 64 MiB
process db {
${drawn.db}
map heap = ${drawn.heap}
}
process qemu {
${drawn.qemu}
map ram = ${drawn.ram}
guest vm backed by ram {
${drawn.vm}
region gd = slab 2 pages
process app {
${drawn.app}
map gheap = ${drawn.guestHeap}
}
}
}
${drawn.more}
${drawn.steps.join('\n')}
}
`);

const SOURCES: SourceTexts = { pathOf: () => 's.hwp', textOf: () => 'step' };

function errorsOf({ issues, scenarios }: FileReport): FileReport['issues'] {
    return [...issues, ...scenarios.flatMap((each) => each.issues)].filter(({ severity, code }) => severity === 'error' && !code.startsWith('verdict/'));
}

/** The report of what is left of a text when the lines with errors are gone. */
async function possible(text: string): Promise<FileReport> {
    let lines = text.split('\n');
    let report = await new TextAnalyzer().analyze('file:///s.hwp', text);
    for (let round = 0; round < ROUNDS; round += 1) {
        const wrong = new Set(errorsOf(report).map(({ range }) => range.startLine).filter((line) => lines[line] !== undefined && !/[{}]/.test(lines[line])));
        if (wrong.size === 0) break;
        lines = lines.filter((_line, index) => !wrong.has(index));
        report = await new TextAnalyzer().analyze('file:///s.hwp', lines.join('\n'));
    }
    return report;
}

test(`whatever is asked together, nothing throws and every output is whole (seed ${SEED})`, async () => {
    let ran = 0;
    await fc.assert(fc.asyncProperty(scenario, async (text) => {
        const report = await possible(text);
        expect(errorsOf(report).filter(({ code }) => code === 'hwp/internal').map(({ message }) => message)).toEqual([]);
        expect(breachesOfRunSchema(JSON.parse(JSON.stringify(runJson([report], [], SOURCES, releasesOfSteps))))).toBeNull();
        expect(fileLines(report, { explain: true, paint: plain, sources: SOURCES }).join('\n')).not.toMatch(/undefined|NaN|\[object/);
        for (const { trace } of report.scenarios.flatMap(({ variants }) => variants)) {
            if (trace === null) continue;
            ran += 1;
            expect(dmesgLines(trace).join('\n')).not.toMatch(/undefined|NaN/);
            for (const { sweep, race } of trace.steps) {
                if (sweep !== undefined && sweep.limit === null) expect(sweep.classes.reduce((sum, { pageCount }) => sum + pageCount, 0)).toBe(sweep.pageCount);
                if (race !== undefined) expect(race.outcomes.reduce((sum, { interleavings }) => sum + interleavings, 0)).toBe(race.interleavings);
            }
        }
    }), { seed: SEED, numRuns: SCENARIOS });
    expect(ran).toBeGreaterThan(SCENARIOS / 2);
});
