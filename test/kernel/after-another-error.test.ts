/** What a page that was met before, or a neighbour of one, does at the next event: splits, pools, lists. */
import type { MachineSpec, Step } from '../../server/src/simulator/program.js';
import { at, step } from '../simulator/programs.js';
import { HUGETLB, KERNEL_MEMORY, PAGE_CACHE, USER_MEMORY } from './page-states/index.js';
import { GIGANTIC_PAGE, inFile, mapped, type PageState } from './page-states/page-state.js';
import { file, fileUnmapped } from './page-states/page-cache.js';
import { corrupt, exit, hugepages, onFile, onRange, read, readAs, softOffline, unpoison, write } from './steps-on-m.js';
import { checkTimelines } from './timeline-rows.js';

const ONE = { target: inFile('f', 1) };
const corruptFile = (page: number): Step => step('corrupt-pfn', { target: inFile('f', page) });
const corruptHeap = (page: number): Step => step('corrupt-pfn', { target: at('db', 'm', page) });
const softHeap = (page: number): Step => step('soft_offline_page', { target: at('db', 'm', page) });
const softFile = (page: number): Step => step('soft_offline_page', { target: inFile('f', page) });
const flags = (page: number): Step => step('kpageflags', { target: at('db', 'm', page) });
const namedFlags = step('kpageflags', { target: { kind: 'frame', frame: 'neighbour', byteOffset: 0 } });
const neighbour = step('corrupt-pfn', { target: { kind: 'frame', frame: 'neighbour', byteOffset: 0 } });
const unpin = step('unpin', {}, 'db');
const recovered = (page: string): readonly string[] => ['Injecting memory failure at pfn PFN', `Memory failure: PFN: recovery action for ${page}: Recovered`];

/** A second frame with a name of its own. */
function withNeighbour(page: PageState, place: MachineSpec['frames'][number]['place']): Partial<MachineSpec> {
    return { frames: [{ name: 'bad', source: 0, place: page.target }, { name: 'neighbour', source: 0, place }] };
}

checkTimelines('pages of a folio that an error has split', {
    'shmem: the next error finds one reference of the page cache': {
        section: '9.1 thp_shmem', page: PAGE_CACHE['tmpfs thp'],
        steps: [[corrupt, '0'], [corruptFile(9), '0', recovered('dirty LRU page')], [softFile(11), '0', []], [onFile('pread', 9), 'EIO'], [onFile('pread', 11), "0, returned 64, 'd'"]],
    },
    'ext4: clean, the next one is dropped too': {
        section: '9.2 file_clean_unmapped', page: fileUnmapped(file('ext4', { bytes: 65536, folioBytes: 65536 })),
        steps: [[corrupt, '0'], [corruptFile(9), '0', recovered('clean LRU page')], [softFile(11), '0', ['Soft offline: PFN: invalidated']]],
    },
    'anonymous: one that was looked at before goes with its last mapping': {
        section: '9.6', page: USER_MEMORY.thp, machine: withNeighbour(USER_MEMORY.thp, at('db', 'm', 7)),
        steps: [[namedFlags, '0, text: REFERENCED,UPTODATE,LRU,MMAP,ANON,SWAPBACKED,COMPOUND_TAIL,THP,OWNER_2 mapped by db'], [corrupt, '0, AO db m+0x5000 lsb 12 handled'], [onRange('munmap', 0, 512), '0'], [neighbour, '0', recovered('free buddy page')]],
    },
    'anonymous: mapped and marked, nobody else holds it': {
        section: '7 row 7', page: USER_MEMORY['thp pinned'],
        steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [flags(6), '0, text: REFERENCED,UPTODATE,LRU,MMAP,ANON,SWAPBACKED,COMPOUND_TAIL,THP,OWNER_2 mapped by db'], [unpin, '0'], [softHeap(7), '0', []], [read(5), "'F'"], [unpoison, 'EBUSY', ['Unpoison: PFN: someone maps the hwpoison page']]],
    },
    'mapped by PTEs: the split leaves hwpoison entries for a page that was marked long before': {
        section: '2.5', page: USER_MEMORY['mthp pinned'],
        steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 16 handled'], [read(5), "'F'"], [unpin, '0'], [softHeap(7), '0', []], [read(5), 'AR db m+0x5000 lsb 12 handled'], [read(7), "'H'"], [unpoison, '0']],
    },
    'mapped by a PMD: the marked page stays mapped': {
        section: '5.1', page: USER_MEMORY['thp pinned'], steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [unpin, '0'], [corruptHeap(8), '0, AO db m+0x8000 lsb 12 handled'], [read(5), "'F'"], [write(5), "'Z'"], [read(8), 'AR db m+0x8000 lsb 12 handled']],
    },
});

