/** Memory without a process: what a `region` can be, as memory_failure() sees it before the event. */
import type { KpageFlagName } from './page-flags.js';

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

const LIKE_VMALLOC = 'No flag or type tells it from any other kernel page: `get hwpoison page`, never a panic.';

const ROWS = {
    // Free memory.
    free: { ...PLAIN, pageType: 'buddy', refcount: 0, kpageflags: ['BUDDY'], doc: 'Free in the buddy allocator. Taken off the free list for good.' },
    'free-pcp': { ...PLAIN, refcount: 0, doc: 'Free, on a per-CPU list. The handler drains those lists of the zone first, and then finds the page in the buddy allocator.' },
    'hugetlb-free': { ...PLAIN, flags: ['head'], pageType: 'hugetlb', refcount: 0, compound: true, kpageflags: ['COMPOUND_HEAD', 'HUGE'], doc: 'Free huge page in a hugetlb pool. Dissolved if the pool can spare it; the raw page is taken out.' },

    // Memory that the kernel allocated.
    slab: { ...PLAIN, pageType: 'slab', refcount: 0, unfrozenRefcount: 1, kpageflags: ['SLAB'], doc: 'Page of a slab cache (kmem_cache, kmalloc). `reserved kernel page` in 7.3, `get hwpoison page` before. The kernel goes on using it.' },
    'slab-tail': { ...PLAIN, pageType: 'slab', refcount: 0, compound: true, tail: true, kpageflags: ['SLAB', 'COMPOUND_TAIL'], doc: 'Tail page of a slab of several pages; judged by its head.' },
    'large-kmalloc': { ...PLAIN, flags: ['head'], pageType: 'large-kmalloc', refcount: 0, unfrozenRefcount: 1, compound: true, kpageflags: ['COMPOUND_HEAD'], doc: 'kmalloc() above the largest slab size. `reserved kernel page` in 7.3, `get hwpoison page` before.' },
    'large-kmalloc-tail': { ...PLAIN, pageType: 'large-kmalloc', refcount: 0, compound: true, tail: true, kpageflags: ['COMPOUND_TAIL'], doc: 'Tail page of a large kmalloc() allocation; judged by its head.' },
    vmalloc: { ...PLAIN, doc: `vmalloc() or vmap() memory. ${LIKE_VMALLOC}` },
    'kernel-stack': { ...PLAIN, doc: `Page of a vmapped kernel stack. ${LIKE_VMALLOC}` },
    'page-table': { ...PLAIN, pageType: 'table', kpageflags: ['PGTABLE'], doc: 'Page of page tables, user or kernel. `reserved kernel page` in 7.3, `get hwpoison page` before.' },
    percpu: { ...PLAIN, doc: `Per-CPU chunk allocated at run time, from vmalloc space. ${LIKE_VMALLOC}` },
    'percpu-boot': { ...RESERVED, doc: 'First per-CPU chunk, allocated at boot: PG_reserved.' },
    module: { ...PLAIN, doc: `Code or data of a loaded module. ${LIKE_VMALLOC}` },
    driver: { ...PLAIN, doc: `Single page that a driver or subsystem allocated for itself. ${LIKE_VMALLOC}` },
    'driver-compound': { ...PLAIN, flags: ['head'], compound: true, kpageflags: ['COMPOUND_HEAD'], doc: 'Compound page that a driver allocated for itself, such as a packet ring. Up to 6.18 madvise() through a mapping takes it for a THP that cannot be split.' },
    'high-order-head': { ...PLAIN, doc: `First page of a high-order allocation without __GFP_COMP. ${LIKE_VMALLOC}` },
    'high-order-tail': { ...PLAIN, refcount: 0, doc: 'Later page of a high-order allocation without __GFP_COMP: reference count 0. Rejected as unhandlable before its count is looked at, so it reports `get hwpoison page`, not `high-order kernel page`.' },
    pipe: { ...PLAIN, doc: `Buffer page of a pipe, filled by write(). ${LIKE_VMALLOC}` },
    ramdisk: { ...PLAIN, doc: `Backing page of a brd ram disk, not page cache. ${LIKE_VMALLOC}` },
    zsmalloc: { ...PLAIN, flags: ['private'], pageType: 'zsmalloc', movableOps: true, kpageflags: ['PRIVATE'], doc: 'Compressed objects of zram or zswap. Soft offline can migrate it; memory_failure() gives `get hwpoison page`.' },
    balloon: { ...PLAIN, pageType: 'offline', movableOps: true, kpageflags: ['OFFLINE'], doc: 'Page lent to the host by virtio-balloon. Soft offline can migrate it; memory_failure() gives `get hwpoison page`.' },
    'offline-type': { ...PLAIN, pageType: 'offline', kpageflags: ['OFFLINE'], doc: 'Page of offline type that nobody can migrate: unplugged by virtio-mem, or a Hyper-V balloon page. `get hwpoison page`.' },

    // The kernel's own image and what firmware or boot code reserved.
    'kernel-text': { ...RESERVED, doc: 'Code of the kernel image: PG_reserved.' },
    'kernel-rodata': { ...RESERVED, doc: 'Read-only data of the kernel image: PG_reserved.' },
    'kernel-data': { ...RESERVED, doc: 'Initialised data of the kernel image: PG_reserved.' },
    'kernel-bss': { ...RESERVED, doc: 'Zero-initialised data of the kernel image: PG_reserved.' },
    reserved: { ...RESERVED, doc: 'Reserved at boot: firmware tables, crash kernel, the legacy hole below 1 MiB. Panics in 7.3 with the sysctl on; PFN 1 is the usual test victim on x86.' },
    memmap: { ...RESERVED, doc: 'Page of the struct page array itself, allocated at boot: PG_reserved.' },
    'zero-page': { ...RESERVED, kpageflags: ['ZERO_PAGE', 'RESERVED'], doc: 'The one zero page behind all anonymous memory that was only read. Poisoning it poisons it for the whole machine.' },
    'huge-zero': { ...PLAIN, flags: ['head'], compound: true, kpageflags: ['COMPOUND_HEAD', 'THP', 'ZERO_PAGE'], doc: 'The huge zero folio behind THP-eligible memory that was only read. Not among the pages that 7.3 calls kernel-owned, so it never panics.' },

    // User pages in between.
    'lru-batch': { ...PLAIN, flags: ['uptodate', 'referenced', 'swapbacked'], kpageflags: ['REFERENCED', 'UPTODATE', 'ANON', 'SWAPBACKED'], doc: 'Anonymous page whose owner is gone and which only a per-CPU batch on its way to the LRU still holds.' },
    'file-held-superblock': { ...PLAIN, flags: ['lru', 'uptodate', 'referenced', 'private'], refcount: 2, kpageflags: ['REFERENCED', 'UPTODATE', 'LRU', 'PRIVATE'], doc: 'Clean page-cache page of a block device whose buffer a mounted file system holds, as for its superblock: cannot be invalidated, `still referenced`, Failed.' },

    // Device memory and addresses without RAM.
    'pmem-raw': { ...DEVICE, doc: 'Persistent memory in raw (fsdax-capable) mode that no file maps: `dax page`, Failed.' },
    'device-private': { ...DEVICE, doc: 'Device-private or device-coherent memory: `dax page`, Failed with ENXIO.' },
    'pgmap-metadata': { ...DEVICE, doc: 'Where a dev_pagemap keeps its own struct pages (altmap): `dax page`, Failed with ENXIO.' },
    hole: { ...PLAIN, refcount: 0, onlinePage: false, doc: 'Address inside RAM\'s span that firmware or memmap= keeps: a struct page exists, but the kernel does not manage it. `memory outside kernel control`, ENXIO.' },
    sgx: { ...NO_STRUCT_PAGE, doc: 'SGX enclave page cache: the architecture claims the error before anything else, returns 0 and prints nothing; the task that consumed it gets a plain SIGBUS.' },
    mmio: { ...NO_STRUCT_PAGE, doc: 'Device registers. corrupt-pfn refuses it with ENXIO; by address it is outside kernel control (up to 6.18) or `non struct page pfn`, Ignored.' },
    'beyond-ram': { ...NO_STRUCT_PAGE, doc: 'Address above the end of RAM. As mmio.' },
    pfnmap: { ...NO_STRUCT_PAGE, doc: 'Device memory that a driver registered for memory errors, as the Grace GPU driver does. From 7.0: tasks that map it are killed, `non struct page pfn`, Recovered; nothing is unmapped.' },
} as const satisfies Record<string, PageKind>;

export type PageKindName = keyof typeof ROWS;

export const PAGE_KINDS: Readonly<Record<PageKindName, PageKind>> = ROWS;
