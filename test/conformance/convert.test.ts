// Records that nobody has made yet: the tables of the converter must know what they are made of.
import { describe, expect, test } from 'vitest';
import { isDocument, isScenario } from '../../server/src/language/generated/ast.js';
import { lowerScenario } from '../../server/src/language/lowering/scenario.js';
import { TextParser } from '../../server/src/language/parse.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import { convert } from './converter/convert.mts';
import type { ConformanceRecord } from './converter/record.mts';

const LAB = 'machine lab {\n    config nokaslr = y\n}\n';
const POLICIES: Readonly<Record<string, string>> = {
    'no prctl, vm.memory_failure_early_kill=0 (late kill)': '',
    'PR_MCE_KILL_SET EARLY': 'prctl PR_MCE_KILL_EARLY',
    'PR_MCE_KILL_SET LATE, sysctl early_kill=1': 'sysctl vm.memory_failure_early_kill = 1',
};
const CALLS: Readonly<Record<string, { readonly role: string; readonly what: string }>> = {
    'by PFN': { role: 'main', what: 'write(corrupt-pfn, 0x3ec93)' },
    'by address': { role: 'victim', what: 'madvise(+0x1000, 0x1000, MADV_HWPOISON)' },
    'hard offline': { role: 'main', what: 'write(hard_offline_page, 0x3ec93000)' },
    'soft offline': { role: 'main', what: 'write(soft_offline_page, 0x3ec93000)' },
};

function record(sentences: readonly string[], call: { readonly role: string; readonly what: string }, more: Partial<ConformanceRecord> = {}): ConformanceRecord {
    return {
        case: 'nameless', group: 'A', setup: sentences, inject: 'see calls[]', calls: [{ ...call, errno: '0', phase: 'inject' }], log: {}, signals: [],
        later: [{ by: 'victim', phase: 'later', op: 'read target', result: '' }, { by: 'victim', phase: 'later', op: 'read healthy page', result: '' }],
        counters: { atInjection: {}, atEnd: {} }, stable: true, ...more,
    };
}

const PARSER = new TextParser(() => LAB);

/** Faults of a scenario: what no table knows, what is wrong with its text, what the model does not describe. */
async function faultsOf(each: ConformanceRecord): Promise<readonly string[]> {
    const { text, unknown } = convert([each]);
    const document = await PARSER.parse('file:///scenarios/a/nameless.hwp', text);
    const root = document.parseResult.value;
    const scenario = isDocument(root) ? root.elements.find(isScenario) : undefined;
    const errors = (document.diagnostics ?? []).filter(({ severity }) => severity === 1).map(({ message }) => String(message));
    const { program } = scenario === undefined ? { program: null } : lowerScenario(scenario);
    return [...unknown, ...errors, ...(program === null ? ['no program'] : simulate(program).notModelled.map(({ what }) => what))];
}

describe.each([
    ['vfat file, fsynced, MAP_SHARED, read only: clean; target page 1', 'file data = vfat 16 KiB clean'],
    ['vfat file, fsynced, then page 1 written through MAP_SHARED (dirty pte)', 'victim: write view[1]'],
    ['xfs (on brd) file, 4 order-0 pages, fsynced, MAP_SHARED, read only: clean; target page 1', 'file data = xfs 16 KiB clean'],
    ['xfs 256K file in large folios, fsynced, page 5 then written through the mapping', 'file data = xfs 256 KiB clean folio 256 KiB content "a"'],
    ['btrfs file, fsynced, MAP_SHARED; page 1 dirtied by pwrite(), then read-mapped (pte clean, folio dirty)', 'victim: pwrite data[1] "W"'],
    ['vfat file fsynced, MAP_PRIVATE, only read; target page 1', 'map view = data private read'],
    ['vfat file clean MAP_SHARED, process mlockall(MCL_CURRENT)ed; target page 1', 'map view = data shared read mlocked'],
    ['vfat-dirty plus the target page vmspliced into a pipe', 'pin view[1] by vmsplice'],
    ['tmpfs plus the target page vmspliced into a pipe', 'pin view[1] by vmsplice'],
    ['anonymous PMD-mapped THP (MADV_HUGEPAGE, 2M aligned, fully written); target subpage 5, healthy subpage 9', 'map heap = anon 2 MiB written thp content "H"'],
    ['memfd (shmem) MAP_SHARED, 4 pages written through the mapping; target page 1', 'file data = memfd 16 KiB absent'],
    ['ramfs file written, MAP_SHARED written; target page 1', 'file data = ramfs 16 KiB content "ABCD"'],
    ['MAP_HUGETLB private anonymous, two 2M pages written; target subpage 3 of the first', 'hugetlb 2 MiB 8 pages'],
    ['raw block device /dev/ram2, page 1 dirtied through MAP_SHARED', 'file disk = block-device 16 KiB clean'],
])('%s', (sentence, line) => {
    test.each(Object.keys(CALLS))('%s', async (how) => {
        for (const [policy, policyLine] of Object.entries(POLICIES)) {
            const each = record([`${sentence}; policy: ${policy}`, `victim pid=98, policy ${policy} (PR_MCE_KILL_GET=2)`], CALLS[how]!);
            const { text } = convert([each]);
            expect(text).toContain(line);
            expect(text).toContain(policyLine);
            expect(await faultsOf(each)).toEqual([]);
        }
    });
});

test.each([
    ['dirty xfs page shared by two EARLY processes | arg: xfs-dirty A-early B-early ', 'file data = xfs 16 KiB clean'],
    ['hugetlb anon, same subpage twice | arg: hugetlb-anon', 'map heap = hugetlb 2 MiB 2 pages written content "G"'],
    ['SRAR at a dirty vfat page of the running task', 'victim: write view[1]'],
    ['MADV_HWPOISON argument variant on 4 written anon pages | arg: rangehole', 'victim: munmap heap[2]'],
])('%s', async (sentence, line) => {
    const each = record([sentence, 'victim pid=98 policy no prctl (GET=2)'], CALLS['by PFN']!);
    expect(convert([each]).text).toContain(line);
    expect(await faultsOf(each)).toEqual([]);
});

test('what no table knows is said, not skipped', () => {
    const each = record(['page of a kind that nobody has heard of', 'victim pid=98 policy no prctl (GET=2)', 'and some more'], CALLS['by PFN']!,
        { later: [{ by: 'victim', phase: 'later', op: 'frobnicate target', result: '' }] });
    expect(convert([each]).unknown).toEqual(['page of a kind that nobody has heard of', 'and some more', 'victim: frobnicate target']);
});

test('names of cases are titles and nothing else', () => {
    const each = record(['anonymous private mapping of 4 base pages, all written; target page 1', 'victim pid=98 policy no prctl (GET=2)'], CALLS['by PFN']!);
    expect(convert([{ ...each, case: 'thp-pin-uring-madv-early' }]).text.replace('thp-pin-uring-madv-early', 'nameless')).toBe(convert([each]).text);
});
