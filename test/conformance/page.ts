// docs/conformance.md.
import type { KnownDifference } from './known-differences.js';
import type { CaseResult } from './run-conformance.js';
import { countByGroup, total, type GroupCounts } from './table.js';
import type { HeldOut } from './ways.js';

const GROUPS: Readonly<Record<string, string>> = {
    A: 'madvise and corrupt-pfn on user pages', B: 'kernel, free and page cache pages, filters', C: 'soft and hard offline', D: 'unpoison',
    E: 'panics', F: 'machine checks', G: 'consumption through system calls',
};

export function conformancePage(runs: readonly { readonly kernel: string; readonly results: readonly CaseResult[] }[], known: readonly KnownDifference[], covered: readonly HeldOut[]): string {
    return [
        '# Conformance',
        '',
        '<!-- Written by `npm run conformance`. -->',
        '',
        'What real kernels did, case by case, compared with what the simulator predicts for the scenario of the case. Each case stands in',
        '`test/conformance/scenarios/`, written in the language; what the kernel did stands in `test/conformance/records/`. Compared are the',
        'errno of every call, the kernel log, every signal with its si_code, address and si_addr_lsb, the result of every later access, how the',
        'process ended, the counters and the panic. `npm run conformance -- --diff CASE` prints the differences of a case in full.',
        '',
        'A case counts when repeated runs of the real kernel agreed (`stable`). The others are compared too, and listed below when they differ.',
        'What a kernel does differently from the others is a named difference: see [kernel-versions.md](kernel-versions.md).',
        '',
        ...overview(runs),
        '',
        ...coverage(covered),
        ...pageFlags(runs),
        ...runs.flatMap(({ kernel, results }) => section(kernel, results, known.filter((each) => each.kernel === kernel))),
        '',
    ].join('\n');
}

/** Agreed of stable, kernel by group. */
function overview(runs: readonly { readonly kernel: string; readonly results: readonly CaseResult[] }[]): string[] {
    const groups = Object.keys(GROUPS);
    return [
        `| kernel | ${groups.join(' | ')} | all | share | not modelled |`,
        `| --- |${' ---: |'.repeat(groups.length + 3)}`,
        ...runs.map(({ kernel, results }) => {
            const rows = countByGroup(results);
            const cells = groups.map((group) => rows.find((row) => row.group === group)).map((row) => row === undefined ? '–' : `${row.agreed} / ${row.stable}`);
            const sum = total(rows);
            return `| ${[kernel, ...cells, `${sum.agreed} / ${sum.stable}`, `${share(sum)} %`, sum.notModelled].join(' | ')} |`;
        }),
    ];
}

/** Rounded down to a tenth of a percent. */
function share({ agreed, stable }: GroupCounts): number {
    return stable === 0 ? 0 : Math.floor(agreed * 1000 / stable) / 10;
}

