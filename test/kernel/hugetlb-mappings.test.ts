import type { MachineSpec, MappingSpec } from '../../server/src/simulator/program.js';
import { at, step } from '../simulator/programs.js';
import { HUGETLB } from './page-states/index.js';
import { file } from './page-states/page-cache.js';
import { HUGE_PAGE, inRegion, mapped, type PageState } from './page-states/page-state.js';
import { corrupt, fork, hugepages, madvise, onRange, read, readAs, softOffline, write } from './steps-on-m.js';
import { checkTimelines } from './timeline-rows.js';

/** Four huge pages in a pool of that many, two of them mapped. */
function pool(pageCount = 4, overcommit = 0): Partial<MachineSpec> {
    return { hugetlbPools: [{ source: 0, shift: 21, pageCount, reserved: 0, overcommit }] };
}

function two(more: Partial<MappingSpec> = {}, pageCount = 4): PageState {
    return mapped({ pageCount: 1024, hugetlbShift: 21, ...more }, pool(pageCount), 3);
}

/** Memory of hugetlbfs that `db` shares with its children. */
const SHARED: PageState = mapped({ from: { kind: 'shared-anon' }, shared: true, pageCount: 1024, hugetlbShift: 21 }, pool(2), 3);

/** A mapping of a pool with one huge page that may have one more. */
function untouched(pageCount: number): PageState {
    return { ...mapped({ pageCount, hugetlbShift: 21, touched: 'untouched' }, pool(1, 1), 3), virtualOnly: true };
}

/** A private mapping of a hugetlb file whose huge page is in the cache. */
function privately(touched: MappingSpec['touched'], pageCount = 2): PageState {
    return mapped({ from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: false, pageCount: 512, hugetlbShift: 21, touched },
        { ...pool(pageCount), files: [file('memfd-hugetlb', { bytes: HUGE_PAGE, folioBytes: HUGE_PAGE, content: 'h' })] }, 3);
}

const writeAs = (process: string, page: number) => step('write', { target: at(process, 'm', page) }, process);
const readFile = step('pread', { target: { kind: 'file', file: 'f', page: 3, pageCount: 1, byteOffset: 0 } });
const AO = 'AO db m+0x3000 lsb 21 handled';

checkTimelines('calls on part of a huge page', {
    'MADV_DONTNEED from the middle of one is refused': { section: 'mm/madvise.c', page: two(), steps: [[madvise(3, 'MADV_DONTNEED'), 'EINVAL'], [read(3), "'A'"]] },
    'MADV_DONTNEED leaves the one alone in which it ends': {
        section: 'mm/madvise.c', page: two(), steps: [[onRange('madvise', 0, 700, { advice: 'MADV_DONTNEED' }), '0'], [read(3), 'zeroes'], [read(600), "'B'"]],
    },
    'MADV_DONTNEED takes a hwpoison entry away': { section: '5.2', page: two(), steps: [[corrupt, `0, ${AO}`], [onRange('madvise', 0, 512, { advice: 'MADV_DONTNEED' }), '0'], [read(3), 'zeroes']] },
    'MADV_FREE takes none': { section: 'mm/madvise.c', page: two(), steps: [[onRange('madvise', 0, 512, { advice: 'MADV_FREE' }), 'EINVAL'], [read(3), "'A'"]] },
    'munmap cuts between two of them only': {
        section: 'mm/hugetlb.c', page: two(), steps: [[onRange('munmap', 3, 1), 'EINVAL'], [onRange('munmap', 0, 700), 'EINVAL'], [read(3), "'A'"], [onRange('munmap', 0, 512), '0'], [read(600), "'B'"]],
    },
    'mprotect too': { section: 'mm/hugetlb.c', page: two(), steps: [[onRange('mprotect', 3, 1, { protection: 'PROT_READ' }), 'EINVAL'], [write(3), "'Z'"], [onRange('mprotect', 0, 512, { protection: 'PROT_READ' }), '0'], [read(3), "'Z'"]] },
    'mlock neither cuts nor locks': {
        section: 'mm/mlock.c', page: two(), steps: [[onRange('mlock', 3, 1), '0'], [onRange('madvise', 0, 512, { advice: 'MADV_DONTNEED' }), '0'], [read(3), 'zeroes'], [read(600), "'B'"]],
    },
    'mlock meets a hwpoison entry': { section: '5.2', page: two(), steps: [[corrupt, `0, ${AO}`], [onRange('mlock', 3, 1), 'ENOMEM'], [onRange('mlock', 600, 1), '0']] },
});

checkTimelines('soft offline of a huge page that memory_failure() has seen', {
    'another page than the head: no reference, as it may not be moved': { section: '6', page: HUGETLB['hugetlb file'], steps: [[corrupt, `0, ${AO}`], [softOffline, 'EIO', ['Memory failure: PFN: unhandlable page.']]] },
    'a free one that could not be dissolved': { section: '6', page: HUGETLB['hugetlb free, all reserved'], steps: [[corrupt, 'EBUSY'], [softOffline, 'EBUSY', []]] },
});

