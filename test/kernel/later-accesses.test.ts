import type { MachineSpec, SigbusDisposition } from '../../server/src/simulator/program.js';
import { at, mapping, step } from '../simulator/programs.js';
import { HUGETLB, PAGE_CACHE, USER_MEMORY, DEVICE_MEMORY } from './page-states/index.js';
import { earlyProcess } from './page-states/page-state.js';
import { corrupt, exec, fork, fsync, hugepages, madvise, mmapFile, onFile, onRange, openAs, read, readAs, readInto, write, writeFrom } from './steps-on-m.js';
import { checkTimelines } from './timeline-rows.js';

const AO = 'AO db m+0x1000 lsb 12 handled';
const AR = 'AR db m+0x1000 lsb 12 handled';
const HIT = [corrupt, `0, ${AO}`] as const;
const HIT_CLEAN = [corrupt, '0'] as const;

/** The mapping `m` of a late-kill process with that disposition, so that the first signal is the one of the access. */
function disposed(sigbus: SigbusDisposition, sigbusBlocked = false): Partial<MachineSpec> {
    return { processes: [earlyProcess('db', [mapping('m')], { sigbus, threads: [{ name: '', source: 0, policy: 'late', sigbusBlocked }] })] };
}

checkTimelines('an access to a hwpoison entry', {
    'load, store and fetch, each time again': {
        section: '5.1', page: USER_MEMORY.anon, steps: [HIT, [read(1), AR], [read(1), AR], [write(1), AR], [exec(1), AR], [read(2), "'C'"]],
    },
    'the exact address': { section: '5.1', page: USER_MEMORY.anon, steps: [HIT, [step('read', { target: { ...at('db', 'm', 1), byteOffset: 0x123 } }, 'db'), 'AR db m+0x1123 lsb 12 handled']] },
    'SIGBUS default': { section: '4.5', page: USER_MEMORY.anon, machine: disposed('default'), steps: [HIT_CLEAN, [read(1), 'AR db m+0x1000 lsb 12 killed, db ends by SIGBUS'], [read(2), '']] },
    'SIGBUS ignored': { section: '4.5', page: USER_MEMORY.anon, machine: disposed('ignored'), steps: [HIT_CLEAN, [read(1), 'AR db m+0x1000 lsb 12 killed, db ends by SIGBUS']] },
    'SIGBUS blocked': { section: '4.5', page: USER_MEMORY.anon, machine: disposed('longjmp', true), steps: [HIT_CLEAN, [read(1), 'AR db m+0x1000 lsb 12 killed, db ends by SIGBUS']] },
    'lazily freed page: the entry is there too': { section: '9.1 anon_clean', page: USER_MEMORY['anon lazily freed'], steps: [HIT_CLEAN, [read(1), AR]] },
    'mprotect does not help': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [onRange('mprotect', 1, 1, { protection: 'PROT_READ' }), '0'], [read(1), AR]] },
    'fork copies it': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [fork, '0, returned 101'], [readAs('child', 1), 'AR child m+0x1000 lsb 12 handled'], [read(1), AR]] },
    'mremap takes it along': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [step('mremap', { target: at('db', 'm', 1), to: at('db', 'm', 3) }, 'db'), '0'], [read(3), 'AR db m+0x3000 lsb 12 handled']] },
    'MADV_DONTNEED removes it': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [madvise(1, 'MADV_DONTNEED'), '0'], [read(1), 'zeroes']] },
    'MADV_FREE removes it': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [madvise(1, 'MADV_FREE'), '0'], [read(1), 'zeroes']] },
    'munmap removes it': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [onRange('munmap', 1, 1), '0'], [read(2), "'C'"]] },
    'get_user_pages() fails': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [madvise(1, 'MADV_HWPOISON'), 'EFAULT'], [madvise(1, 'MADV_SOFT_OFFLINE'), 'EFAULT']] },
    'populating says why': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [madvise(1, 'MADV_POPULATE_READ'), 'EHWPOISON'], [madvise(1, 'MADV_POPULATE_WRITE'), 'EHWPOISON']] },
    'pagemap shows no page': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [onRange('pagemap', 1, 1), '0, text: not present']] },
    'thp: only the bad 4 KiB are lost': { section: '9.1 thp_anon', page: USER_MEMORY.thp, steps: [[corrupt, '0, AO db m+0x5000 lsb 12 handled'], [read(5), 'AR db m+0x5000 lsb 12 handled'], [read(4), "'E'"], [read(511), "'Z'"]] },
    'mthp: told late': { section: '9.1 thp_anon', page: USER_MEMORY.mthp, steps: [HIT_CLEAN, [read(5), 'AR db m+0x5000 lsb 12 handled'], [read(6), "'G'"]] },
    'ksm: each on its own': {
        section: '9.1 ksm', page: USER_MEMORY.ksm, steps: [[corrupt, '0, AO db m+0x1000 lsb 12 handled, AO web m+0x1000 lsb 12 handled'], [read(0), 'AR db m+0x0 lsb 12 handled'], [readAs('web', 1), 'AR web m+0x1000 lsb 12 handled']],
    },
});

