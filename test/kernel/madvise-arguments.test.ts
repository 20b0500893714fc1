import type { MachineSpec, Step } from '../../server/src/simulator/program.js';
import { at, mapping, process, step } from '../simulator/programs.js';
import { HUGETLB, USER_MEMORY } from './page-states/index.js';
import { HUGE_PAGE } from './page-states/page-state.js';
import { madvise, onRange, read } from './steps-on-m.js';
import { checkTimelines, type TimelineRow } from './timeline-rows.js';

type Advice = 'MADV_HWPOISON' | 'MADV_SOFT_OFFLINE';

function owner(capSysAdmin: boolean): Partial<MachineSpec> {
    return { processes: [process('db', [mapping('m')], { capSysAdmin })] };
}

const PAGE = { machine: owner(true), target: at('db', 'm', 1), owner: 'db' };

/** madvise() from page 1 of the mapping, or from a raw address. */
function call(advice: Advice, length: number | string, more: { readonly byteOffset?: number; readonly address?: string } = {}): Step {
    const target = more.address === undefined ? { ...at('db', 'm', 1), byteOffset: more.byteOffset ?? 0 } : { kind: 'raw' as const, address: more.address };
    return step('madvise', { target, length, advice }, 'db');
}

const ALL_ONES = '0xffffffffffffffff';
const NONE: readonly string[] = [];
const soft = (words = 'Soft offlining pfn PFN at process virtual address VA'): readonly string[] => [words];

/** The same row for both advices; nothing is printed and nothing happens. */
function refused(section: string, errno: string, argument: (advice: Advice) => Step, machine: Partial<MachineSpec> = owner(true)): Readonly<Record<Advice, TimelineRow>> {
    const row = (advice: Advice): TimelineRow => ({ section, page: { ...PAGE, machine }, steps: [[argument(advice), errno, NONE], [read(1), "'B'"]] });
    return { MADV_HWPOISON: row('MADV_HWPOISON'), MADV_SOFT_OFFLINE: row('MADV_SOFT_OFFLINE') };
}

const REFUSALS = {
    'unaligned start': refused('1.3 row 2', 'EINVAL', (advice) => call(advice, 4096, { byteOffset: 1 })),
    'unaligned start comes before the capability': refused('1.3 row 2', 'EINVAL', (advice) => call(advice, 4096, { byteOffset: 1 }), owner(false)),
    'length that rounds up to 0': refused('1.3 row 3', 'EINVAL', (advice) => call(advice, ALL_ONES)),
    'range that wraps': refused('1.3 row 4', 'EINVAL', (advice) => call(advice, '0xfffffffffffff000')),
    'length 0': refused('1.3 row 5', '0', (advice) => call(advice, 0)),
    'length 0 without capability': refused('1.3 row 5', '0', (advice) => call(advice, 0), owner(false)),
    'no capability': refused('1.3 row 6', 'EPERM', (advice) => call(advice, 4096), owner(false)),
    'unmapped address': refused('1.3 a', 'EFAULT', (advice) => call(advice, 4096, { address: '0x10000' })),
    'address of the kernel': refused('1.3 a', 'EFAULT', (advice) => call(advice, 4096, { address: '0xffff800000000000' })),
};

for (const advice of ['MADV_HWPOISON', 'MADV_SOFT_OFFLINE'] as const) {
    checkTimelines(`${advice} refuses`, Object.fromEntries(Object.entries(REFUSALS).map(([name, rows]) => [name, rows[advice]])));
}

const AR = (offset: string, fate: string): string => `AR db m+${offset} lsb 12 ${fate}`;

