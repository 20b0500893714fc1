/** Memory without a process: what a `region` can be, as memory_failure() sees it before the event. */
import type { KpageFlagName } from './page-flags.js';
import { withWords } from './with-words.js';
import { PAGE_KIND_WORDS } from './words/page-kind-words.js';

/** The page flags that the handler reads, without PG_. */
export type KindFlag = 'reserved' | 'head' | 'lru' | 'uptodate' | 'referenced' | 'dirty' | 'swapbacked' | 'private';

/** What the page type field says; on a compound page the head has it. */
export type PageType = 'none' | 'buddy' | 'slab' | 'table' | 'large-kmalloc' | 'offline' | 'zsmalloc' | 'hugetlb';

export interface PageKind {
    readonly flags: readonly KindFlag[];
    readonly pageType: PageType;
    /** In 7.3; frozen pages have 0. */
    readonly refcount: number;
    /** In kernels that do not freeze the pages of slab and kmalloc. */
    readonly unfrozenRefcount?: number;
    /** Belongs to a compound page. */
    readonly compound: boolean;
    /** The named page is a tail; the state above is the tail's, the page type its head's. */
    readonly tail: boolean;
    /** A driver can migrate it, which soft offline makes use of. */
    readonly movableOps: boolean;
    readonly structPage: boolean;
    /** In an online memory section and not device memory. */
    readonly onlinePage: boolean;
    /** Owned by a dev_pagemap. */
    readonly zoneDevice: boolean;
    /** Names of /proc/kpageflags bits. */
    readonly kpageflags: readonly KpageFlagName[];
    readonly doc: string;
}

type State = Omit<PageKind, 'doc'>;

const PLAIN: State = {
    flags: [], pageType: 'none', refcount: 1, compound: false, tail: false, movableOps: false,
    structPage: true, onlinePage: true, zoneDevice: false, kpageflags: [],
};
const RESERVED: State = { ...PLAIN, flags: ['reserved'], kpageflags: ['RESERVED'] };
const NO_STRUCT_PAGE: State = { ...PLAIN, refcount: 0, structPage: false, onlinePage: false };
const DEVICE: State = { ...PLAIN, onlinePage: false, zoneDevice: true };


const ROWS = {
    // Free memory.
    free: { ...PLAIN, pageType: 'buddy', refcount: 0, kpageflags: ['BUDDY'] },
    'free-pcp': { ...PLAIN, refcount: 0 },
    'hugetlb-free': { ...PLAIN, flags: ['head'], pageType: 'hugetlb', refcount: 0, compound: true, kpageflags: ['COMPOUND_HEAD', 'HUGE'] },

    // Memory that the kernel allocated.
    slab: { ...PLAIN, pageType: 'slab', refcount: 0, unfrozenRefcount: 1, kpageflags: ['SLAB'] },
    'slab-tail': { ...PLAIN, pageType: 'slab', refcount: 0, compound: true, tail: true, kpageflags: ['SLAB', 'COMPOUND_TAIL'] },
    'large-kmalloc': { ...PLAIN, flags: ['head'], pageType: 'large-kmalloc', refcount: 0, unfrozenRefcount: 1, compound: true, kpageflags: ['COMPOUND_HEAD'] },
    'large-kmalloc-tail': { ...PLAIN, pageType: 'large-kmalloc', refcount: 0, compound: true, tail: true, kpageflags: ['COMPOUND_TAIL'] },
    vmalloc: { ...PLAIN },
    'kernel-stack': { ...PLAIN },
    'page-table': { ...PLAIN, pageType: 'table', kpageflags: ['PGTABLE'] },
    percpu: { ...PLAIN },
    'percpu-boot': { ...RESERVED },
    module: { ...PLAIN },
    driver: { ...PLAIN },
    'driver-compound': { ...PLAIN, flags: ['head'], compound: true, kpageflags: ['COMPOUND_HEAD'] },
    'high-order-head': { ...PLAIN },
    'high-order-tail': { ...PLAIN, refcount: 0 },
    pipe: { ...PLAIN },
    ramdisk: { ...PLAIN },
    zsmalloc: { ...PLAIN, flags: ['private'], pageType: 'zsmalloc', movableOps: true, kpageflags: ['PRIVATE'] },
    balloon: { ...PLAIN, pageType: 'offline', movableOps: true, kpageflags: ['OFFLINE'] },
    'offline-type': { ...PLAIN, pageType: 'offline', kpageflags: ['OFFLINE'] },

    // The kernel's own image and what firmware or boot code reserved.
    'kernel-text': { ...RESERVED },
    'kernel-rodata': { ...RESERVED },
    'kernel-data': { ...RESERVED },
    'kernel-bss': { ...RESERVED },
    reserved: { ...RESERVED },
    memmap: { ...RESERVED },
    'zero-page': { ...RESERVED, kpageflags: ['ZERO_PAGE', 'RESERVED'] },
    'huge-zero': { ...PLAIN, flags: ['head'], compound: true, kpageflags: ['COMPOUND_HEAD', 'THP', 'ZERO_PAGE'] },

    // User pages in between.
    'lru-batch': { ...PLAIN, flags: ['uptodate', 'referenced', 'swapbacked'], kpageflags: ['REFERENCED', 'UPTODATE', 'ANON', 'SWAPBACKED'] },
    'file-held-superblock': { ...PLAIN, flags: ['lru', 'uptodate', 'referenced', 'private'], refcount: 2, kpageflags: ['REFERENCED', 'UPTODATE', 'LRU', 'PRIVATE'] },

    // Device memory and addresses without RAM.
    'pmem-raw': { ...DEVICE },
    'device-private': { ...DEVICE },
    'pgmap-metadata': { ...DEVICE },
    hole: { ...PLAIN, refcount: 0, onlinePage: false },
    sgx: { ...NO_STRUCT_PAGE },
    mmio: { ...NO_STRUCT_PAGE },
    'beyond-ram': { ...NO_STRUCT_PAGE },
    pfnmap: { ...NO_STRUCT_PAGE },
} as const satisfies Record<string, State>;

export type PageKindName = keyof typeof ROWS;

export const PAGE_KINDS: Readonly<Record<PageKindName, PageKind>> = /* @__PURE__ */ withWords<PageKindName, State>(ROWS, () => PAGE_KIND_WORDS);