/** What each degree means, and what is wrong by degree. */
function coverage(covered: readonly HeldOut[]): string[] {
    const all = covered.reduce((sum, { cases }) => sum + cases, 0);
    const percent = (part: number, of: number): string => of === 0 ? '–' : `${Math.round(part * 1000 / of) / 10} %`;
    return [
        '## How well the ground of a scenario is covered', '',
        'A step goes a *way* through the kernel: its operation, the decisions of the kernel functions in order, the MF type and result, the signals, the errno. The ways',
        'of the stable records with which the model agrees in everything are known to the editor and to `hwp`, with the kernels that went them. A step is', '',
        '| degree | when |', '| --- | --- |',
        '| `recorded` | that kernel, on that architecture and base page, went this very way |',
        '| `elsewhere` | another recorded kernel went it; so is a point release that was not recorded |',
        '| `parts` | each two decisions that follow each other were recorded, never all of them in one |',
        '| `source` | two decisions follow each other as no record shows: that follows from the source only |', '',
        'and a run is as well covered as the worst of its steps; steps in which the kernel decides nothing do not count. The JSON of `hwp run` has `coverage` for each run and each',
        'step, and the setting `hwp.hints.coverage` shows it at the first line of a scenario. A way says nothing of what it was not asked for: sizes, addresses, page flags.', '',
        'Measured with the records split in two by the names of their cases: one half says how well each case of the other is covered, and the other way round.', '',
        '| degree | stable cases | share | wrong | share |', '| --- | ---: | ---: | ---: | ---: |',
        ...covered.map(({ degree, cases, wrong }) => `| \`${degree}\` | ${cases} | ${percent(cases, all)} | ${wrong} | ${percent(wrong, cases)} |`), '',
        'The model has been mended on all records, so what is wrong here are differences that stand below with their reasons, and they do not grow with the distance: this table says how much ground',
        'a half of the records covers, and no more. Where no record had answered, it tells more: of the scenarios in `test/reported`, questions that the',
        'model had wrong and others of their kinds, 33 of 53 are `source`, 5 `parts` and 15 `recorded` (counted once, when this was written, and all mended by then).', '',
        'Measured once with answers that were held out, before anything was mended by them: 515 new questions on machine checks (112), ranges and descriptors (44), and versions (37 scenarios',
        'on up to 13 kernels between 6.1.170 and 7.3.4, 359 answers). The kernels answered in the emulator; what cannot be asked there (AMD, firmware, boot parameters) was predicted from the source first.',
        '',
        '| degree | answers | wrong | share |',
        '| --- | ---: | ---: | ---: |',
        '| `recorded` | 81 | 7 | 8.6 % |',
        '| `elsewhere` | 219 | 18 | 8.2 % |',
        '| `parts` | 16 | 1 | 6.3 % |',
        '| `source` | 198 | 21 | 10.6 % |',
        '| nothing decided | 1 | 1 | – |',
        '',
        'So the degree does not tell right from wrong. The faults (13 in machine checks, 4 in ranges, 3 in versions, which came back on up to 13 kernels) lay in what a way does not hold: the vendor and the bank of a record,',
        'parameters of the command line, holes in a range, the size of a folio, the order of two tasks that nothing orders. They were mended, most with a case in `test/reported`; two are said to be not modelled on their line (the order of tasks after an error without restart, the local address registers of AMD).',
        '',
        'Asked again after that, by a reader of memory-failure.c, mce/severity.c, mce/core.c, ghes.c and mm/madvise.c of 7.3.4, 6.12.117 and 6.1.192 who wrote the answer down first: 266 questions, of which 3 answers were wrong (the mark of a frame that leaves its huge page,',
        'markers of userfaultfd over fork(), the address in a unit of a devdax device); of 32 that a running 7.3.4 and 33 that a running 6.12.69 were asked alone, none. Four more lay where the versions had not been read: guards in files before 6.15, the collector in Debian\'s 6.1,',
        'storms before 6.8, an abort that repeats before 6.12.117. All are mended; most of the questions are kept in `test/reported`.',
        '',
        'Asked once more: 263 answers, on machine checks (46), ranges and descriptors (39), versions (32), and of kernels that ran (146 scenarios on 7.3.4, 7.0.13, 6.19.6, 6.18.9, 6.17.8, 6.16.12 and 6.12.69). Answers from the source were written down first, and',
        'the model of the day before was asked. A kind of fault that was found was asked for its other members and on other kernels, so that the shares are not those of questions at random: 44 answers were wrong, of nine kinds.',
        '',
        '| degree | answers | wrong | share |',
        '| --- | ---: | ---: | ---: |',
        '| `recorded` | 40 | 3 | 7.5 % |',
        '| `elsewhere` | 81 | 11 | 13.6 % |',
        '| `parts` | 52 | 14 | 26.9 % |',
        '| `source` | 89 | 16 | 18 % |',
        '| nothing decided | 1 | 0 | 0 % |',
        '',
        'The kinds: whatever copies, compares or compresses whole pages went on over memory of which nobody knew that it is bad (15 answers), a huge page that processes share, which 6.16 to 6.19 cannot split (14), a page that waits on the list of MADV_FREE (6), a page of a huge page',
        'that was paged out whole (3), mremap() of several mappings, and what it unmaps where it fails (2), a word of ptrace() across two pages (1), the part of a file that a mapping names (1), and the second signal to a task that maps a page twice (2).',
        'The third and the fourth are `not modelled` now, the others are mended. Two inputs for each row of the reports on machine checks, versions and ranges are among them (`test/reported/anew.ts`).',
        '',
        'Asked a fourth time: 103 answers written down from the source of 7.3.4, 6.12.117 and 6.1.192 before the model was asked, on arm64 and guests there (49), on firmware first, the collector, address registers and kexec on x86 (29), and on sequences of errors and calls (25). 139 more',
        'came from kernels that ran: 55 machine checks on 7.3.4 and 54 on 6.12.69, over severities, banks, granules, kinds of page and what the task does with the signal; and 6 questions about a huge page of hugetlb that was moved, on five kernels from 6.16.12 to 7.0.13.',
        '',
        '| degree | from source | wrong | share | on kernels | wrong |',
        '| --- | ---: | ---: | ---: | ---: | ---: |',
        '| `recorded` | 16 | 1 | 6.3 % | 23 | 0 |',
        '| `elsewhere` | 3 | 0 | 0 % | 29 | 0 |',
        '| `parts` | 7 | 1 | 14.3 % | 17 | 0 |',
        '| `source` | 77 | 22 | 28.6 % | 70 | 15 |',
        '',
        'Machine checks were right on both kernels; one of the 109 came out otherwise by chance, as the exception met the CPU in the kernel. What was wrong, by kind: a record laid ready for an abort that a step words itself (6), the size of the block that KVM maps for a guest on arm64 (5), the frame of a failed copy from user',
        'memory, which stayed in the direct map (4), how often firmware\'s records are printed and what is said of those left out (3), how many of them are remembered (2), bits above a physical address (3), and a huge page of hugetlb that two hold (1). The 15 were known: that huge page was made for the move because the pool had none free. All are mended, with further members of each kind in',
        '`test/reported`. The degree tells more here than before: 22 of 24 wrong answers went a way of which two decisions in a row follow from the source only. In 8 further questions the answer that had been written down was wrong and the model right: a tail page has no count of its own, entries of bad pages outlive a hole that is punched, ksm tells a process that has unshared its copy.',
        '',
    ];
}

