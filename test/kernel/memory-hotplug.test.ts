import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';

/** What each step gave back: errno, or a text. */
async function outcomes(version: KernelVersion, body: string): Promise<{ readonly steps: readonly string[]; readonly notModelled: readonly string[] }> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n${body}\n}`, { overrides: { kernel: { written: version, version, proposals: [] } } });
    const { steps, notModelled } = scenarios[0]!.trace!;
    return { steps: steps.map(({ outcome }) => outcome.text ?? outcome.errno), notModelled: notModelled.map(({ what }) => what) };
}

// Block 1 of 128 MiB begins at pfn 0x8000.
const POISONED = `region spare = free 4 pages at pfn 0x8000
    corrupt-pfn spare[1]
    offline-block spare[2]
    corrupt-pfn spare[3]
    kpageflags spare[1]
    offline-block spare
    online-block spare
    kpageflags spare[1]
    corrupt-pfn spare[1]`;

test.each<[KernelVersion, readonly string[]]>([
    ['6.1', ['0', '0', 'ENXIO', 'NOPAGE', 'EINVAL', '0', 'BUDDY', '0']],
    ['6.6', ['0', '0', 'ENXIO', 'NOPAGE', 'EINVAL', 'EHWPOISON', 'NOPAGE', 'ENXIO']],
    ['7.3', ['0', '0', 'ENXIO', '(none)', 'EINVAL', 'EHWPOISON', '(none)', 'ENXIO']],
])('%s: poison does not keep a block online, and may keep it offline', async (version, steps) => {
    expect(await outcomes(version, POISONED)).toEqual({ steps, notModelled: [] });
});

test.each([
    ['slab', 'region r = slab 1 page at pfn 0x8000\n    offline-block r', ['EBUSY']],
    ['vmalloc', 'region r = vmalloc 1 page at pfn 0x8000\n    offline-block r', ['EBUSY']],
    ['what is reserved at the start of memory', 'offline-block pfn 5', ['EINVAL']],
    ['a block that is online already', 'online-block pfn 0x8000', ['EINVAL']],
])('%s', async (_name, body, steps) => {
    expect(await outcomes('7.3', body)).toEqual({ steps, notModelled: [] });
});

test('blocks that are declared offline come back one by one', async () => {
    const { steps } = await outcomes('7.3', 'memory 1 GiB\n    offline at phys 256 MiB size 256 MiB\n    online-block pfn 0x10000\n    corrupt-pfn pfn 0x10000\n    corrupt-pfn pfn 0x18000');
    expect(steps).toEqual(['0', '0', 'ENXIO']);
});

// Page 65540 of a mapping of 512 MiB lies in the block that begins at pfn 0x10000, which it fills.
const busy = (attributes = ''): string => `process db { map heap = anon 512 MiB written ${attributes} }`;
const BLOCK = 'pfn 0x10000';

describe('pages in use in a block that goes offline', () => {
    test('move, with what they hold and who maps them', async () => {
        const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {
    ${busy()}
    page first = db.heap[65540]
    offline-block first
        expect errno 0
    corrupt-pfn first
        expect errno ENXIO
    kpageflags db.heap[65540]
        expect text "REFERENCED,UPTODATE,LRU,MMAP,ANON,SWAPBACKED,OWNER_2 mapped by db"
    db: read heap[65540]
        expect value "Z" no signal
    corrupt-pfn db.heap[65540]
        expect MF_MSG_DIRTY_LRU MF_RECOVERED
    db: read heap[65540]
        expect SIGBUS BUS_MCEERR_AR to db
}`);
        expect([scenarios[0]!.status, scenarios[0]!.issues.filter(({ severity }) => severity === 'error')]).toEqual(['passed', []]);
    });

    test.each<[string, KernelVersion, string, readonly string[]]>([
        ['locked ones too', '7.3', `${busy('mlocked')}\n    offline-block ${BLOCK}`, ['0']],
        ['huge ones too', '7.3', `${busy('thp')}\n    offline-block ${BLOCK}`, ['0']],
        ['a bad one stays behind', '7.3', `${busy()}\n    soft_offline_page db.heap[65540]\n    offline-block ${BLOCK}\n    online-block ${BLOCK}`, ['0', '0', 'EHWPOISON']],
        ['and the block comes back in 6.1', '6.1', `${busy()}\n    hard_offline_page db.heap[65540]\n    offline-block ${BLOCK}\n    online-block ${BLOCK}`, ['0', '0', '0']],
        ['a pinned one is tried again until a signal comes', '7.3', `${busy()}\n    db: pin heap[65540] by io_uring\n    offline-block ${BLOCK}\n    db: unpin heap[65540]\n    offline-block ${BLOCK}`, ['0', 'EINTR', '0', '0']],
        ['an isolated one is not on the LRU', '7.3', `${busy()}\n    kernel: isolate db.heap[65540]\n    offline-block ${BLOCK}`, ['0', 'EBUSY']],
        ['the pool gives up the huge pages of the block', '7.3', `hugetlb 2 MiB 200 pages\n    process db { map heap = hugetlb 2 MiB 100 pages written }\n    hugepages\n    offline-block db.heap[20000]\n    hugepages`, ['total=200 free=100', '0', 'total=136 free=36']],
        ['promised huge pages stay', '7.3', `hugetlb 2 MiB 100 pages\n    process db { map heap = hugetlb 2 MiB 50 pages written; map more = hugetlb 2 MiB 50 pages untouched }\n    offline-block db.heap[20000]`, ['EBUSY']],
        ['a marked huge page of a file stays', '7.3', `hugetlb 2 MiB 100 pages\n    file log = hugetlbfs 2 MiB 100 pages\n    process db { map m = log shared written }\n    hard_offline_page db.m[20000]\n    offline-block db.m[20512]`, ['0', 'EBUSY']],
        ['6.1 tries to move it', '6.1', `hugetlb 2 MiB 100 pages\n    file log = hugetlbfs 2 MiB 100 pages\n    process db { map m = log shared written }\n    hard_offline_page db.m[20000]\n    offline-block db.m[20512]`, ['0', 'EINTR']],
    ])('%s', async (_name, version, body, steps) => {
        expect(await outcomes(version, body)).toEqual({ steps, notModelled: [] });
    });

    test('where to when memory is full is not described', async () => {
        const { notModelled } = await outcomes('7.3', `memory 1 GiB\n    process db { map heap = anon 900 MiB written }\n    offline-block ${BLOCK}`);
        expect(notModelled.join()).toContain('when the memory above is full');
    });
});