checkTimelines('a write to a private huge page', {
    'copied from the pool while somebody shares it': {
        section: 'mm/hugetlb.c', page: two(), steps: [[fork, '0, returned 101'], [writeAs('child', 3), "'Z'"], [read(3), "'A'"], [readAs('child', 3), "'Z'"], [write(3), "'Z'"]],
    },
    'a child gets none from an empty pool': {
        section: 'mm/hugetlb.c', page: two({}, 2), steps: [[fork, '0, returned 101'], [writeAs('child', 3), 'BUS_ADRERR child m+0x3000 handled'], [readAs('child', 3), "'A'"]],
    },
    'whoever made the mapping takes it from the child': {
        section: 'mm/hugetlb.c', page: two({}, 2),
        steps: [[fork, '0, returned 101'], [write(3), "'Z'"], [readAs('child', 3), 'BUS_ADRERR child m+0x3000 handled', ['PID 101 killed due to inadequate hugepage pool']], [readAs('child', 600), "'B'"], [read(3), "'Z'"]],
    },
});

checkTimelines('a private mapping of a hugetlb file', {
    'read: the page of the file, copied by a write': {
        section: '9.4', page: privately('read'), steps: [[read(3), "'h'"], [write(3), "'Z'"], [readFile, "0, returned 64, 'h'"], [read(3), "'Z'"], [read(4), "'h'"]],
    },
    'read: a failure hits the file': {
        section: '9.4 hugetlb_file', page: privately('read'), steps: [[corrupt, `0, ${AO}`], [readFile, 'EIO'], [hugepages, '0, text: total=2 free=1']],
    },
    'written: a failure hits the copy, which leaves the pool': {
        section: '9.4 hugetlb_anon', page: privately('written'), steps: [[corrupt, `0, ${AO}`], [readFile, "0, returned 64, 'h'"], [hugepages, '0, text: total=1 free=0']],
    },
});

checkTimelines('a pool that may overcommit', {
    'makes one more, and gives it back': {
        section: 'mm/hugetlb.c', page: untouched(1024),
        steps: [[write(3), "'Z'"], [write(600), "'Z'"], [hugepages, '0, text: total=2 free=0'], [onRange('madvise', 512, 512, { advice: 'MADV_DONTNEED' }), '0'], [hugepages, '0, text: total=1 free=0']],
    },
    'no more than that': {
        section: 'mm/hugetlb.c', page: untouched(1536), steps: [[write(3), "'Z'"], [write(600), "'Z'"], [write(1100), 'BUS_ADRERR db m+0x44c000 handled']],
    },
    'soft offline takes a page of a huge page that leaves': {
        section: '6', page: untouched(1024),
        steps: [[write(3), "'Z'"], [write(600), "'Z'"], [onRange('madvise', 3, 1, { advice: 'MADV_SOFT_OFFLINE' }), '0'], [read(3), "'Z'"]],
    },
});

checkTimelines('shared anonymous huge pages', {
    'everybody who shares them is told': { section: '4.3', page: SHARED, steps: [[fork, '0, returned 101'], [corrupt, `0, ${AO}, AO child m+0x3000 lsb 21 handled`], [readAs('child', 3), 'AR child m+0x3000 lsb 21 handled'], [readAs('child', 600), "'B'"]] },
    'a write is seen by all': { section: 'mm/hugetlb.c', page: SHARED, steps: [[fork, '0, returned 101'], [writeAs('child', 3), "'Z'"], [read(3), "'Z'"]] },
});

/** A huge page on the free list of a pool of that many, beside a mapping of one that nobody has touched. */
function promisedTo(pageCount: number, more: Partial<MappingSpec> = {}): PageState {
    const { machine } = mapped({ pageCount: 512, hugetlbShift: 21, touched: 'untouched', ...more }, pool(pageCount), 3);
    return { machine: { ...machine, regions: [{ name: 'spare', source: 0, kind: 'hugetlb-free', pageCount: 512, content: '' }] }, target: inRegion('spare', 3) };
}

checkTimelines('a huge page that mmap() has promised', {
    'the only free one cannot be given up': { section: '2.3 step 12', page: promisedTo(1), steps: [[corrupt, 'EBUSY'], [hugepages, '0, text: total=1 free=1'], [write(3), 'BUS_ADRERR db m+0x3000 handled']] },
    'of shared memory too': { section: '2.3 step 12', page: promisedTo(1, { from: { kind: 'shared-anon' }, shared: true }), steps: [[corrupt, 'EBUSY']] },
    'one more can': { section: '2.3 step 12', page: promisedTo(2), steps: [[corrupt, '0'], [write(3), "'Z'"], [hugepages, '0, text: total=1 free=0']] },
    'no promise is left of a mapping that is gone': { section: 'mm/hugetlb.c', page: promisedTo(1), steps: [[onRange('munmap', 0, 512), '0'], [corrupt, '0']] },
    'the promise is kept once': { section: 'mm/hugetlb.c', page: promisedTo(2), steps: [[write(3), "'Z'"], [onRange('munmap', 0, 512), '0'], [corrupt, '0']] },
    'nothing is promised to a child': { section: 'mm/hugetlb.c', page: two({ pageCount: 512 }, 2), machine: {}, steps: [[fork, '0, returned 101'], [writeAs('child', 3), "'Z'"]] },
});
