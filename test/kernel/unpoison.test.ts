import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { step } from '../simulator/programs.js';
import { BAD } from './injections.js';
import { DEVICE_MEMORY, HUGETLB, KERNEL_MEMORY, PAGE_CACHE, USER_MEMORY } from './page-states/index.js';
import { inRegion } from './page-states/page-state.js';
import { corrupt, exit, hugepages, onRange, read, softOffline, unpoison } from './steps-on-m.js';
import { checkTimelines } from './timeline-rows.js';

const AO = 'AO db m+0x1000 lsb 12 handled';
const AR = 'AR db m+0x1000 lsb 12 handled';
const HIT = [corrupt, `0, ${AO}`] as const;
const GONE = [exit(), 'db ends'] as const;

function said(text: string): readonly string[] {
    return [`Unpoison: PFN: ${text}`];
}

const OK = said('software-unpoisoned page');
const DONE = [unpoison, '0', OK] as const;
const TWICE = [unpoison, 'EBUSY', said('page was already unpoisoned')] as const;
const SILENT: readonly string[] = [];
const truncateAll = step('ftruncate', { file: 'f', length: 0 });

checkTimelines('unpoison refuses', {
    'no struct page': { section: '7 row 1', page: KERNEL_MEMORY.mmio, steps: [[unpoison, 'EIO', SILENT]] },
    'offline block': { section: '7 row 1', page: DEVICE_MEMORY['offline block'], steps: [[unpoison, 'EIO', SILENT]] },
    'device memory': { section: '7 row 1', page: DEVICE_MEMORY['fsdax on ext4'], steps: [[corrupt, `0, ${AO}`], [unpoison, 'EIO', SILENT]] },
    'after a hardware failure anywhere': { section: '7 row 2', page: USER_MEMORY.anon, steps: [HIT, [step('machine-check', { severity: 'AO', target: { kind: 'pfn', pfn: 0x9000 } }), ''], GONE, [unpoison, 'EOPNOTSUPP', said('disabled after HW memory failure')]] },
    'huge zero page': { section: '7 row 3', page: USER_MEMORY['huge zero page'], steps: [[corrupt, 'EBUSY'], [unpoison, 'EOPNOTSUPP', said('huge zero page is not supported')]] },
    'never poisoned': { section: '7 row 4', page: USER_MEMORY.anon, steps: [[unpoison, 'EBUSY', said('page was already unpoisoned')]] },
    'twice': { section: '7 row 4', page: KERNEL_MEMORY.free, steps: [[corrupt, '0'], DONE, TWICE] },
    'unsplit thp, pinned': { section: '7 row 5', page: USER_MEMORY['thp pinned'], steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [unpoison, 'EBUSY', said('someone grabs the hwpoison page')]] },
    'shmem page in the page cache': { section: '7 row 5', page: PAGE_CACHE.memfd, steps: [HIT, [unpoison, 'EBUSY', said('someone grabs the hwpoison page')]] },
    'dirty swap-cache page': { section: '7 row 5', page: USER_MEMORY['swap cache dirty'], steps: [HIT, [unpoison, 'EBUSY', said('someone grabs the hwpoison page')]] },
    'slab': { section: '7 row 6', page: KERNEL_MEMORY.slab, steps: [[corrupt, 'EBUSY'], [unpoison, 'EBUSY', SILENT]] },
    'page table': { section: '7 row 6', page: KERNEL_MEMORY['page-table'], steps: [[corrupt, 'EBUSY'], [unpoison, 'EBUSY', SILENT]] },
    'reserved': { section: '7 row 6', page: KERNEL_MEMORY.reserved, steps: [[corrupt, 'EBUSY'], [unpoison, 'EBUSY', SILENT]] },
    'offline type': { section: '7 row 6', page: KERNEL_MEMORY.balloon, steps: [[corrupt, 'EBUSY'], [unpoison, 'EBUSY', SILENT]] },
    'hugetlb file, raw page: the mark is on the head': { section: '7, hugetlb in use', page: HUGETLB['hugetlb file'], steps: [[corrupt, '0, AO db m+0x3000 lsb 21 handled'], [unpoison, 'EBUSY', said('page was already unpoisoned')]] },
});