checkTimelines('an access to a page that stayed mapped', {
    'thp that could not be split': { section: '5.1', page: USER_MEMORY['thp pinned'], steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [read(5), "'F'"], [write(5), "'Z'"], [writeFrom(5), '0, returned 64']] },
    'swap cache that could not be unmapped': { section: '5.1', page: USER_MEMORY['swap cache dirty pinned'], steps: [[corrupt, `EBUSY, ${AO}`], [read(1), "'B'"]] },
    'zero page': { section: '0.3', page: USER_MEMORY['zero page'], steps: [[corrupt, 'EBUSY'], [read(1), 'zeroes'], [madvise(2, 'MADV_HWPOISON'), 'EHWPOISON, AR db m+0x0 lsb 12 handled']] },
    'zero page: the lowest address that maps it is reported': {
        section: '4.6', page: USER_MEMORY['anon never touched'],
        steps: [[read(3), 'zeroes'], [madvise(3, 'MADV_HWPOISON'), 'EBUSY'], [read(1), 'zeroes'], [madvise(3, 'MADV_HWPOISON'), 'EHWPOISON, AR db m+0x1000 lsb 12 handled']],
    },
});

checkTimelines('the kernel reaches a hwpoison entry for the task', {
    'write() from it': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [writeFrom(1), 'EFAULT']] },
    'read() into it': { section: '5.1', page: USER_MEMORY.anon, steps: [HIT, [readInto(1), 'EFAULT']] },
    'short count where the buffer starts well': { section: '5.1', page: USER_MEMORY.anon, steps: [HIT, [onRange('write-from', 0, 3), '0, returned 4096'], [onRange('read-into', 0, 3), '0, returned 4096']] },
    'other calls': {
        section: '5.1', page: USER_MEMORY.anon,
        steps: [HIT, [onRange('futex', 1, 1, { operation: 'FUTEX_WAKE' }), 'EFAULT'], [onRange('openat', 1, 1), 'EFAULT'], [onRange('clock_gettime', 1, 1), 'EFAULT'], [onRange('process_vm_readv', 1, 1), 'EFAULT'], [onRange('vmsplice', 1, 1), 'EFAULT']],
    },
});

checkTimelines('an access after a failure in the swap cache', {
    'clean: read again from swap': { section: '9.3 swapcache_clean', page: USER_MEMORY['swap cache clean'], steps: [HIT_CLEAN, [read(1), "'B'"], [write(1), "'Z'"]] },
    'dirty: told at swap-in': { section: '5.1', page: USER_MEMORY['swap cache dirty'], steps: [HIT, [read(1), AR], [write(1), AR], [writeFrom(1), 'EFAULT']] },
    'dirty, not mapped: told late': { section: '9.3 swapcache_dirty', page: USER_MEMORY['swap cache unmapped'], steps: [HIT_CLEAN, [read(1), AR]] },
    'swapoff leaves a hwpoison entry': { section: '5.2', page: USER_MEMORY['swap cache dirty'], steps: [HIT, [step('swapoff', { swap: 'swap' }), '0'], [read(1), AR], [read(2), "'C'"]] },
});

