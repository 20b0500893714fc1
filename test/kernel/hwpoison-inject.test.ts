import type { MachineSpec, Step } from '../../server/src/simulator/program.js';
import { mapping, step } from '../simulator/programs.js';
import { BAD } from './injections.js';
import { DEVICE_MEMORY, HUGETLB, KERNEL_MEMORY, PAGE_CACHE, USER_MEMORY, type PageState } from './page-states/index.js';
import { earlyProcess } from './page-states/page-state.js';
import { corrupt, madvise, read, softOffline, unpoison } from './steps-on-m.js';
import { checkTimelines, type TimelineRow, type TimelineRows } from './timeline-rows.js';

const NONE: readonly string[] = [];
const AT_PFN = 'Injecting memory failure at pfn PFN';
const AO = 'AO db m+0x1000 lsb 12 handled';
const hardOffline = step('hard_offline_page', { target: BAD });

function raw(op: string, text: string): Step {
    return step(op, { raw: text });
}

const WITHOUT_CAPABILITY = { ...USER_MEMORY.anon, machine: { processes: [earlyProcess('db', [mapping('m')], { capSysAdmin: false })] } };

checkTimelines('the files of hwpoison-inject and sysfs', {
    'no capability': {
        section: '1.4, 1.5', page: WITHOUT_CAPABILITY,
        steps: ['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page'].map((op) => [step(op, { target: BAD }, 'db'), 'EPERM', NONE] as const),
    },
    'no number': { section: '1.4, 1.5', page: USER_MEMORY.anon, steps: ['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page'].map((op) => [raw(op, 'abc'), 'EINVAL', NONE] as const) },
    'negative, empty': { section: '1.4, as recorded', page: USER_MEMORY.anon, steps: [[raw('corrupt-pfn', '-1'), 'EINVAL', NONE], [raw('corrupt-pfn', ''), 'EINVAL', NONE]] },
    'decimal and hex': {
        section: '1.4', page: USER_MEMORY.anon,
        steps: [[raw('corrupt-pfn', '0x8000'), '0', [AT_PFN, 'Memory failure: PFN: recovery action for free buddy page: Recovered']], [raw('corrupt-pfn', '32768'), 'EHWPOISON', [AT_PFN, 'Memory failure: PFN: recovery action for already poisoned page: Failed']]],
    },
    'sysfs takes a byte address': {
        section: '1.5', page: USER_MEMORY.anon,
        steps: [[raw('hard_offline_page', '0x8000fff'), '0', ['Memory failure: PFN: recovery action for free buddy page: Recovered']], [raw('corrupt-pfn', '0x8000'), 'EHWPOISON'], [raw('soft_offline_page', '0x8001000'), '0', NONE]],
    },
    'write-only': { section: '1.4, as recorded', page: USER_MEMORY.anon, steps: [[step('open-inject-file', { file: 'corrupt-pfn' }), '0'], [step('read-inject-file', { file: 'corrupt-pfn' }), 'EACCES']] },
    'a PFN without struct page: corrupt-pfn': { section: '1.4 step 2', page: KERNEL_MEMORY.mmio, steps: [[corrupt, 'ENXIO', NONE]] },
    'a PFN without struct page: hard_offline_page takes it': { section: '1.5', page: KERNEL_MEMORY.mmio, steps: [[hardOffline, 'EBUSY', ['Memory failure: PFN: recovery action for non struct page pfn: Ignored']]] },
    'a PFN without struct page: soft_offline_page': { section: '6 step 1', page: KERNEL_MEMORY.mmio, steps: [[softOffline, 'ENXIO', NONE]] },
    'no line from hard_offline_page before the failure itself': { section: '1.2', page: KERNEL_MEMORY.slab, steps: [[hardOffline, 'EBUSY', ['Memory failure: PFN: unhandlable page.', 'Memory failure: PFN: recovery action for reserved kernel page: Ignored']]] },
});