checkTimelines('unpoison succeeds', {
    'anonymous, owner gone: freed': { section: '7 row 12', page: USER_MEMORY.anon, steps: [HIT, GONE, DONE, TWICE, [corrupt, '0', ['Injecting memory failure at pfn PFN', 'Memory failure: PFN: recovery action for free buddy page: Recovered']]] },
    'anonymous, still named by a hwpoison entry: that stays': { section: '7', page: USER_MEMORY.anon, steps: [HIT, DONE, [read(1), AR], TWICE] },
    'page of a split thp': { section: '7, as recorded', page: USER_MEMORY.thp, steps: [[corrupt, '0, AO db m+0x5000 lsb 12 handled'], DONE, [read(5), 'AR db m+0x5000 lsb 12 handled'], [read(6), "'G'"]] },
    'free': { section: '7 row 9', page: KERNEL_MEMORY.free, steps: [[corrupt, '0'], DONE, [corrupt, '0', ['Injecting memory failure at pfn PFN', 'Memory failure: PFN: recovery action for free buddy page: Recovered']]] },
    'soft-offlined': { section: '7 row 12', page: USER_MEMORY.anon, steps: [[softOffline, '0'], DONE, [read(1), "'B'"]] },
    'soft-offlined while free': { section: '7 row 9', page: KERNEL_MEMORY.free, steps: [[softOffline, '0'], DONE] },
    'dirty file page that was dropped': { section: '7 row 12', page: PAGE_CACHE['ext4 dirty'], steps: [HIT, DONE, [read(1), AR]] },
    'shmem page after the file is gone': { section: '7 row 12', page: PAGE_CACHE.memfd, steps: [HIT, GONE, [step('unlink', { file: 'f' }), '0'], DONE] },
    'shmem page after truncation': { section: '7 row 12', page: PAGE_CACHE['tmpfs written, unmapped'], steps: [[corrupt, '0'], [truncateAll, '0'], DONE] },
    'vmalloc: the reference of the owner goes': { section: '7 row 12, 0.10', page: KERNEL_MEMORY.vmalloc, steps: [[corrupt, 'EBUSY'], DONE, [corrupt, '0', ['Injecting memory failure at pfn PFN', 'Memory failure: PFN: recovery action for free buddy page: Recovered']]] },
    'large kmalloc: frozen, no reference': { section: '7 row 11, as recorded', page: { ...KERNEL_MEMORY['large-kmalloc'], target: inRegion('r', 0) }, steps: [[corrupt, 'EBUSY'], DONE] },
    'tail of a non-compound high-order allocation': { section: '7 row 11', page: KERNEL_MEMORY['high-order-tail'], steps: [[corrupt, 'EBUSY'], DONE, TWICE] },
    'free huge page, dissolved: the raw page': { section: '7 row 12, as recorded', page: HUGETLB['hugetlb free'], steps: [[corrupt, '0'], DONE, [hugepages, '0, text: total=3 free=3']] },
    'free huge page that stayed in the pool': { section: '7 row 10', page: { ...HUGETLB['hugetlb free, all reserved'], target: inRegion('free', 0) }, steps: [[corrupt, 'EBUSY'], DONE, [hugepages, '0, text: total=1 free=1'], TWICE] },
    'hugetlb anonymous': { section: '7 row 12', page: HUGETLB['hugetlb anon'], steps: [[corrupt, '0, AO db m+0x3000 lsb 21 handled'], DONE] },
    'hugetlb file after it is gone: the head': {
        section: '7, hugetlb in use', page: { ...HUGETLB['hugetlb file'], target: { ...HUGETLB['hugetlb file'].target, page: 0 } as typeof HUGETLB['hugetlb file']['target'] },
        steps: [[corrupt, '0, AO db m+0x0 lsb 21 handled'], [unpoison, 'EBUSY', said('someone grabs the hwpoison page')], [onRange('munmap', 0, 512), '0'], [truncateAll, '0'], DONE],
    },
    'as often as one likes': { section: '7', page: KERNEL_MEMORY.free, steps: [[corrupt, '0'], DONE, [corrupt, '0'], DONE, [step('kpageflags', { target: BAD }), '0, text: BUDDY']] },
});

test('ten messages in five seconds are printed', async () => {
    const steps = (times: number): string => Array.from({ length: times }, () => 'unpoison-pfn spare').join('\n');
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\nregion spare = free 1 page\n${steps(13)}\nat +6s unpoison-pfn spare\n}`);
    const lines = scenarios[0]!.trace!.steps.map(({ events }) => events.flatMap((event) => event.t === 'log' ? [event.text.replace(/0x[0-9a-f]+/, 'PFN')] : []));
    const refusal = 'Unpoison: PFN: page was already unpoisoned';
    expect(lines).toEqual([...Array.from({ length: 10 }, () => [refusal]), [], [], [], ['unpoison_memory: 3 callbacks suppressed', refusal]]);
});
