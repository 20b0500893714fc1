import type { MachineSpec } from '../../server/src/simulator/program.js';
import { at, step } from '../simulator/programs.js';
import { BAD } from './injections.js';
import { DEVICE_MEMORY, HUGETLB, KERNEL_MEMORY, PAGE_CACHE, USER_MEMORY, type PageState } from './page-states/index.js';
import { corrupt, fsync, hugepages, madvise, onFile, onRange, read, readAs, softOffline, write } from './steps-on-m.js';
import { checkTimelines, type TimelineRow } from './timeline-rows.js';

const NONE: readonly string[] = [];
const UNHANDLABLE = ['Memory failure: PFN: unhandlable page.'];
const SPLIT_FAILED = ['Soft offline: PFN: thp split failed'];
const CORRECTED = step('machine-check', { severity: 'CE', target: BAD });
const LOGGED = 'mce: [Hardware Error]: Machine check events logged';
const ALREADY = ['Soft offline: PFN: page already poisoned'];

/** The row that says so first, then what happened to the page and the counters. */
function gives(section: string, page: PageState, errno: string, log: readonly string[] = NONE, ...later: TimelineRow['steps']): TimelineRow {
    return { section: `6 step ${section}`, page, steps: [[softOffline, errno, log], ...later] };
}

checkTimelines('soft offline refuses', {
    'no struct page': gives('1', KERNEL_MEMORY.mmio, 'ENXIO'),
    'registered PFN map': gives('1', DEVICE_MEMORY['registered PFN map'], 'ENXIO'),
    'device memory': gives('2', DEVICE_MEMORY['fsdax on ext4'], 'EIO', NONE, [read(1), "'b'"]),
    'offline block': gives('2', DEVICE_MEMORY['offline block'], 'EIO'),
    'slab': gives('6', KERNEL_MEMORY.slab, 'ENOTRECOVERABLE', UNHANDLABLE),
    'tail of a large kmalloc': gives('6', KERNEL_MEMORY['large-kmalloc-tail'], 'ENOTRECOVERABLE', UNHANDLABLE),
    'page table': gives('6', KERNEL_MEMORY['page-table'], 'ENOTRECOVERABLE', UNHANDLABLE),
    'reserved': gives('6', KERNEL_MEMORY.reserved, 'ENOTRECOVERABLE', UNHANDLABLE),
    'zero page': gives('6', USER_MEMORY['zero page'], 'ENOTRECOVERABLE', UNHANDLABLE),
    'vmalloc': gives('7', KERNEL_MEMORY.vmalloc, 'EIO', UNHANDLABLE),
    'kernel stack': gives('7', KERNEL_MEMORY['kernel-stack'], 'EIO', UNHANDLABLE),
    'offline type': gives('7', KERNEL_MEMORY['offline-type'], 'EIO', UNHANDLABLE),
    'huge zero page': gives('7', USER_MEMORY['huge zero page'], 'EIO', UNHANDLABLE),
    'free huge pages that are all promised': gives('8', HUGETLB['hugetlb free, all reserved'], 'EBUSY'),
    'thp that cannot be split': gives('9', USER_MEMORY['thp pinned'], 'EBUSY', SPLIT_FAILED, [read(5), "'F'"]),
    'shmem thp that cannot be split': gives('9', PAGE_CACHE['tmpfs thp pinned'], 'EBUSY', SPLIT_FAILED),
    'dirty large folio of ext4': gives('9', PAGE_CACHE['ext4 large, dirty'], 'EBUSY', SPLIT_FAILED),
    'pinned by a pipe': gives('14', USER_MEMORY['anon pinned by a pipe'], 'EBUSY', [
        'Soft offline: PFN: page migration failed 1, type 0xfffffc002091c(referenced|uptodate|dirty|active|owner_2|swapbacked|node=0|zone=1|lastcpupid=0x1fffff)',
    ], [read(1), "'B'"]),
    'ramfs': gives('14', PAGE_CACHE.ramfs, 'EBUSY', ['Soft offline: PFN: page migration failed 1, type 0xfffffc0040018(uptodate|dirty|unevictable|node=0|zone=1|lastcpupid=0x1fffff)']),
    'hugetlb, pinned': gives('14', HUGETLB['hugetlb anon pinned'], 'EBUSY', ['Soft offline: PFN: hugepage migration failed 1, type 0xfffffc0000000(node=0|zone=1|lastcpupid=0x1fffff)']),
});