const KPF = { ANON: 1n << 12n, HUGE: 1n << 17n, LRU: 1n << 5n };

function filter(values: Readonly<Record<string, string | bigint>>, more: Partial<MachineSpec> = {}): Partial<MachineSpec> {
    return { ...more, filters: { 'corrupt-filter-enable': '1', ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`corrupt-filter-${name}`, value.toString()])) } };
}

function flags(mask: bigint, value: bigint): Partial<MachineSpec> {
    return filter({ 'flags-mask': mask, 'flags-value': value });
}

const REJECTS_ANON = flags(KPF.ANON, 0n);
const PASSED = ['Memory failure: PFN: Sending SIGBUS to db due to hardware memory corruption', 'Memory failure: PFN: recovery action for dirty LRU page: Recovered'];

function filtered(machine: Partial<MachineSpec>, page: PageState, ...steps: TimelineRow['steps']): TimelineRow {
    return { section: '1.4 filters', page: { ...page, machine: { ...page.machine, ...machine } }, steps };
}

const CGROUPS: Partial<MachineSpec> = { cgroups: [{ name: 'mine', source: 0, inode: 28 }, { name: 'other', source: 0, inode: 29 }], processes: [earlyProcess('db', [mapping('m')], { cgroup: 'mine' })] };
const EXT4_DEVICE = { 'dev-major': '8', 'dev-minor': '2' };

checkTimelines('a filter that lets the page through', {
    'only the master switch': filtered(filter({}), USER_MEMORY.anon, [corrupt, `0, ${AO}`, [AT_PFN, ...PASSED]]),
    'only the master switch, free page': filtered(filter({}), KERNEL_MEMORY.free, [corrupt, '0', [AT_PFN, 'Memory failure: PFN: recovery action for free buddy page: Recovered']]),
    'flags match': filtered(flags(KPF.ANON, KPF.ANON), USER_MEMORY.anon, [corrupt, `0, ${AO}`]),
    'mask 0 is off, whatever the value': filtered(filter({ 'flags-mask': '0', 'flags-value': '4096' }), USER_MEMORY.anon, [corrupt, `0, ${AO}`]),
    'device matches': filtered(filter(EXT4_DEVICE), PAGE_CACHE['ext4 dirty'], [corrupt, `0, ${AO}`]),
    'device, minor only': filtered(filter({ 'dev-minor': '2' }), PAGE_CACHE['ext4 dirty'], [corrupt, `0, ${AO}`]),
    'memcg matches': filtered(filter({ memcg: '28' }, CGROUPS), USER_MEMORY.anon, [corrupt, `0, ${AO}`]),
    'switched off': filtered({ filters: { ...REJECTS_ANON.filters, 'corrupt-filter-enable': '0' } }, USER_MEMORY.anon, [corrupt, `0, ${AO}`]),
    'switched on while it runs': filtered({}, USER_MEMORY.anon, [step('filter', { name: 'corrupt-filter-enable', value: '1' }), '0'], [step('filter', { name: 'corrupt-filter-memcg', value: '28' }), '0'], [corrupt, '0', NONE]),
});

