import { checkInjections, type InjectionRow } from './injection-rows.js';
import { KERNEL_MEMORY as PAGE } from './page-states/index.js';
import type { KernelMemoryName } from './page-states/kernel-memory.js';

const UNHANDLABLE = ['unhandlable page.'];

function owned(section: string, kind: KernelMemoryName): InjectionRow {
    return { section, page: PAGE[kind], gives: 'KERNEL Ignored EBUSY', says: UNHANDLABLE };
}

function unknown(section: string, kind: KernelMemoryName): InjectionRow {
    return { section, page: PAGE[kind], gives: 'GET_HWPOISON Ignored EBUSY', says: UNHANDLABLE };
}

checkInjections('a failure in memory that the kernel owns', {
    'slab': owned('9.5 slab', 'slab'),
    'slab, by hard_offline_page': { ...owned('9.5 slab', 'slab'), by: 'hard_offline_page' },
    'tail of a slab': owned('9.5 slab', 'slab-tail'),
    'large kmalloc': owned('9.5 large_kmalloc', 'large-kmalloc'),
    'tail of a large kmalloc': owned('9.5 large_kmalloc', 'large-kmalloc-tail'),
    'page table': owned('9.5 page_table', 'page-table'),
    'boot-time per-CPU area': owned('9.5 percpu_boot', 'percpu-boot'),
    'reserved': owned('9.5 reserved', 'reserved'),
    'struct page array': owned('9.5 reserved', 'memmap'),
    'kernel text': owned('9.5 kernel_text', 'kernel-text'),
    'kernel read-only data': owned('9.5 kernel_text', 'kernel-rodata'),
    'kernel data': owned('9.5 kernel_text', 'kernel-data'),
    'kernel bss': owned('9.5 kernel_text', 'kernel-bss'),
    'zero page': owned('9.1 zero_page_pfn', 'zero-page'),
});

checkInjections('a failure in kernel memory that no flag tells apart', {
    'vmalloc': unknown('9.5 vmalloc', 'vmalloc'),
    'kernel stack': unknown('9.5 kernel_stack', 'kernel-stack'),
    'per-CPU chunk': unknown('9.5 percpu_dynamic', 'percpu'),
    'module': unknown('9.5 module_text', 'module'),
    'driver page': unknown('9.5 driver_page', 'driver'),
    'compound page of a driver': unknown('9.5 driver_page', 'driver-compound'),
    'head of a high-order allocation': unknown('9.5 driver_page', 'high-order-head'),
    'tail of a high-order allocation': unknown('9.5 high_order_tail', 'high-order-tail'),
    'pipe buffer': unknown('9.5 driver_page', 'pipe'),
    'ram disk': unknown('9.5 driver_page', 'ramdisk'),
    'balloon': unknown('9.8 balloon', 'balloon'),
    'zsmalloc': unknown('9.8 zsmalloc', 'zsmalloc'),
    'offline type': unknown('9.8 offline_type', 'offline-type'),
    'huge zero page': unknown('9.1 huge_zero_pfn', 'huge-zero'),
    'waiting on an LRU batch, freed by the drain': unknown('2.4 row e, as recorded', 'lru-batch'),
});

checkInjections('a failure in free memory', {
    'buddy': { section: '9.6 buddy', page: PAGE.free, gives: 'BUDDY Recovered 0' },
    'buddy, by hard_offline_page': { section: '9.6 buddy', page: PAGE.free, by: 'hard_offline_page', gives: 'BUDDY Recovered 0' },
    'per-CPU list: drained first': { section: '9.6 pcp_free', page: PAGE['free-pcp'], gives: 'BUDDY Recovered 0' },
});

checkInjections('a failure in metadata of a mounted file system', {
    'superblock': {
        section: '9.2 blockdev_clean', page: PAGE['file-held-superblock'], gives: 'CLEAN_LRU Failed EBUSY', says: ['Failed to invalidate', 'clean LRU page still referenced by 2 users'],
    },
});
