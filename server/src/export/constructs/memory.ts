/** Memory without a process: one row for each page kind, as far as a program can find such a page. */
import type { PageKindName } from '../../vocabulary/page-kinds.js';
import { both, neither, type ConstructTable } from './construct.js';

const NO_FLAG = 'no interface tells which frames these are';
const FLAGS = 'a page with these flags in /proc/kpageflags';
const IOMEM = 'a range of /proc/iomem';

export const REGION_CONSTRUCTS: ConstructTable<PageKindName> = {
    'free': both(FLAGS, FLAGS, 'it can be allocated before the step comes'),
    'free-pcp': neither(NO_FLAG),
    'hugetlb-free': both(FLAGS),
    'slab': both(FLAGS, FLAGS, 'of any cache: which one does not show'),
    'slab-tail': both(FLAGS, FLAGS, 'of any cache: which one does not show'),
    'large-kmalloc': neither(NO_FLAG),
    'large-kmalloc-tail': neither(NO_FLAG),
    'vmalloc': neither(NO_FLAG),
    'kernel-stack': neither(NO_FLAG),
    'page-table': both(FLAGS, FLAGS, 'of any process, or of the kernel'),
    'percpu': neither(NO_FLAG),
    'percpu-boot': neither(NO_FLAG),
    'module': neither(NO_FLAG),
    'driver': neither(NO_FLAG),
    'driver-compound': neither(NO_FLAG),
    'high-order-head': neither(NO_FLAG),
    'high-order-tail': neither(NO_FLAG),
    'pipe': neither(NO_FLAG),
    'ramdisk': neither(NO_FLAG),
    'zsmalloc': neither(NO_FLAG),
    'balloon': both(FLAGS, FLAGS, 'the machine must have a balloon that is inflated'),
    'offline-type': both(FLAGS, FLAGS, 'the machine must have such memory'),
    'kernel-text': both(`${IOMEM}: Kernel code`),
    'kernel-rodata': both(`${IOMEM}: Kernel rodata`),
    'kernel-data': both(`${IOMEM}: Kernel data`),
    'kernel-bss': both(`${IOMEM}: Kernel bss`),
    'reserved': both(FLAGS),
    'memmap': neither(NO_FLAG),
    'zero-page': both(FLAGS),
    'huge-zero': both(FLAGS, FLAGS, 'the kernel must have made it by then'),
    'lru-batch': neither(NO_FLAG),
    'file-held-superblock': neither(NO_FLAG),
    'pmem-raw': both(`${IOMEM}: Persistent Memory`, undefined, 'the machine must have persistent memory in raw mode'),
    'device-private': neither(NO_FLAG),
    'pgmap-metadata': neither(NO_FLAG),
    'hole': both(`${IOMEM}: Reserved`),
    'sgx': neither(NO_FLAG),
    'mmio': both(`${IOMEM}: IOAPIC 0`, undefined, 'the registers of the first I/O APIC, which x86 has'),
    'beyond-ram': both(`${IOMEM}: above the last System RAM`),
    'pfnmap': neither('a driver has to register such memory'),
};
