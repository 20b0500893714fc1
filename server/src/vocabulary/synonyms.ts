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
    // Dispositions of signals.
    SIG_IGN: 'ignored', SIG_DFL: 'default', ignore: 'ignored', block: 'blocked', on: 'y', off: 'n', yes: 'y', no: 'n',
};

/** In the place of a step or of the first word of an item. */
export const STEP_SYNONYMS: Readonly<Record<string, string>> = {
    einj: 'machine-check', mce: 'machine-check', MCE: 'machine-check', mcheck: 'machine-check', 'machine_check': 'machine-check', 'mce-inject': 'machine-check', apei: 'machine-check', ghes: 'machine-check',
    inject: 'corrupt-pfn', memory_failure: 'corrupt-pfn', 'memory-failure': 'corrupt-pfn', 'hwpoison-inject': 'corrupt-pfn', poison: 'corrupt-pfn', hwpoison: 'corrupt-pfn', corrupt: 'corrupt-pfn',
    unpoison: 'unpoison-pfn', 'soft-offline': 'soft_offline_page', soft_offline: 'soft_offline_page', 'hard-offline': 'hard_offline_page', hard_offline: 'hard_offline_page',
    sleep: 'wait', delay: 'wait', load: 'read', store: 'write', alloc: 'allocate', assert: 'expect', check: 'expect', verify: 'expect', poweroff: 'power-cycle',
};

/** Units as others write them, of what the language counts in. */
export const UNIT_SYNONYMS: Readonly<Record<string, string>> = {
    K: 'KiB', k: 'KiB', KB: 'KiB', kB: 'KiB', kb: 'KiB', kib: 'KiB', Kib: 'KiB', Kb: 'KiB', M: 'MiB', MB: 'MiB', mb: 'MiB', mib: 'MiB', Mib: 'MiB', Mb: 'MiB', G: 'GiB', GB: 'GiB', gb: 'GiB', gib: 'GiB', Gib: 'GiB', Gb: 'GiB', T: 'TiB', TB: 'TiB', tb: 'TiB', tib: 'TiB',
    bytes: 'B', byte: 'B', sec: 's', secs: 's', second: 's', seconds: 's', msec: 'ms', usec: 'us', nsec: 'ns', minutes: 'min', hours: 'h', percent: '%',
};

/** Words that claims begin with elsewhere. */
export const CLAIM_SYNONYMS: Readonly<Record<string, string>> = {
    log: 'dmesg', printk: 'dmesg', kmsg: 'dmesg', success: 'errno 0', ok: 'errno 0', dead: 'killed', dies: 'killed', alive: 'survives', lives: 'survives', crash: 'panic', BUG: 'oops', return: 'returns',
    AO: 'SIGBUS BUS_MCEERR_AO', AR: 'SIGBUS BUS_MCEERR_AR', BUS_MCEERR_AO: 'SIGBUS BUS_MCEERR_AO', BUS_MCEERR_AR: 'SIGBUS BUS_MCEERR_AR',
};

export function synonymIn(table: Readonly<Record<string, string>>, word: string): string | undefined {
    return Object.hasOwn(table, word) ? table[word] : undefined;
}
