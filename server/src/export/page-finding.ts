/** How a page of a kind is found on a machine that runs. */
import type { Program } from '../simulator/program.js';
import type { KpageFlagName } from '../vocabulary/page-flags.js';
import { CannotMake } from './cannot-make.js';
import { PAGE_KINDS, type PageKindName } from '../vocabulary/page-kinds.js';

/** Flags that tell kinds of pages apart. */
const TELLING: readonly KpageFlagName[] = ['SLAB', 'COMPOUND_TAIL', 'HUGE', 'BUDDY', 'OFFLINE', 'ZERO_PAGE', 'PGTABLE', 'RESERVED', 'MMAP', 'UPTODATE', 'THP'];

const IOMEM: Partial<Record<PageKindName, string>> = {
    'kernel-text': 'Kernel code', 'kernel-rodata': 'Kernel rodata', 'kernel-data': 'Kernel data', 'kernel-bss': 'Kernel bss',
    'pmem-raw': 'Persistent Memory', 'hole': 'Reserved', 'mmio': 'IOAPIC 0',
};

export type PageFinding =
    /** Bits of /proc/kpageflags that must be set, and others that must not. */
    | { readonly by: 'flags'; readonly set: readonly KpageFlagName[]; readonly clear: readonly KpageFlagName[] }
    /** A range of /proc/iomem by its name. */
    | { readonly by: 'iomem'; readonly range: string }
    | { readonly by: 'beyond-ram' };

export function pageFinding(kind: PageKindName): PageFinding {
    if (kind === 'beyond-ram') return { by: 'beyond-ram' };
    const range = IOMEM[kind];
    if (range !== undefined) return { by: 'iomem', range };
    const set = PAGE_KINDS[kind].kpageflags;
    return { by: 'flags', set, clear: TELLING.filter((flag) => !set.includes(flag)) };
}

/** A frame that is named by its number, where the number means the same on any machine. */
export function numbered({ machine }: Program, pfn: number): number {
    const own = [...machine.holes, ...machine.pmems, ...machine.offline].find((range) => pfn >= range.pfn && pfn < range.pfn + range.pageCount);
    if (own !== undefined) throw new CannotMake('place', `frame 0x${pfn.toString(16)} is in a hole, a device or an offline block of the scenario's machine: another machine has something else there`);
    return pfn;
}