checkTimelines('a filter that rejects the page: success, in silence', {
    'corrupt-pfn on a slab page': filtered(filter({}), KERNEL_MEMORY.slab, [corrupt, '0', NONE]),
    'corrupt-pfn on a driver page': filtered(filter({}), KERNEL_MEMORY.driver, [corrupt, '0', NONE]),
    'corrupt-pfn, flags': filtered(REJECTS_ANON, USER_MEMORY.anon, [corrupt, '0', NONE], [read(1), "'B'"], [unpoison, 'EBUSY', ['Unpoison: PFN: page was already unpoisoned']]),
    'hard_offline_page: no reference stays behind': filtered(filter({ 'dev-major': '9' }), PAGE_CACHE['ext4 clean'], [hardOffline, '0', NONE], [step('filter', { name: 'corrupt-filter-enable', value: '0' }), '0'], [corrupt, '0']),
    'corrupt-pfn, flags of a hugetlb page': filtered(flags(KPF.HUGE, 0n), HUGETLB['hugetlb anon'], [corrupt, '0', NONE]),
    'corrupt-pfn, device of an anonymous page': filtered(filter(EXT4_DEVICE), USER_MEMORY.anon, [corrupt, '0', NONE]),
    'corrupt-pfn, another device': filtered(filter({ 'dev-major': '9' }), PAGE_CACHE['ext4 dirty'], [corrupt, '0', NONE]),
    'corrupt-pfn, another memcg': filtered(filter({ memcg: '29' }, CGROUPS), USER_MEMORY.anon, [corrupt, '0', NONE]),
    'corrupt-pfn, memcg of a free page': filtered(filter({ memcg: '28' }, CGROUPS), KERNEL_MEMORY.free, [corrupt, '0', NONE]),
    'hard_offline_page': filtered(REJECTS_ANON, USER_MEMORY.anon, [hardOffline, '0', NONE], [read(1), "'B'"], [unpoison, 'EBUSY', ['Unpoison: PFN: page was already unpoisoned']]),
    'madvise: after its line': filtered(REJECTS_ANON, USER_MEMORY.anon, [madvise(1, 'MADV_HWPOISON'), '0', ['Injecting memory failure for pfn PFN at process virtual address VA']], [read(1), "'B'"]),
    'madvise on hugetlb': filtered(flags(KPF.HUGE, 0n), HUGETLB['hugetlb anon'], [madvise(3, 'MADV_HWPOISON'), '0', ['Injecting memory failure for pfn PFN at process virtual address VA']], [read(3), "'A'"]),
    'fsdax': filtered(filter({ 'dev-major': '9' }), DEVICE_MEMORY['fsdax on ext4'], [hardOffline, '0', NONE], [read(1), "'b'"]),
});

checkTimelines('the filter elsewhere', {
    'soft offline hands the errno on': filtered(REJECTS_ANON, USER_MEMORY.anon, [softOffline, 'EOPNOTSUPP', NONE], [madvise(1, 'MADV_SOFT_OFFLINE'), 'EOPNOTSUPP', ['Soft offlining pfn PFN at process virtual address VA']], [read(1), "'B'"]),
    'kernel-owned pages never meet it in memory_failure()': filtered(REJECTS_ANON, KERNEL_MEMORY.slab, [hardOffline, 'EBUSY', ['Memory failure: PFN: unhandlable page.', 'Memory failure: PFN: recovery action for reserved kernel page: Ignored']]),
    'free pages never meet it in memory_failure()': filtered(flags(KPF.LRU, KPF.LRU), KERNEL_MEMORY.free, [hardOffline, '0', ['Memory failure: PFN: recovery action for free buddy page: Recovered']]),
    'a file system that claims failures on DAX never meets it': filtered(filter({ 'dev-major': '9' }), DEVICE_MEMORY['fsdax on xfs'], [hardOffline, `0, ${AO}`, ['Memory failure: PFN: Sending SIGBUS to db due to hardware memory corruption', 'Memory failure: PFN: recovery action for dax page: Recovered']]),
    'poisoned pages are not filtered': filtered({}, USER_MEMORY.anon, [corrupt, `0, ${AO}`], [step('filter', { name: 'corrupt-filter-enable', value: '1' }), '0'], [step('filter', { name: 'corrupt-filter-memcg', value: '5' }), '0'], [hardOffline, 'EHWPOISON', ['Memory failure: PFN: recovery action for already poisoned page: Failed']]),
    'a machine check is filtered too: no signal, no recovery': filtered(REJECTS_ANON, USER_MEMORY.anon, [step('machine-check', { severity: 'AO', target: BAD }), '']),
    'nothing takes the bad page away: the task meets it again and again': filtered(REJECTS_ANON, USER_MEMORY.anon, [step('machine-check', { severity: 'AO', target: BAD }), ''], [read(1), '']),
} satisfies TimelineRows);