checkTimelines('write() meets poison', {
    'after pages that it could write: a short count': {
        section: '5.2', page: PAGE_CACHE.memfd, steps: [[corrupt, '0, AO db m+0x1000 lsb 12 handled'], [onFile('pwrite', 0, 4, { content: 'n' }), '0, returned 4096'], [onFile('pread', 0), "0, returned 64, 'n'"], [onFile('pread', 2), "0, returned 64, 'c'"]],
    },
    'hugetlbfs has no write()': { section: 'fs/hugetlbfs', page: HUGETLB['hugetlb file'], steps: [[onFile('pwrite', 5), 'EINVAL'], [onFile('pread', 5), "0, returned 64, 'h'"]] },
    'memfd_secret can be mapped only': { section: 'mm/secretmem.c', page: PAGE_CACHE.secretmem, steps: [[onFile('pread', 1), 'ESPIPE'], [onFile('pwrite', 1), 'ESPIPE']] },
    'guest_memfd too': { section: 'virt/kvm/guest_memfd.c', page: PAGE_CACHE.guest_memfd, steps: [[step('pread', ONE), 'ESPIPE'], [step('pwrite', ONE), 'ESPIPE']] },
    'squashfs is read-only': { section: '9.2', page: fileUnmapped(file('squashfs')), steps: [[step('pwrite', ONE), 'EROFS'], [step('pread', ONE), "0, returned 64, 'b'"]] },
});

/** Huge pages of a mapping that nobody has touched, of a pool with one that may have more. */
const SURPLUS = mapped({ pageCount: 1024, hugetlbShift: 21, touched: 'untouched' }, { hugetlbPools: [{ source: 0, shift: 21, pageCount: 1, reserved: 0, overcommit: 1 }] }, 3);
const GIGANTIC: PageState = mapped({ pageCount: GIGANTIC_PAGE / 4096, hugetlbShift: 30 }, { ramBytes: 8 * GIGANTIC_PAGE, hugetlbPools: [{ source: 0, shift: 30, pageCount: 1, reserved: 0, overcommit: 0 }] }, 3);

checkTimelines('soft offline of huge pages and the pool', {
    'a fresh one takes the place of the old, the surplus stays': {
        section: '6 step 13', page: { ...SURPLUS, virtualOnly: true },
        steps: [[write(3), "'Z'"], [write(515), "'Z'"], [hugepages, '0, text: total=2 free=0'], [softHeap(3), '0', []], [hugepages, '0, text: total=2 free=0'], [read(3), "'Z'"], [onRange('munmap', 0, 1024), '0'], [hugepages, '0, text: total=1 free=1']],
    },
    'the page allocator makes none of 1 GiB': {
        section: '6 step 14', page: GIGANTIC, steps: [[softOffline, 'ENOMEM', ['Soft offline: PFN: hugepage migration failed -12, type 0xfffffc0000000(node=0|zone=1|lastcpupid=0x1fffff)']], [read(3), "'A'"], [hugepages, '0, text: total=1 free=0']],
    },
});