/** Kinds of page whose flags differ, and why; what is in no row is `not explained`. The first row that fits counts. */
const FLAG_REASONS: readonly { readonly cases: RegExp; readonly why: string }[] = [
    { cases: /special-(uring|packet|perf|vvar|vdso)/, why: 'pages of drivers: their marks, and what becomes of them when the last mapping goes' },
    { cases: /lazyfree/, why: 'MADV_FREE waits on a per-CPU batch: PG_swapbacked goes when that is drained' },
    { cases: /lru-batch/, why: 'a page that only a batch holds keeps the marks of its former owner' },
    { cases: /truncated-lru|ext4-super|bdev-/, why: 'how often the page was used before, and buffers that earlier cases of the boot left' },
    { cases: /thp-(pin|unsplit)|thp-pinned|large-dirty|range/, why: 'a large folio with a bad page that is freed whole, or of which another page was looked at' },
    { cases: /pcihole|vmemmap|zsmalloc|balloon|pgtable/, why: 'pages outside RAM, and marks that drivers use for themselves' },
    { cases: /hugetlb/, why: 'marks that a huge page keeps in its pool' },
    { cases: /tmpfs|memfd|shm/, why: 'how often a page of shared memory was used' },
    { cases: /uring/, why: 'how a ring looks at the pages that it pins' },
];

function reasonOf(name: string): string {
    return FLAG_REASONS.find(({ cases }) => cases.test(name))?.why ?? 'not explained';
}

/** Share of the snapshots of stable records that agree, rounded down to a tenth of a percent. */
export function flagCounts(results: readonly CaseResult[]): { readonly compared: number; readonly differing: number; readonly share: number } {
    const counted = results.filter(({ record }) => record.stable).flatMap(({ flags }) => flags ?? []);
    const compared = counted.reduce((sum, each) => sum + each.compared, 0);
    const differing = counted.reduce((sum, each) => sum + each.differences.length, 0);
    return { compared, differing, share: compared === 0 ? 0 : Math.floor((compared - differing) * 1000 / compared) / 10 };
}