const AFTER = [corrupt, 'EHWPOISON'] as const;
const SOFT_BY_OWNER = ['Soft offlining pfn PFN at process virtual address VA'];

checkTimelines('soft offline takes the page away and nobody notices', {
    'free': gives('8', KERNEL_MEMORY.free, '0', NONE, AFTER),
    'free on a per-CPU list': gives('8', KERNEL_MEMORY['free-pcp'], '0', NONE, AFTER),
    'freed by the drain of an LRU batch': gives('8, as recorded', KERNEL_MEMORY['lru-batch'], '0', NONE, AFTER),
    'free huge page': gives('8', HUGETLB['hugetlb free'], '0', NONE, AFTER, [hugepages, '0, text: total=3 free=3']),
    'clean and unmapped page cache': gives('11', PAGE_CACHE['ext4 clean, unmapped'], '0', ['Soft offline: PFN: invalidated'], AFTER),
    'clean and unmapped, vfat': gives('11', PAGE_CACHE['vfat clean, unmapped'], '0', ['Soft offline: PFN: invalidated'], AFTER),
    'anonymous': gives('13', USER_MEMORY.anon, '0', NONE, AFTER, [read(1), "'B'"], [write(1), "'Z'"]),
    'anonymous, mlocked': gives('13', USER_MEMORY['anon mlocked'], '0', NONE, AFTER, [read(1), "'B'"]),
    'anonymous, shared after fork': gives('13', USER_MEMORY['anon shared copy-on-write'], '0', NONE, AFTER, [read(1), "'B'"], [readAs('child', 1), "'B'"]),
    'thp: one page of it': gives('13', USER_MEMORY.thp, '0', NONE, AFTER, [read(5), "'F'"], [read(4), "'E'"]),
    'mthp': gives('13', USER_MEMORY.mthp, '0', NONE, AFTER, [read(5), "'F'"]),
    'ksm': gives('13', USER_MEMORY.ksm, '0', NONE, AFTER, [read(1), "'A'"], [readAs('web', 1), "'A'"]),
    'swap cache': gives('13', USER_MEMORY['swap cache dirty'], '0', NONE, AFTER, [read(1), "'B'"]),
    'clean and mapped file page': gives('13', PAGE_CACHE['ext4 clean'], '0', NONE, AFTER, [read(1), "'b'"], [fsync(), '0']),
    'dirty file page: not lost': gives('13', PAGE_CACHE['ext4 dirty by page table'], '0', NONE, AFTER, [read(1), "'b'"], [onFile('pread', 1), "0, returned 64, 'b'"], [fsync(), '0']),
    'private copy of a file page': gives('13', PAGE_CACHE['ext4 clean, private, written'], '0', NONE, AFTER, [read(1), "'b'"]),
    'shmem': gives('13', PAGE_CACHE.memfd, '0', NONE, AFTER, [read(1), "'b'"], [onFile('pread', 1), "0, returned 64, 'b'"]),
    'shmem thp': gives('13', PAGE_CACHE['tmpfs thp'], '0', NONE, AFTER, [read(5), "'d'"]),
    'balloon': gives('5', KERNEL_MEMORY.balloon, '0', NONE, AFTER),
    'zsmalloc': gives('5', KERNEL_MEMORY.zsmalloc, '0', NONE, AFTER),
    'hugetlb: replaced, the old one dissolved': gives('13', HUGETLB['hugetlb anon'], '0', NONE, AFTER, [hugepages, '0, text: total=3 free=2'], [read(3), "'A'"]),
    'hugetlb file': gives('13', HUGETLB['hugetlb file'], '0', NONE, AFTER, [hugepages, '0, text: total=3 free=2'], [read(3), "'h'"], [onFile('pread', 3), "0, returned 64, 'h'"]),
    'hugetlb, the pool is empty: replaced by a fresh one': {
        ...gives('13', HUGETLB['hugetlb anon, the only one of the pool'], '0', NONE, AFTER, [read(3), "'A'"]),
    },
    'by the owner, twice: it is another page then': { section: '6 step 13, as recorded', page: USER_MEMORY.anon, steps: [[madvise(1, 'MADV_SOFT_OFFLINE'), '0', SOFT_BY_OWNER], [madvise(1, 'MADV_SOFT_OFFLINE'), '0', SOFT_BY_OWNER], [read(1), "'B'"]] },
});