const SWAP_DIRTY = USER_MEMORY['swap cache dirty'];
const DELAYED = [corrupt, '0, AO db m+0x1000 lsb 12 handled'] as const;
const shown = step('kpageflags', { target: { kind: 'frame', frame: 'bad', byteOffset: 0 } });

checkTimelines('the swap cache and its last user', {
    'swapoff gives the poisoned page up: unpoison finds the reference of the handler alone': {
        section: '7 row 12', page: SWAP_DIRTY, steps: [DELAYED, [unpoison, 'EBUSY', ['Unpoison: PFN: someone grabs the hwpoison page']], [step('swapoff', { swap: 'swap' }), '0'], [shown, '0, text: DIRTY,ANON,SWAPBACKED,HWPOISON'], [unpoison, '0', ['Unpoison: PFN: software-unpoisoned page']], [read(1), 'AR db m+0x1000 lsb 12 handled']],
    },
    'swapoff leaves ordinary pages behind': { section: '9.1 anon', page: SWAP_DIRTY, steps: [[step('swapoff', { swap: 'swap' }), '0'], [corrupt, '0, AO db m+0x1000 lsb 12 handled', ['Injecting memory failure at pfn PFN', 'Memory failure: PFN: Sending SIGBUS to db due to hardware memory corruption', 'Memory failure: PFN: recovery action for dirty LRU page: Recovered']]] },
    'exit: the swap entry was the last user': { section: '9.3, as recorded', page: SWAP_DIRTY, steps: [DELAYED, [exit(), 'db ends'], [shown, '0, text: DIRTY,ANON,SWAPBACKED,HWPOISON'], [unpoison, '0']] },
    'munmap of a page in the swap cache frees it': { section: '9.6', page: USER_MEMORY['swap cache clean'], steps: [[onRange('munmap', 0, 4), '0'], [corrupt, '0', recovered('free buddy page')]] },
});

const child = step('fork', { as: 'child' }, 'db');
const PINNED = USER_MEMORY['anon pinned by io_uring'];