checkTimelines('MADV_HWPOISON over a range', {
    'length 1 is one page': { section: '1.3', page: PAGE, steps: [[call('MADV_HWPOISON', 1), `0, ${AR('0x1000', 'handled')}`], [read(2), "'C'"]] },
    'length 4097 is two pages': { section: '1.3', page: PAGE, steps: [[call('MADV_HWPOISON', 4097), `0, ${AR('0x2000', 'coalesced')}, ${AR('0x1000', 'handled')}`], [read(3), "'D'"]] },
    'three pages': { section: '1.3', page: PAGE, steps: [[onRange('madvise', 1, 3, { advice: 'MADV_HWPOISON' }), `0, ${AR('0x2000', 'coalesced')}, ${AR('0x3000', 'coalesced')}, ${AR('0x1000', 'handled')}`]] },
    'a hole ends it, earlier pages stay poisoned': {
        section: '1.3 e', page: PAGE, steps: [[onRange('munmap', 2, 1), '0'], [onRange('madvise', 1, 3, { advice: 'MADV_HWPOISON' }), `EFAULT, ${AR('0x1000', 'handled')}`], [read(1), AR('0x1000', 'handled')], [read(3), "'D'"]],
    },
    'a thp: one page of it': { section: '1.3 b', page: USER_MEMORY.thp, steps: [[onRange('madvise', 0, 512, { advice: 'MADV_HWPOISON' }), '0, AR db m+0x0 lsb 12 handled'], [read(1), "'B'"], [read(511), "'Z'"]] },
    'a thp from its middle': { section: '1.3 b', page: USER_MEMORY.thp, steps: [[onRange('madvise', 5, 4, { advice: 'MADV_HWPOISON' }), '0, AR db m+0x5000 lsb 12 handled'], [read(6), "'G'"]] },
    'two thps from the middle of the first: the same page of each': {
        section: '1.3 b', page: { ...USER_MEMORY.thp, machine: { processes: [process('db', [mapping('m', { pageCount: 1024, folioBytes: HUGE_PAGE, content: 'x' })])] } },
        steps: [[onRange('madvise', 5, 1000, { advice: 'MADV_HWPOISON' }), '0, AR db m+0x205000 lsb 12 coalesced, AR db m+0x5000 lsb 12 handled'], [read(5), 'AR db m+0x5000 lsb 12 handled'], [read(517), 'AR db m+0x205000 lsb 12 handled'], [read(512), "'x'"]],
    },
    'a huge page of hugetlb': { section: '1.3 b', page: HUGETLB['hugetlb anon'], steps: [[onRange('madvise', 0, 512, { advice: 'MADV_HWPOISON' }), '0, AR db m+0x0 lsb 21 handled']] },
    'Ignored ends it': { section: '1.3 e', page: USER_MEMORY['anon never touched'], steps: [[onRange('madvise', 0, 4, { advice: 'MADV_HWPOISON' }), 'EBUSY']] },
    'a page of the zero page that is poisoned already': { section: '0.3', page: USER_MEMORY['anon never touched'], steps: [[madvise(0, 'MADV_HWPOISON'), 'EBUSY'], [madvise(1, 'MADV_HWPOISON'), 'EHWPOISON, AR db m+0x0 lsb 12 handled']] },
    'the own mm by process_madvise': { section: '1.3', page: PAGE, steps: [[onRange('process_madvise', 1, 2, { advice: 'MADV_HWPOISON' }), `0, returned 8192, ${AR('0x2000', 'coalesced')}, ${AR('0x1000', 'handled')}`]] },
    'the mm of somebody else by process_madvise': {
        section: '1.3', page: { ...PAGE, machine: { processes: [process('db', [mapping('m')]), process('web', [])] } },
        steps: [[step('process_madvise', { target: at('db', 'm', 1), advice: 'MADV_HWPOISON', process: 'db' }, 'web'), 'EINVAL', NONE]],
    },
    'another thread calls: that one is told': {
        section: '1.3', page: { ...PAGE, machine: { processes: [process('db', [mapping('m')], { threads: ['', 'w'].map((name) => ({ name, source: 0, policy: 'default' as const, sigbusBlocked: false })) })] } },
        steps: [[step('madvise', { target: at('db', 'm', 1), advice: 'MADV_HWPOISON' }, 'db.w'), '0, AR db.w m+0x1000 lsb 12 handled']],
    },
});

checkTimelines('MADV_SOFT_OFFLINE over a range', {
    'length 100 is one page': { section: '1.3', page: PAGE, steps: [[call('MADV_SOFT_OFFLINE', 100), '0', soft()], [read(1), "'B'"]] },
    'two pages': { section: '1.3', page: PAGE, steps: [[onRange('madvise', 1, 2, { advice: 'MADV_SOFT_OFFLINE' }), '0', [...soft(), ...soft()]], [read(1), "'B'"], [read(2), "'C'"]] },
    'a hole ends it': { section: '1.3 e', page: PAGE, steps: [[onRange('munmap', 2, 1), '0'], [onRange('madvise', 1, 3, { advice: 'MADV_SOFT_OFFLINE' }), 'EFAULT', soft()], [read(1), "'B'"]] },
    'a thp: one page of it': { section: '1.3 b', page: USER_MEMORY.thp, steps: [[onRange('madvise', 0, 512, { advice: 'MADV_SOFT_OFFLINE' }), '0', soft()], [read(0), "'A'"], [read(511), "'Z'"]] },
});
