/** What people write, from the kernel's sources, logs and other tools, and how it is written here. Only words that mean the same. */

/** In the place of a value, wherever it stands. */
export const VALUE_SYNONYMS: Readonly<Record<string, string>> = {
    // Machine checks, by the names of the Intel manuals and of RAS tools.
    SRAR: 'AR', SRAO: 'AO', corrected: 'CE', uncorrected: 'UE', correctable: 'CE', uncorrectable: 'UE', deferred: 'UCNA',
    // Architectures as compilers and uname name them.
    x86: 'x86-64', x86_64: 'x86-64', 'x86-64-v1': 'x86-64', amd64: 'x86-64', aarch64: 'arm64', AArch64: 'arm64',
    Intel: 'intel', GenuineIntel: 'intel', AMD: 'amd', AuthenticAMD: 'amd',
    // Memory.
    anonymous: 'anon', 'anon-shared': 'shared-anon', hugetlbpage: 'hugetlb',
    MAP_ANONYMOUS: 'anon', MAP_ANON: 'anon', MADV_HUGEPAGE: 'thp', hugepage: 'thp', huge: 'thp', MADV_FREE: 'lazyfree', MADV_MERGEABLE: 'ksm', MAP_LOCKED: 'mlocked',
    buddy: 'free', PageBuddy: 'free', pcp: 'free-pcp', kmalloc: 'slab', kmem_cache: 'slab', slub: 'slab', dentry: 'slab', PageSlab: 'slab', stack: 'kernel-stack', text: 'kernel-text', rodata: 'kernel-rodata', bss: 'kernel-bss', PageTable: 'page-table', PageOffline: 'offline-type',
    shmem: 'tmpfs', ext3: 'ext4', memfd_create: 'memfd', MFD_HUGETLB: 'memfd-hugetlb', shmget: 'sysv-shm', memfd_secret: 'secretmem', partition: 'device', swapfile: 'file', FOLL_LONGTERM: 'longterm', FOLL_PIN: 'longterm', gup: 'longterm', vfio: 'longterm',
    epyc: 'zen', milan: 'zen', genoa: 'zen', nehalem: 'haswell', broadwell: 'haswell', cascadelake: 'skylake', 'sapphire-rapids': 'icelake', sapphirerapids: 'icelake',
    GHES_SEV_PANIC: 'fatal', GHES_SEV_NO: 'informational', rw: 'write', ro: 'read',
    // Dispositions of signals.
    SIG_IGN: 'ignored', SIG_DFL: 'default', ignore: 'ignored', block: 'blocked', on: 'y', off: 'n', yes: 'y', no: 'n', siglongjmp: 'handler longjmp', sigsetjmp: 'handler longjmp', longjmp: 'handler longjmp', returning: 'handler returning', handler: 'longjmp',
    'handler siglongjmp': 'handler longjmp', 'handler sigsetjmp': 'handler longjmp', 'handler return': 'handler returning', 'handler exit': 'handler exiting', 'handler abort': 'handler exiting 134',
    EWOULDBLOCK: 'EAGAIN', ENOTSUP: 'EOPNOTSUPP',
};

/** In the place of a step or of the first word of an item. */
export const STEP_SYNONYMS: Readonly<Record<string, string>> = {
    einj: 'machine-check', mce: 'machine-check', MCE: 'machine-check', mcheck: 'machine-check', 'machine_check': 'machine-check', 'mce-inject': 'machine-check', apei: 'machine-check', ghes: 'machine-check',
    inject: 'corrupt-pfn', memory_failure: 'corrupt-pfn', 'memory-failure': 'corrupt-pfn', 'hwpoison-inject': 'corrupt-pfn', poison: 'corrupt-pfn', hwpoison: 'corrupt-pfn', corrupt: 'corrupt-pfn',
    unpoison: 'unpoison-pfn', 'soft-offline': 'soft_offline_page', soft_offline: 'soft_offline_page', 'hard-offline': 'hard_offline_page', hard_offline: 'hard_offline_page',
    sleep: 'wait', delay: 'wait', load: 'read', store: 'write', alloc: 'allocate', assert: 'expect', check: 'expect', verify: 'expect', poweroff: 'power-cycle',
    touch: 'read', access: 'read', memset: 'write', msleep: 'wait', usleep: 'wait', udelay: 'wait', mdelay: 'wait', softoffline: 'soft_offline_page', soft_offline_in_use_page: 'soft_offline_page', memory_failure_queue: 'corrupt-pfn', hwpoison_inject: 'corrupt-pfn',
    unpoison_memory: 'unpoison-pfn', pthread_sigmask: 'sigprocmask', offline_pages: 'offline-block', memory_offline: 'offline-block', online_pages: 'online-block', sync: 'syncfs', kmalloc: 'allocate', kfree: 'free', kswapd: 'reclaim', shrink: 'reclaim', khugepaged: 'collapse', loop: 'repeat', for: 'repeat', expects: 'expect', EXPECT: 'expect', should: 'expect', task: 'process',
};

/** Units as others write them, of what the language counts in. */
export const UNIT_SYNONYMS: Readonly<Record<string, string>> = {
    K: 'KiB', k: 'KiB', Ki: 'KiB', Mi: 'MiB', Gi: 'GiB', Ti: 'TiB', KB: 'KiB', kB: 'KiB', kb: 'KiB', kib: 'KiB', Kib: 'KiB', Kb: 'KiB', M: 'MiB', MB: 'MiB', mb: 'MiB', mib: 'MiB', Mib: 'MiB', Mb: 'MiB', G: 'GiB', GB: 'GiB', gb: 'GiB', gib: 'GiB', Gib: 'GiB', Gb: 'GiB', T: 'TiB', TB: 'TiB', tb: 'TiB', tib: 'TiB',
    bytes: 'B', byte: 'B', sec: 's', secs: 's', second: 's', seconds: 's', msec: 'ms', usec: 'us', nsec: 'ns', minutes: 'min', hours: 'h', percent: '%',
};

/** Words that claims begin with elsewhere. */
export const CLAIM_SYNONYMS: Readonly<Record<string, string>> = {
    log: 'dmesg', printk: 'dmesg', kmsg: 'dmesg', success: 'errno 0', ok: 'errno 0', dead: 'killed', dies: 'killed', alive: 'survives', lives: 'survives', crash: 'panic', BUG: 'oops', return: 'returns', ret: 'returns', rc: 'returns', retval: 'returns', succeeds: 'errno 0', pr_err: 'dmesg', pr_info: 'dmesg', PageHWPoison: 'poisoned', PG_hwpoison: 'poisoned', hwpoison: 'poisoned', HWPoison: 'poisoned', unpoisoned: 'not poisoned', num_poisoned_pages: 'HardwareCorrupted', crashes: 'panic', panics: 'panic', kill: 'killed', content: 'contents',
    AO: 'SIGBUS BUS_MCEERR_AO', AR: 'SIGBUS BUS_MCEERR_AR', BUS_MCEERR_AO: 'SIGBUS BUS_MCEERR_AO', BUS_MCEERR_AR: 'SIGBUS BUS_MCEERR_AR',
};

export function synonymIn(table: Readonly<Record<string, string>>, word: string): string | undefined {
    return Object.hasOwn(table, word) ? table[word] : undefined;
}