checkTimelines('fork', {
    'shared: not the task\'s alone any more, which shows': {
        section: 'mm/memory.c', page: USER_MEMORY.anon, steps: [[child, '0, returned 101'], [shown, '0, text: REFERENCED,UPTODATE,LRU,MMAP,ANON,SWAPBACKED mapped by db mapped by child'], [exit('child'), 'child ends'], [write(1), "'Z'"], [shown, '0, text: REFERENCED,UPTODATE,LRU,MMAP,ANON,SWAPBACKED,OWNER_2 mapped by db']],
    },
    'pinned for long: the child has a copy, and learns of nothing': {
        section: 'mm/memory.c', page: PINNED, steps: [[child, '0, returned 101'], [corrupt, '0, AO db m+0x1000 lsb 12 handled'], [readAs('child', 1), "'B'"], [read(1), 'AR db m+0x1000 lsb 12 handled']],
    },
    'a pinned thp: all of it is copied': {
        section: 'mm/huge_memory.c', page: USER_MEMORY['thp pinned'], steps: [[child, '0, returned 101'], [corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [readAs('child', 5), "'F'"], [readAs('child', 511), "'Z'"]],
    },
    'a pinned huge page': {
        section: 'mm/hugetlb.c', page: HUGETLB['hugetlb anon pinned'], steps: [[hugepages, '0, text: total=4 free=3'], [child, '0, returned 101'], [hugepages, '0, text: total=4 free=2'], [corrupt, 'EBUSY, AO db m+0x3000 lsb 21 handled'], [readAs('child', 3), "'A'"]],
    },
});

checkTimelines('a page that soft offline has left', {
    'still shows what it was': { section: '6 step 13, as recorded', page: USER_MEMORY.anon, steps: [[softOffline, '0'], [shown, '0, text: REFERENCED,UPTODATE,DIRTY,ANON,SWAPBACKED,HWPOISON']] },
    'of a file: its mapping took the dirty bit along': { section: '6 step 13, as recorded', page: PAGE_CACHE.memfd, steps: [[softOffline, '0'], [shown, '0, text: REFERENCED,UPTODATE,SWAPBACKED,HWPOISON']] },
    'evicted': { section: '6 step 11, as recorded', page: fileUnmapped(file('ext4')), steps: [[softOffline, '0', ['Soft offline: PFN: invalidated']], [shown, '0, text: REFERENCED,UPTODATE,HWPOISON']] },
    'balloon: the type stays, and unpoison refuses it without a word': { section: '7 row 6', page: KERNEL_MEMORY.balloon, steps: [[softOffline, '0'], [shown, '0, text: UPTODATE,HWPOISON,OFFLINE'], [unpoison, 'EBUSY', []]] },
});

const isolated = (op: string): Step => step(op, { target: { kind: 'frame', frame: 'bad', byteOffset: 0 } }, 'kernel');
const SWAPPING: PageState = mapped({}, { swaps: [{ name: 'swap', source: 0, backing: 'device', bytes: 2 ** 26 }] });
const IGNORED = [[isolated('isolate'), '0'], [corrupt, 'EBUSY'], [isolated('putback'), '0']] as const;

checkTimelines('reclaim meets poison', {
    'a page that was left mapped is taken away, not written to swap': {
        section: '5.2', page: SWAPPING, steps: [...IGNORED, [read(1), "'B'"], [onRange('madvise', 1, 1, { advice: 'MADV_PAGEOUT' }), '0', []], [read(1), 'AR db m+0x1000 lsb 12 handled'], [unpoison, '0']],
    },
    'part of a large folio: split, then taken away': {
        section: '5.2', page: { ...USER_MEMORY['thp pinned'], machine: { ...USER_MEMORY['thp pinned'].machine, swaps: SWAPPING.machine.swaps! } },
        steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [unpin, '0'], [onRange('madvise', 4, 2, { advice: 'MADV_PAGEOUT' }), '0', []], [read(4), "'E'"], [read(5), 'AR db m+0x5000 lsb 12 handled'], [read(6), "'G'"]],
    },
    'a large folio is left alone': {
        section: '5.2', page: { ...USER_MEMORY['thp pinned'], machine: { ...USER_MEMORY['thp pinned'].machine, swaps: SWAPPING.machine.swaps! } },
        steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [unpin, '0'], [onRange('madvise', 0, 512, { advice: 'MADV_PAGEOUT' }), '0', []], [read(5), "'F'"]],
    },
});

const MARKED = [read(1), 'AR db m+0x1000 lsb 12 handled'] as const;

checkTimelines('UFFDIO_POISON', {
    'MADV_DONTNEED removes the marker': { section: '5.2', page: USER_MEMORY['uffd poison'], steps: [MARKED, [onRange('madvise', 1, 1, { advice: 'MADV_DONTNEED' }), '0'], [read(1), 'zeroes'], [read(2), 'AR db m+0x2000 lsb 12 handled']] },
    'MADV_FREE too': { section: '5.2', page: USER_MEMORY['uffd poison'], steps: [MARKED, [onRange('madvise', 1, 1, { advice: 'MADV_FREE' }), '0'], [write(1), "'Z'"]] },
    'fork copies what is there': { section: '5.2', page: USER_MEMORY['uffd poison'], steps: [[onRange('madvise', 1, 1, { advice: 'MADV_DONTNEED' }), '0'], [child, '0, returned 101'], [readAs('child', 1), 'zeroes'], [readAs('child', 2), 'AR child m+0x2000 lsb 12 handled']] },
    'mremap takes along what is there': { section: '5.2', page: USER_MEMORY['uffd poison'], steps: [[onRange('madvise', 1, 1, { advice: 'MADV_DONTNEED' }), '0'], [step('mremap', { target: at('db', 'm', 1), to: at('db', 'm', 3) }, 'db'), '0'], [read(3), 'zeroes'], [step('mremap', { target: at('db', 'm', 2), to: at('db', 'm', 3) }, 'db'), '0'], [read(3), 'AR db m+0x3000 lsb 12 handled']] },
});

