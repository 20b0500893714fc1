/** Where a row of the reports is held: scenarios of this folder by their titles, tests of other files, what the documentation says of it. */
export interface Row {
    /** The row, in few words. */
    readonly row: string;
    readonly scenarios?: readonly string[];
    /** Path below test/, and what is written there. */
    readonly tests?: readonly (readonly [file: string, text: string])[];
    /** First column of *What cannot be said* in docs/language.md. */
    readonly unsaid?: readonly string[];
}

const held = (row: string, ...scenarios: readonly string[]): Row => ({ row, scenarios });
const tested = (row: string, file: string, text: string): Row => ({ row, tests: [[file, text]] });
const unsaid = (row: string, ...rows: readonly string[]): Row => ({ row, unsaid: rows });

/** Public reports: machine checks and firmware records. */
export const REPORTED_MACHINE_CHECKS: readonly Row[] = [
    held('AMD: plain words make Intel registers', 'AMD, what nobody consumed'),
    tested('AMD records are not marked derived', 'reported/said.test.ts', 'what AMD does is derived'),
    held('a polled register record is an exception', 'a record that is polled'),
    held('the same through the emulator', 'a corrected error in an exception'),
    held('default delivery', 'the usual delivery', 'mce=0, broadcast AR', 'no_lmce: AR reaches all'),
    held('64-bit registers refused', 'registers of 64 bits'),
    held('the printed address', 'the printed address is cut, broadcast', 'the printed address is cut to 64 bytes'),
    held('LMCE', 'kernel read, LMCE', 'kernel read, haswell: all CPUs'),
    held('x86 firmware first', 'firmware first, ignore_ce', 'firmware first, AR is the CPU\'s', 'ghes fatal on x86', 'ghes recoverable twice', 'ghes.disable'),
    tested('order of lines', 'reported/said.test.ts', 'the line of the collector and the log of the record'),
    held('a latent error', 'an error that nobody knows of'),
];

/** Public reports: kernels between the described ones. */
export const REPORTED_VERSIONS: readonly Row[] = [
    tested('a fault that lived between two described versions', 'kernel/point-releases.test.ts', 'a huge page that is split reads its pages'),
    tested('needless SIGBUS for clean pages', 'kernel/point-releases.test.ts', 'a clean page that was dropped is signalled all the same'),
    tested('a stable series is not one behaviour', 'kernel/stable-history.test.ts', 'the release has it, the one before has not'),
];

/** Public reports: pages, files and processes. */
export const REPORTED_PAGES: readonly Row[] = [
    held('populating does not look at the poison of a huge page', 'a poisoned huge page of a file that is mapped afterwards'),
    held('a fault never makes a huge page', 'read first, then hit', 'written first, then spliced and hit', 'the huge zero page and the panic sysctl'),
    held('buffers of block-device pages', 'buffers of block-device pages'),
    held('KSM after fork', 'KSM after fork'),
    held('offline of a block with a hole', 'offline-block with a hole', 'other blocks with holes'),
    held('the reserved tail of RAM', 'the reserved tail of RAM'),
    held('a thread\'s name', 'the name in the log'),
    held('a moved mapping and fork', 'a moved page and fork'),
    held('flags of 6.1 and 6.12 in soft offline\'s line', 'flags that soft offline prints'),
    held('6.1: writing beside the bad page of a shmem THP', 'beside the bad page of a huge page of shared memory'),
    held('hit while in the kernel', 'hit while in the kernel'),
    tested('out-of-range sysctl at boot', 'reported/said.test.ts', 'a sysctl out of range at boot'),
    held('page flags', 'kpageflags of a locked page', 'kpageflags of a huge page without its file', 'kpageflags of tails', 'kpageflags of file pages'),
];