function pageFlags(runs: readonly { readonly kernel: string; readonly results: readonly CaseResult[] }[]): string[] {
    const rows = new Map<string, Map<string, number>>();
    for (const { kernel, results } of runs) {
        for (const { record, flags } of results) {
            if (!record.stable || flags === undefined || flags.differences.length === 0) continue;
            const row = rows.get(reasonOf(record.case)) ?? new Map<string, number>();
            rows.set(reasonOf(record.case), row.set(kernel, (row.get(kernel) ?? 0) + flags.differences.length));
        }
    }
    return [
        '## Page flags', '',
        'What `/proc/kpageflags` shows of the page that the error hits: before it, after it, and at the end. Each of these snapshots of the stable records counts.',
        'Not compared are the LRU bit (whether a page has left its per-CPU batch by then depends on what else ran), what is set together with it where the real page',
        'was not on it yet, the bit of idle page tracking, and frames that are free again.', '',
        '| kernel | snapshots | agreed | differing | share |', '| --- | ---: | ---: | ---: | ---: |',
        ...runs.map(({ kernel, results }) => {
            const { compared, differing, share: percent } = flagCounts(results);
            return `| ${kernel} | ${compared} | ${compared - differing} | ${differing} | ${percent} % |`;
        }),
        '', `| what differs | ${runs.map(({ kernel }) => kernel).join(' | ')} |`, `| --- |${' ---: |'.repeat(runs.length)}`,
        ...[...rows].map(([why, counts]) => `| ${why} | ${runs.map(({ kernel }) => counts.get(kernel) ?? 0).join(' | ')} |`),
    ];
}

/** Cases that could not be set up, by the reason. */
function byReason(results: readonly CaseResult[]): readonly (readonly [why: string, cases: readonly string[]])[] {
    const reasons = new Map<string, string[]>();
    for (const { record, notModelled } of results) {
        const why = notModelled.join('; ');
        reasons.set(why, [...reasons.get(why) ?? [], record.case]);
    }
    return [...reasons];
}

function section(kernel: string, results: readonly CaseResult[], known: readonly KnownDifference[]): string[] {
    const rows = countByGroup(results);
    const sum = total(rows);
    const differing = results.filter(({ verdict }) => verdict === 'differs' || verdict === 'not modelled');
    const notSetUp = results.filter(({ verdict }) => verdict === 'not set up');
    return [
        '',
        `## Linux ${kernel}`,
        '',
        `${sum.agreed} of ${sum.stable} stable cases agree (${share(sum)} %).`,
        '',
        '| group | what | recorded | not set up | stable | agreed | differing | not modelled |',
        '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
        ...rows.map((row) => line(row, GROUPS[row.group] ?? '')),
        line(sum, ''),
        ...differing.length === 0 ? [] : [
            '', '### What differs', '', '| case | stable | fields | reason |', '| --- | --- | --- | --- |',
            ...differing.map(({ record, differences, notModelled }) => `| ${record.case} | ${record.stable ? 'yes' : 'no'} | ${[...new Set(differences.map(({ field }) => field))].join(', ')}${notModelled.length > 0 ? ' (not modelled)' : ''} | ${known.find((each) => each.case === record.case)?.reason ?? 'not explained yet'} |`),
        ],
        ...notSetUp.length === 0 ? [] : [
            '', '### What could not be set up', '', '| why | cases |', '| --- | --- |',
            ...byReason(notSetUp).map(([why, cases]) => `| ${why} | ${cases.join(', ')} |`),
        ],
    ];
}

function line({ group, recorded, notSetUp, stable, agreed, differing, notModelled }: GroupCounts, what: string): string {
    return `| ${[group, what, recorded, notSetUp, stable, agreed, differing, notModelled].join(' | ')} |`;
}
