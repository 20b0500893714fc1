import { expect, test } from 'vitest';
import type { Step } from '../../server/src/simulator/program.js';
import type { Counters } from '../../server/src/simulator/trace.js';
import { step } from '../simulator/programs.js';
import { INJECTIONS, type Injection } from './injections.js';
import { stepsAfter } from './observed.js';
import { DEVICE_MEMORY, HUGETLB, KERNEL_MEMORY, PAGE_CACHE, USER_MEMORY, type PageState } from './page-states/index.js';
import { inRegion } from './page-states/page-state.js';
import { exit, read } from './steps-on-m.js';

/** HardwareCorrupted in pages, then total, ignored, failed, delayed and recovered of node 0. */
function short({ poisonedPages, nodes }: Counters): string {
    const { total, ignored, failed, delayed, recovered } = nodes[0]!;
    return `${poisonedPages} | ${total}: ${ignored} ${failed} ${delayed} ${recovered}`;
}

const unpoison = step('unpoison-pfn', { target: { kind: 'frame', frame: 'bad', byteOffset: 0 } });
const otherRaw = step('corrupt-pfn', { target: { ...inRegion('free', 9) } });

type Event = Injection | Step;

/** What is done to the page, and the counters after all of it. */
const ROWS: readonly (readonly [string, string, PageState, readonly Event[], string])[] = [
    ['8', 'recovered', USER_MEMORY.anon, ['corrupt-pfn'], '1 | 1: 0 0 0 1'],
    ['8', 'ignored pages count too', KERNEL_MEMORY.slab, ['corrupt-pfn'], '1 | 1: 1 0 0 0'],
    ['8', 'failed', PAGE_CACHE['vfat dirty'], ['corrupt-pfn'], '1 | 1: 0 1 0 0'],
    ['8', 'delayed', USER_MEMORY['swap cache dirty'], ['corrupt-pfn'], '1 | 1: 0 0 1 0'],
    ['8', 'already poisoned does not', USER_MEMORY.anon, ['corrupt-pfn', 'corrupt-pfn', 'hard_offline_page'], '1 | 1: 0 0 0 1'],
    ['8', 'no struct page does not', KERNEL_MEMORY['beyond-ram'], ['hard_offline_page', 'hard_offline_page'], '0 | 0: 0 0 0 0'],
    ['8', 'outside kernel control does not', DEVICE_MEMORY['offline block'], ['corrupt-pfn'], '0 | 0: 0 0 0 0'],
    ['8', 'DAX repeats add up', DEVICE_MEMORY['fsdax on ext4'], ['corrupt-pfn', 'corrupt-pfn', 'corrupt-pfn'], '3 | 3: 0 0 0 3'],
    ['8', 'a second raw page adds up', HUGETLB['hugetlb free, all reserved'], ['corrupt-pfn', otherRaw], '2 | 2: 0 2 0 0'],
    ['8', 'soft offline: no node statistics', USER_MEMORY.anon, ['soft_offline_page'], '1 | 0: 0 0 0 0'],
    ['8', 'soft offline that failed', PAGE_CACHE.ramfs, ['soft_offline_page'], '0 | 0: 0 0 0 0'],
    ['8', 'unpoison takes one off, not from the node', KERNEL_MEMORY.free, ['corrupt-pfn', unpoison], '0 | 1: 0 0 0 1'],
    ['8', 'unpoison of a soft-offlined page', USER_MEMORY.anon, ['soft_offline_page', unpoison], '0 | 0: 0 0 0 0'],
    ['8', 'unpoison that was refused', PAGE_CACHE.memfd, ['corrupt-pfn', unpoison], '1 | 1: 0 0 0 1'],
    ['8', 'unpoison of a huge page: one a raw page', { ...HUGETLB['hugetlb free, all reserved'], target: inRegion('free', 0) }, ['corrupt-pfn', otherRaw, unpoison], '0 | 2: 0 2 0 0'],
    ['8', 'poison and unpoison again', KERNEL_MEMORY.free, ['corrupt-pfn', unpoison, 'corrupt-pfn'], '1 | 2: 0 0 0 2'],
    ['2.10', 'exit gives nothing back', USER_MEMORY.anon, ['corrupt-pfn', exit()], '1 | 1: 0 0 0 1'],
    ['5.1', 'accesses count nothing', USER_MEMORY.anon, ['corrupt-pfn', read(1), read(1)], '1 | 1: 0 0 0 1'],
    ['1.6', 'a machine check counts as any', USER_MEMORY.anon, ['machine check AO', 'machine check AO'], '1 | 1: 0 0 0 1'],
];

test.each(ROWS)('section %s: %s', (_section, _name, page, events, expected) => {
    const { trace } = stepsAfter(page, events.map((event) => (typeof event === 'string' ? INJECTIONS[event](page) : event)));
    expect(short(trace.end.counters)).toBe(expected);
});

test('section 8: every node counts its own pages', () => {
    const nodes = [{ id: 0, pfn: 0, pageCount: 0x8000 }, { id: 1, pfn: 0x8000, pageCount: 0x38000 }];
    const { trace } = stepsAfter({ machine: { nodes }, target: { kind: 'pfn', pfn: 0x9000 } }, [step('corrupt-pfn', { target: { kind: 'pfn', pfn: 0x9000 } }), step('corrupt-pfn', { target: { kind: 'pfn', pfn: 1 } }), step('corrupt-pfn', { target: { kind: 'pfn', pfn: 0x7fff } })]);
    expect(trace.end.counters).toEqual({ poisonedPages: 3, nodes: [{ total: 2, ignored: 1, failed: 0, delayed: 0, recovered: 1 }, { total: 1, ignored: 0, failed: 0, delayed: 0, recovered: 1 }] });
});