/** Public reports: what could not be said. */
export const REPORTED_UNSAID: readonly Row[] = [
    held('clone(CLONE_VM), vfork', 'two processes, one address space', 'vfork()'),
    held('close() and who holds a file open', 'the last close', 'who hears of lost data'),
    unsaid('abort() and a core dump', 'abort(), core dumps'),
    unsaid('holes and unwritten extents', 'holes and unwritten extents of a file'),
    { row: 'ranges in process_madvise', scenarios: ['process_madvise() of another process'], unsaid: ['ranges of several processes in one process_vm_readv(), process_madvise() with several ranges'] },
    unsaid('naming a frame after the first step', 'naming a frame after the first step'),
    held('lengths of pread and pwrite', 'lengths and offsets'),
    unsaid('text written to a sysctl, reading one', 'sysctls: text that is no number, and reading one'),
    tested('move_pages to a node', 'kernel/move-pages.test.ts', 'anonymous memory goes, and is found where it went'),
    unsaid('kernel: read in the context of a task', 'code of the kernel that reads on behalf of a task'),
    unsaid('a page with struct page in a VM_PFNMAP mapping', 'a page with a struct page in a VM_PFNMAP mapping'),
    unsaid('the version of the VMM', 'the VMM\'s version'),
    held('UFFDIO_POISON as a step', 'UFFDIO_POISON', 'UFFDIO_POISON and fork'),
];

/** Public reports: what misled. */
export const REPORTED_MISLEADING: readonly Row[] = [
    held('read a[0..63] reads one page', 'loads and stores of a range'),
    tested('messages that name nothing near', 'reported/said.test.ts', 'messages that misled'),
];

/** Asked of running kernels: wrong answers. */
export const ASKED_WRONG: readonly Row[] = [
    held('paged out to zram', 'paged out to zram and hit within madvise()', 'read from zram in 6.12', 'paged out to a disk and hit within madvise()'),
    held('a page on swap that parent and child share', 'a page on swap that parent and child share'),
    held('fork, then MADV_PAGEOUT', 'fork, then paged out', 'fork, then reclaimed'),
    held('mremap and process_vm_readv of a range', 'mremap() of a range', 'other processes\' memory, as far as it goes'),
    held('vmsplice, then read-pipe', 'out of the pipe'),
    held('a written THP, munmap of one page', 'one page of a written huge page is unmapped'),
    held('a locked THP', 'a locked huge page'),
    held('hard_offline_page 0xffffffffffffffff', 'the last address'),
    held('numbers that are too long, and none', 'text that is a number, and that is none'),
    held('offline-block of a block with a hole', 'offline-block with a hole'),
    held('a handler that returns', 'a handler that returns'),
    held('a vfat page dirtied by mmap', 'buffers of vfat pages'),
    held('a policy that a new thread inherits', 'a policy that is inherited'),
    held('kpageflags of a KSM page after soft offline', 'kpageflags of merged pages'),
    held('a memfd mapped twice in one process', 'a memfd mapped twice in one process'),
    tested('the same sentence 512 times', 'reported/said.test.ts', 'a decision that repeats'),
];

/** Asked of running kernels: what the language could not say. */
export const ASKED_UNSAID: readonly Row[] = [
    held('MREMAP_DONTUNMAP', 'MREMAP_DONTUNMAP'),
    held('overlayfs', 'overlayfs'),
    held('syncfs', 'who hears of lost data'),
    held('splice, sendfile, copy_file_range, fallocate, lseek', 'calls on a bad page of tmpfs'),
    held('MAP_POPULATE over a bad page', 'MAP_POPULATE over a bad page'),
    held('ptrace, /proc/PID/mem', 'other processes\' memory, as far as it goes'),
    { row: 'O_DIRECT; mbind', scenarios: ['O_DIRECT'], unsaid: ['mbind() and MPOL_MF_MOVE_ALL'] },
    held('signalfd, sigtimedwait', 'signals that are waited for'),
    unsaid('stack pages, sigaltstack', 'stack pages, sigaltstack()'),
    unsaid('ptrace of the victim', 'stopping at a signal with ptrace, and swallowing it'),
    held('clone(CLONE_VM)', 'two processes, one address space'),
    held('exit of one thread', 'the main thread has ended', 'a worker has ended'),
    held('SIGSTOP', 'stopped'),
    unsaid('a mapping at a given frame or block', 'a mapping at a given frame'),
    unsaid('memory.current, RSS, smaps', 'memory.current, RSS, smaps'),
    unsaid('core dump', 'abort(), core dumps'),
    held('MADV_COLLAPSE, MADV_REMOVE, guards, UFFDIO_POISON, drop_caches', 'MADV_COLLAPSE', 'MADV_REMOVE and guards', 'UFFDIO_POISON', 'drop_caches'),
];