function withSysctls(page: PageState, sysctls: Readonly<Record<string, number>>): PageState {
    const machine: Partial<MachineSpec> = { ...page.machine, sysctls };
    return { ...page, machine };
}

const DISABLED = { 'vm.enable_soft_offline': 0 };
const AO = 'AO db m+0x1000 lsb 12 handled';

checkTimelines('soft offline and the rest', {
    'already poisoned: success': { section: '6 step 4', page: USER_MEMORY.anon, steps: [[corrupt, `0, ${AO}`], [softOffline, '0', ALREADY]] },
    'twice by PFN': gives('4', USER_MEMORY.anon, '0', NONE, [softOffline, '0', ALREADY]),
    'disabled: said once a boot': {
        section: '6 step 3', page: withSysctls(USER_MEMORY.anon, DISABLED),
        steps: [[softOffline, 'EOPNOTSUPP', ['Soft offline: disabled by /proc/sys/vm/enable_soft_offline']], [softOffline, 'EOPNOTSUPP', NONE], [madvise(1, 'MADV_SOFT_OFFLINE'), 'EOPNOTSUPP', SOFT_BY_OWNER], [read(1), "'B'"]],
    },
    'disabled comes after the PFN checks': { section: '6 step 3', page: withSysctls(DEVICE_MEMORY['offline block'], DISABLED), steps: [[softOffline, 'EIO', NONE]] },
    'disabled comes before "already poisoned"': { section: '6 step 3', page: withSysctls(USER_MEMORY.anon, DISABLED), steps: [[corrupt, `0, ${AO}`], [softOffline, 'EOPNOTSUPP', ['Soft offline: disabled by /proc/sys/vm/enable_soft_offline']]] },
    'recovery switched off does not matter': { section: '6', page: withSysctls(USER_MEMORY.anon, { 'vm.memory_failure_recovery': 0 }), steps: [[softOffline, '0', NONE], [read(1), "'B'"]] },
    'never panics': { section: '6', page: withSysctls(KERNEL_MEMORY.slab, { 'vm.panic_on_unrecoverable_memory_failure': 1 }), steps: [[softOffline, 'ENOTRECOVERABLE', UNHANDLABLE]] },
    'corrected errors over the threshold': { section: '1.9', page: USER_MEMORY.anon, steps: [[step('cec-threshold', { target: BAD }), '', ['RAS: Soft-offlining pfn: PFN']], [read(1), "'B'"], AFTER] },
    'corrected errors: the second one, on Intel': { section: '1.9', page: USER_MEMORY.anon, steps: [[CORRECTED, '', [LOGGED]], [CORRECTED, '', [LOGGED, 'RAS: Soft-offlining pfn: PFN', 'mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 9: 8c0000400000009f']], [CORRECTED, '', [LOGGED]], [read(1), "'B'"], AFTER] },
    'corrected errors: not the second one, on AMD': { section: '1.9', page: { ...USER_MEMORY.anon, machine: { ...USER_MEMORY.anon.machine, cpuVendor: 'amd' } }, steps: [[CORRECTED, '', [LOGGED, '[Hardware Error]: Corrected error, no action required.']], [CORRECTED, '', [LOGGED, '[Hardware Error]: Corrected error, no action required.']], [softOffline, '0']] },
    'corrected errors in a slab page: nothing is killed': { section: '1.9', page: KERNEL_MEMORY.slab, steps: [[step('cec-threshold', { target: BAD }), '', ['RAS: Soft-offlining pfn: PFN', ...UNHANDLABLE]]] },
    'no hwpoison entry stays behind': { section: '6', page: USER_MEMORY.anon, steps: [[softOffline, '0'], [onRange('pagemap', 1, 1), '0, text: present'], [step('madvise', { target: at('db', 'm', 1), advice: 'MADV_HWPOISON' }, 'db'), '0, AR db m+0x1000 lsb 12 handled']] },
});