checkTimelines('an access after a failure in a file on disk', {
    'clean: read again': { section: '5.1', page: PAGE_CACHE['ext4 clean'], steps: [HIT_CLEAN, [read(1), "'b'"], [onFile('pread', 1), "0, returned 64, 'b'"], [fsync(), '0']] },
    'dirty: the mapping is poisoned, the file has the old data': {
        section: '9.2 file_dirty_mapped', page: PAGE_CACHE['ext4 dirty by page table'],
        steps: [HIT, [read(1), AR], [onFile('pread', 1), "0, returned 64, 'b'"], [mmapFile('again'), '0'], [readAs('db', 1, 'again'), "'b'"], [read(1), AR]],
    },
    'fsync tells each description once': {
        section: '5.2', page: PAGE_CACHE['ext4 dirty'], steps: [[openAs('second'), '0'], HIT, [fsync(), 'EIO'], [fsync(), '0'], [fsync('second'), 'EIO'], [fsync('second'), '0']],
    },
    'a file opened after somebody saw the error hears nothing': { section: '5.2', page: PAGE_CACHE['ext4 dirty'], steps: [HIT, [fsync(), 'EIO'], [openAs('late'), '0'], [fsync('late'), '0']] },
    'a file opened before anybody saw it does': { section: '5.2', page: PAGE_CACHE['ext4 dirty'], steps: [HIT, [openAs('late'), '0'], [fsync('late'), 'EIO'], [fsync(), 'EIO']] },
    'msync tells as well': { section: '5.2', page: PAGE_CACHE['ext4 dirty'], steps: [HIT, [onRange('msync', 0, 4), 'EIO'], [onRange('msync', 0, 4), '0']] },
    'unmapped and dirty: lost, fsync tells': { section: '9.2 file_dirty_unmapped', page: { ...PAGE_CACHE['ext4 dirty'], machine: { ...PAGE_CACHE['ext4 dirty'].machine, processes: [earlyProcess('db', [])] }, target: PAGE_CACHE['ext4 dirty, unmapped'].target },
        steps: [HIT_CLEAN, [fsync(), 'EIO'], [fsync(), '0']] },
    'private copy: the file is not touched': { section: '5.2', page: PAGE_CACHE['ext4 clean, private, written'], steps: [HIT, [read(1), AR], [onFile('pread', 1), "0, returned 64, 'b'"], [fsync(), '0']] },
});

checkTimelines('an access after a failure in a page that could not be dropped', {
    'vfat dirty: read() does not look': { section: '5.2', page: PAGE_CACHE['vfat dirty'], steps: [[corrupt, `EBUSY, ${AO}`], [read(1), AR], [onFile('pread', 1), "0, returned 64, 'b'"], [mmapFile('again'), '0'], [readAs('db', 1, 'again'), 'AR db again+0x1000 lsb 12 handled']] },
    'ramfs: read() does not look': { section: '5.2', page: PAGE_CACHE.ramfs, steps: [[corrupt, `EBUSY, ${AO}`], [read(1), AR], [onFile('pread', 1), "0, returned 64, 'b'"]] },
    'block device dirty: fsync tells once': { section: '9.2 blockdev_dirty', page: PAGE_CACHE['block device dirty'], steps: [[corrupt, `EBUSY, ${AO}`], [onFile('pread', 1), "0, returned 64, 'b'"], [fsync(), 'EIO'], [fsync(), '0']] },
    // The reference of the handler stays (2.10), so the page never becomes evictable.
    'vfat clean and pinned: poisoned for good': {
        section: '5.1', page: PAGE_CACHE['vfat clean, pinned'], steps: [[corrupt, 'EBUSY'], [read(1), AR], [step('unpin', {}, 'db'), '0'], [read(1), AR], [onFile('pread', 1), "0, returned 64, 'b'"]],
    },
});

checkTimelines('an access after a failure in shmem', {
    'mapping, read() and write()': {
        section: '5.2', page: PAGE_CACHE.memfd,
        steps: [HIT, [read(1), AR], [onFile('pread', 1), 'EIO'], [onFile('pread', 0), "0, returned 64, 'a'"], [onFile('pread', 0, 4), "0, returned 4096, 'a'"], [onFile('pwrite', 1), 'EIO'], [onFile('pwrite', 2), '0, returned 4096'], [fsync(), '0']],
    },
    'another mapping faults too': { section: '5.1', page: PAGE_CACHE.memfd, steps: [HIT, [mmapFile('again'), '0'], [readAs('db', 1, 'again'), 'AR db again+0x1000 lsb 12 handled'], [readAs('db', 2, 'again'), "'c'"]] },
    'punched out: zeroes, the old mapping stays poisoned': {
        section: '5.2', page: PAGE_CACHE.memfd, steps: [HIT, [onFile('fallocate', 1, 1, { mode: 'PUNCH_HOLE' }), '0'], [onFile('pread', 1), '0, returned 64, zeroes'], [mmapFile('again'), '0'], [readAs('db', 1, 'again'), 'zeroes'], [read(1), AR]],
    },
    'truncated and extended: zeroes': {
        section: '5.2', page: PAGE_CACHE.memfd, steps: [HIT, [step('ftruncate', { file: 'f', length: 0 }, 'db'), '0'], [step('ftruncate', { file: 'f', length: 16384 }, 'db'), '0'], [onFile('pread', 1), '0, returned 64, zeroes'], [read(1), 'zeroes']],
    },
    'thp: the bad page only': {
        section: '9.1 thp_shmem', page: PAGE_CACHE['tmpfs thp'], steps: [HIT_CLEAN, [read(5), 'AR db m+0x5000 lsb 12 handled'], [read(6), "'d'"], [onFile('pread', 5), 'EIO'], [onFile('pwrite', 6), '0, returned 4096'], [onFile('pwrite', 5), 'EIO']],
    },
    'thp that could not be split: read() page by page, write() none': {
        section: '9.1 thp_shmem_pinned', page: PAGE_CACHE['tmpfs thp pinned'],
        steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [onFile('pread', 5), 'EIO'], [onFile('pread', 6), "0, returned 64, 'd'"], [onFile('pwrite', 5), 'EIO'], [onFile('pwrite', 300), 'EIO']],
    },
});