const resident = onRange('mincore', 0, 4);

checkTimelines('mincore()', {
    'page cache that nobody maps is resident, until it is dropped': {
        section: 'mm/mincore.c', page: { ...PAGE_CACHE['ext4 clean'], machine: { ...PAGE_CACHE['ext4 clean'].machine, processes: PAGE_CACHE['ext4 clean'].machine.processes!.map((each) => ({ ...each, mappings: each.mappings.map((one) => ({ ...one, touched: 'untouched' as const })) })) }, target: inFile('f', 1) },
        steps: [[resident, '0, text: 1111'], [corrupt, '0'], [resident, '0, text: 1011'], [read(1), "'b'"], [resident, '0, text: 1111']],
    },
    'a hwpoison entry is': { section: 'mm/mincore.c', page: USER_MEMORY.anon, steps: [[corrupt, '0, AO db m+0x1000 lsb 12 handled'], [resident, '0, text: 1111']] },
    'poison in the swap cache is not': { section: 'mm/mincore.c', page: SWAP_DIRTY, steps: [DELAYED, [resident, '0, text: 1011']] },
    'healthy pages in the swap cache are': { section: 'mm/mincore.c', page: USER_MEMORY['swap cache unmapped'], steps: [[resident, '0, text: 1111']] },
});

const SHARED_ANON = mapped({ from: { kind: 'shared-anon' }, shared: true });
const otherPage = withNeighbour(SHARED_ANON, at('db', 'm', 2));

checkTimelines('shared anonymous memory goes with its last mapping', {
    'munmap': {
        section: '7 row 12', page: SHARED_ANON, machine: otherPage,
        steps: [[corrupt, '0, AO db m+0x1000 lsb 12 handled'], [child, '0, returned 101'], [onRange('munmap', 0, 4), '0'], [unpoison, 'EBUSY', ['Unpoison: PFN: someone grabs the hwpoison page']], [exit('child'), 'child ends'], [unpoison, '0'], [neighbour, '0', recovered('free buddy page')]],
    },
    'execve': { section: '7 row 12', page: SHARED_ANON, machine: otherPage, steps: [[corrupt, '0, AO db m+0x1000 lsb 12 handled'], [step('execve', {}, 'db'), '0'], [unpoison, '0'], [neighbour, '0', recovered('free buddy page')]] },
    'a mapping that was made by memfd': {
        section: '7 row 5', page: mapped({ from: { kind: 'shared-anon' }, shared: true, keptBy: 'memfd' }), steps: [[corrupt, '0, AO db m+0x1000 lsb 12 handled'], [onRange('munmap', 0, 4), '0'], [unpoison, 'EBUSY', ['Unpoison: PFN: someone grabs the hwpoison page']], [exit(), 'db ends'], [unpoison, '0']],
    },
    'a SysV segment stays': {
        section: '7 row 5', page: mapped({ from: { kind: 'shared-anon' }, shared: true, keptBy: 'sysv' }), steps: [[corrupt, '0, AO db m+0x1000 lsb 12 handled'], [exit(), 'db ends'], [unpoison, 'EBUSY', ['Unpoison: PFN: someone grabs the hwpoison page']]],
    },
    'memfd: the descriptor outlives the mapping': { section: '7 row 5', page: PAGE_CACHE.memfd, steps: [[corrupt, '0, AO db m+0x1000 lsb 12 handled'], [onRange('munmap', 0, 4), '0'], [unpoison, 'EBUSY', ['Unpoison: PFN: someone grabs the hwpoison page']]] },
});
