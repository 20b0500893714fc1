/** Files of hwpoison-inject in /sys/kernel/debug/hwpoison: they are there when CONFIG_HWPOISON_INJECT is. */

import type { Availability } from './availability.js';

export const HWPOISON_FOLDER = '/sys/kernel/debug/hwpoison';

export interface InjectFilter extends Availability {
    readonly bits: 32 | 64;
    /** What reading gives after the module was loaded. */
    readonly default: string;
    readonly doc: string;
}

export interface InjectFile extends Availability {
    readonly doc: string;
}

const FILTER_ROWS = {
    'corrupt-filter-enable': { bits: 32, default: '0', doc: 'Switches the filter on. It is global: madvise, sysfs, soft offline and real errors pass through it too, once a reference on the page is held. Free and kernel-owned pages never meet it in memory_failure().' },
    'corrupt-filter-dev-major': { bits: 32, default: '4294967295', doc: 'Major number of the file system\'s device; all ones is the wildcard. Pages without a mapping are rejected as soon as major or minor is set.' },
    'corrupt-filter-dev-minor': { bits: 32, default: '4294967295', doc: 'Minor number of the file system\'s device; all ones is the wildcard.' },
    'corrupt-filter-flags-mask': { bits: 64, default: '0', doc: 'Bits of /proc/kpageflags to compare with corrupt-filter-flags-value; 0 compares none.' },
    'corrupt-filter-flags-value': { bits: 64, default: '0', doc: 'What the bits in corrupt-filter-flags-mask must be.' },
    'corrupt-filter-memcg': { bits: 64, default: '0', doc: 'Inode number of the memory cgroup that must own the page; 0 takes any.' },
} as const satisfies Record<string, InjectFilter>;

const FILE_ROWS = {
    'corrupt-pfn': { doc: 'Write a PFN: memory_failure(pfn, MF_SW_SIMULATED). ENXIO without struct page; success, silently, for a page that the filter rejects. Needs CAP_SYS_ADMIN.' },
    'unpoison-pfn': { doc: 'Write a PFN: unpoison_memory(). Refused while something else holds or maps the page, and for good after a real hardware error. For an Ignored page it drops the owner\'s reference and so frees memory in use.' },
} as const satisfies Record<string, InjectFile>;

export type InjectFilterName = keyof typeof FILTER_ROWS;
export type InjectFileName = keyof typeof FILE_ROWS;

export const INJECT_FILTERS: Readonly<Record<InjectFilterName, InjectFilter>> = FILTER_ROWS;
export const INJECT_FILES: Readonly<Record<InjectFileName, InjectFile>> = FILE_ROWS;
