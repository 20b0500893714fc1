/**
 * New inputs for the rows of the three kinds in which most was wrong: machine checks, versions, ranges. The answer of each was written down
 * before the model was asked, from the source of that version or from a running kernel; its scenario says which.
 */

/** Scenarios of `scenarios/anew-*.hwp` and `scenarios/mapped-twice.hwp` by title, or tests of `said.test.ts` by theirs. */
type Inputs = readonly [string, string, ...string[]];

/** By the rows of `rows.ts`. A row that two tables have is asked once. */
export const ASKED_ANEW: Readonly<Record<string, Inputs>> = {
    // Machine checks and firmware records.
    'AMD: plain words make Intel registers': ['AMD, fatal by its word', 'AMD, every page of a process', 'AMD, consumed in a fetch, by its word'],
    'AMD records are not marked derived': ['registers of AMD are derived', 'AMD on 6.1 is derived'],
    'a polled register record is an exception': ['polled, no valid bit', 'polled, signalled and action required: left alone', 'AMD, an uncorrected record that is polled'],
    'the same through the emulator': ['UCNA in a local exception is left to the poller', 'corrected with lost events, in an exception'],
    'default delivery': ['Haswell: consumed, all CPUs, nobody is lost', 'core2: AO by its word', 'Ice Lake: registers without LMCES reach all'],
    '64-bit registers refused': ['all bits of the status', 'all high bits of MISC: no physical address', 'an address with bits above what the CPU has'],
    'the printed address': ['the printed address of a copy from user memory', 'the printed address to the byte', 'the printed address to half a page'],
    'LMCE': ['kernel read, without LMCE by the command line', 'kernel read, Ice Lake'],
    'x86 firmware first': ['two sections of one corrected record count twice', 'firmware\'s recoverable record of a slab page, and the panic sysctl', 'firmware\'s threshold where soft offline is switched off', 'firmware first, hest_disable'],
    'order of lines': ['the lines of a corrected record of firmware', 'the lines of an error that nobody consumed'],
    'a latent error': [
        'latent, met by copy on write', 'latent, met by ksmd', 'latent, met by khugepaged', 'latent, met by migration', 'latent, in a huge page that is split for another error',
        'latent, behind bytes that a split finds not to be zero', 'latent, in a page of a file of which a private copy is made', 'latent, in a pinned page of which a child gets a copy',
        'latent, read by another process', 'latent, read by a tracer', 'latent, paged out to zram', 'latent, moved to another node',
    ],

    // Kernels between the described ones.
    'a fault that lived between two described versions': [
        '6.17.5 reads the bad line while it splits, 6.17.6 does not', '6.12.20: the bad line behind the first byte that is not zero', '6.12.20: a page of a huge page that is locked is not looked at', '6.16.3: injected poison is no bad memory',
        'a huge page that a child shares', 'a huge page of which a child has written a page', 'a huge page of which the parent has written a page',
    ],
    'needless SIGBUS for clean pages': ['needless SIGBUS: 6.1.134 and 6.6.87, a clean page of xfs', 'needless SIGBUS: anonymous memory that was unmapped meanwhile'],
    'a stable series is not one behaviour': ['6.1.52 and 6.1.53 differ on AMD', '6.12.68 and 6.12.69: hugetlb AR again', 'soft offline of a free huge page that cannot be dissolved', 'unpoison of an offline pfn'],

    // Ranges and descriptors.
    'offline of a block with a hole': ['a hole and a bad page', 'a hole in the block before'],
    'offline-block of a block with a hole': ['a hole and a bad page', 'a hole in the block before'],
    'a moved mapping and fork': ['moved by the child', 'part of a huge page that was moved, then inherited'],
    'clone(CLONE_VM), vfork': ['a child of vfork() asks for the error', 'a clone that maps more'],
    'clone(CLONE_VM)': ['a child of vfork() asks for the error', 'a clone that maps more'],
    'close() and who holds a file open': ['the descriptor of a child', 'an unlinked file goes with its last mapping'],
    'ranges in process_madvise': ['process_madvise() of oneself', 'process_madvise() over a hole'],
    'lengths of pread and pwrite': ['pread() up to a bad page', 'pwrite() up to a bad page'],
    'read a[0..63] reads one page': ['stores that meet a protected page', 'a fetch of a range'],
    'mremap and process_vm_readv of a range': ['readv from the middle of a page', 'mremap over a hole'],
    'a written THP, munmap of one page': ['one page of a written huge page given back', 'one page of a written huge page locked'],
    'a memfd mapped twice in one process': ['a file at two places in two processes', 'two threads, each told of its own', 'parts of regions and of huge pages'],
    'MREMAP_DONTUNMAP': ['DONTUNMAP of a file', 'DONTUNMAP of a huge page'],
    'syncfs': ['syncfs() through another file', 'syncfs() of a file system of its own'],
    'splice, sendfile, copy_file_range, fallocate, lseek': ['copy_file_range() and sendfile() up to a bad page', 'a bad page of ext4 is read again'],
    'MAP_POPULATE over a bad page': ['MADV_POPULATE over a bad page', 'mlock() over a bad page'],
    'ptrace, /proc/PID/mem': ['/proc/PID/mem from a good page into a bad one', 'a word that reaches into a bad page'],
    'O_DIRECT; mbind': ['O_DIRECT beyond the end', 'O_DIRECT of a huge page with a bad one'],
    'MADV_COLLAPSE, MADV_REMOVE, guards, UFFDIO_POISON, drop_caches': ['MADV_REMOVE of a bad page', 'MADV_COLLAPSE over a hole', 'drop_caches and a bad page'],
};

/** Rows of the other tables that are about ranges and descriptors; those of machine checks and versions are tables of their own. */
export const RANGE_ROWS: readonly string[] = [
    'offline of a block with a hole', 'a moved mapping and fork', 'clone(CLONE_VM), vfork', 'close() and who holds a file open', 'ranges in process_madvise', 'lengths of pread and pwrite',
    'read a[0..63] reads one page', 'mremap and process_vm_readv of a range', 'a written THP, munmap of one page', 'offline-block of a block with a hole', 'a memfd mapped twice in one process', 'MREMAP_DONTUNMAP', 'syncfs',
    'splice, sendfile, copy_file_range, fallocate, lseek', 'MAP_POPULATE over a bad page', 'ptrace, /proc/PID/mem', 'O_DIRECT; mbind', 'clone(CLONE_VM)', 'MADV_COLLAPSE, MADV_REMOVE, guards, UFFDIO_POISON, drop_caches',
];
