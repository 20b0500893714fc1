/** What the next kernel can have made of a frame by the time it reads the list: the word after `is` in `kexec where spare is slab`. */
import { PAGE_KINDS, type PageKindName } from './page-kinds.js';

export interface BootUse {
    /** How the frame is made: a page of that kind, or one of the forms that are no page kind. */
    readonly form: 'kernel' | 'anon' | 'page-cache' | 'hugetlb' | 'not-ram' | 'offline';
    readonly doc: string;
}

/** Memory that a booting kernel allocates or reserves for itself. */
const KERNEL_KINDS = ['slab', 'large-kmalloc', 'vmalloc', 'kernel-stack', 'page-table', 'percpu', 'percpu-boot', 'module', 'driver', 'high-order-head', 'high-order-tail', 'ramdisk', 'kernel-text', 'kernel-rodata', 'kernel-data', 'kernel-bss', 'reserved', 'memmap', 'free-pcp'] as const satisfies readonly PageKindName[];

const OTHERS = {
    anon: { form: 'anon', doc: 'Anonymous memory of a user-mode helper that an initcall has started, written.' },
    'page-cache': { form: 'page-cache', doc: 'A clean page of a file, read and not mapped.' },
    'hugetlb-free': { form: 'hugetlb', doc: 'Part of a free huge page that `hugepages=` has set aside.' },
    hole: { form: 'not-ram', doc: 'The next kernel\'s memory map has no RAM there.' },
    offline: { form: 'offline', doc: 'The memory block of the frame is offline.' },
} as const satisfies Record<string, BootUse>;

export type BootUseName = keyof typeof OTHERS | (typeof KERNEL_KINDS)[number];

export const BOOT_USES = {
    ...Object.fromEntries(KERNEL_KINDS.map((kind) => [kind, { form: 'kernel', get doc() { return PAGE_KINDS[kind].doc; } }])),
    ...OTHERS,
} as Readonly<Record<BootUseName, BootUse>>;