const HUGE_HIT = [corrupt, '0, AO db m+0x3000 lsb 21 handled'] as const;

checkTimelines('an access after a failure in hugetlb memory', {
    'anonymous: the whole 2 MiB': { section: '0.8', page: HUGETLB['hugetlb anon'], steps: [HUGE_HIT, [read(3), 'AR db m+0x3000 lsb 21 handled'], [read(0), 'AR db m+0x0 lsb 21 handled'], [write(511), 'AR db m+0x1ff000 lsb 21 handled']] },
    'anonymous: the pool shrinks by one': { section: '9.4 hugetlb_anon', page: HUGETLB['hugetlb anon'], steps: [[hugepages, '0, text: total=4 free=3'], HUGE_HIT, [hugepages, '0, text: total=3 free=3']] },
    'free: the pool shrinks by one': { section: '9.4 hugetlb_free', page: HUGETLB['hugetlb free'], steps: [HIT_CLEAN, [hugepages, '0, text: total=3 free=3'], [corrupt, 'EHWPOISON']] },
    'free and reserved: stays in the pool': { section: '9.4 hugetlb_free_reserved', page: HUGETLB['hugetlb free, all reserved'], steps: [[corrupt, 'EBUSY'], [hugepages, '0, text: total=1 free=1']] },
    'file: faults anywhere in it': {
        section: '9.4 hugetlb_file', page: HUGETLB['hugetlb file'], steps: [HUGE_HIT, [read(3), 'AR db m+0x3000 lsb 21 handled'], [read(9), 'AR db m+0x9000 lsb 21 handled'], [mmapFile('again', { pageCount: 512, hugetlbShift: 21 }), '0'], [readAs('db', 9, 'again'), 'AR db again+0x9000 lsb 21 handled']],
    },
    'file: read() up to the bad page': { section: '5.2', page: HUGETLB['hugetlb file'], steps: [HUGE_HIT, [onFile('pread', 3), 'EIO'], [onFile('pread', 5), "0, returned 64, 'h'"], [onFile('pread', 0, 512), "0, returned 12288, 'h'"]] },
    // Recorded: the reference of the handler keeps it from the free list.
    'file gone: never handed out again': {
        section: '5.2, as recorded', page: HUGETLB['hugetlb file'], machine: { hugetlbPools: [{ source: 0, shift: 21, pageCount: 1, reserved: 0, overcommit: 0 }] },
        steps: [
            HUGE_HIT, [onRange('munmap', 0, 512), '0'], [hugepages, '0, text: total=1 free=0'], [step('ftruncate', { file: 'f', length: 0 }, 'db'), '0'], [hugepages, '0, text: total=1 free=0'],
            // Nothing is free that could be promised (hugetlb_acct_memory()).
            [step('mmap', { mapping: mapping('n', { pageCount: 512, hugetlbShift: 21, touched: 'untouched' }) }, 'db'), 'ENOMEM'],
        ],
    },
});

checkTimelines('an access after a failure elsewhere', {
    'fsdax: may be faulted in again': { section: '5.2', page: DEVICE_MEMORY['fsdax on ext4'], steps: [HIT, [read(1), "'b'"]] },
    'fsdax: every repeat is handled and counted afresh': { section: '2.7', page: DEVICE_MEMORY['fsdax on ext4'], steps: [HIT, [read(1), "'b'"], HIT, [corrupt, '0']] },
    'kpageflags of a poisoned page': { section: '5.2', page: USER_MEMORY.anon, steps: [HIT, [step('kpageflags', { target: { kind: 'frame', frame: 'bad', byteOffset: 0 } }), '0, text: REFERENCED,UPTODATE,DIRTY,ANON,SWAPBACKED,HWPOISON,OWNER_2']], },
    'beyond the end of the file': { section: '4.4', page: PAGE_CACHE['ext4 clean'], steps: [[step('ftruncate', { file: 'f', length: 4096 }, 'db'), '0'], [read(1), 'BUS_ADRERR db m+0x1000 handled']] },
});
