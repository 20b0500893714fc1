/** Processes, their mappings, and what holds their pages. */
import type { SpecialMappingName } from '../../vocabulary/special-mappings.js';
import { neither, onlyC, type Construct, type ConstructTable } from './construct.js';

export const SPECIAL_CONSTRUCTS: ConstructTable<SpecialMappingName> = {
    vdso: onlyC('getauxval(AT_SYSINFO_EHDR)'),
    vvar: onlyC('/proc/self/maps'),
    io_uring: onlyC('io_uring_setup() and mmap() of the ring'),
    packet: onlyC('PACKET_RX_RING and mmap() of the ring'),
    perf: onlyC('perf_event_open() and mmap() of the buffer'),
    devmem: onlyC('/dev/mem: the legacy hole below 1 MiB', 'CONFIG_STRICT_DEVMEM leaves only what is not RAM'),
    pfnmap: neither('a driver has to register such memory'),
    sgx: neither('an enclave has to be signed'),
};

/** By the property of a mapping, a process or a thread in simulator/program. */
export const PROCESS_CONSTRUCTS = {
    'process': onlyC('fork(); a step is done when the test tells the process to'),
    'thread': onlyC('pthread_create()'),
    'pid': neither('the kernel gives the numbers'),
    'address': onlyC('mmap(MAP_FIXED_NOREPLACE)'),
    'comm': onlyC('prctl(PR_SET_NAME)'),
    'capSysAdmin': onlyC('capset()'),
    'cgroup': onlyC('a cgroup of /sys/fs/cgroup; the filter gets its real inode'),
    'sigbus default': onlyC('nothing: what a process is killed by shows, not the siginfo of the signal'),
    'sigbus ignored': onlyC('SIG_IGN: that the signal was sent does not show'),
    'sigbus longjmp': onlyC('a handler that leaves the access with siglongjmp()'),
    'sigbus returning': onlyC('a handler that returns; after 8 times the program leaves the access, which would go on for ever'),
    'sigbus remapping': onlyC('a handler that maps an empty page with MAP_FIXED over what si_addr and si_addr_lsb name, and returns'),
    'sigbus exiting': onlyC('_exit() in the handler'),
    'sigbus blocked': onlyC('sigprocmask()'),
    'runtime': neither('the runtime would have to be there'),
    'policy': onlyC('prctl(PR_MCE_KILL)'),
    'forkedFrom': onlyC('clone(CLONE_PARENT) at the end of the parent\'s set-up'),
    'anon': onlyC('mmap(MAP_PRIVATE | MAP_ANONYMOUS)'),
    'shared-anon': onlyC('mmap(MAP_SHARED | MAP_ANONYMOUS)'),
    'shared-anon huge': onlyC('with MAP_HUGETLB'),
    'keptBy memfd': onlyC('memfd_create()'),
    'keptBy sysv': onlyC('shmget()'),
    'file': onlyC('mmap() of the file'),
    'region mapping': neither('user space maps memory of the kernel only through the interfaces that `special` names'),
    'protection': onlyC('mprotect() after the pages were touched'),
    'folioBytes': onlyC('aligned, madvise(MADV_HUGEPAGE); the program looks whether the folios are large, and gives up if not'),
    'hugetlb': onlyC('MAP_HUGETLB with the size of the page'),
    'mlocked': onlyC('mlock()'),
    'lazyFree': onlyC('madvise(MADV_FREE)'),
    'swap': onlyC('madvise(MADV_PAGEOUT) until the page is out, and a load; a swap file'),
    'ksm': onlyC('madvise(MADV_MERGEABLE) and /sys/kernel/mm/ksm/run'),
    'uffdPoison': onlyC('ioctl(UFFDIO_POISON)'),
    'populate': onlyC('MAP_POPULATE'),
    'pin': onlyC('vmsplice() into a pipe; a fixed buffer of io_uring for pins that last'),
} as const satisfies Record<string, Construct>;
