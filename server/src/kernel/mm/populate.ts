import { entryStride, setPte } from '../../machine/page-tables.js';
import type { Thread, Vma } from '../../machine/mm-types.js';
import type { VirtualPage } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { getUserPage } from './gup.js';
import { filemapGetPfn } from './page-cache.js';

/** Bytes around a read fault of which the cached pages are mapped along (fault_around_bytes). */
const FAULT_AROUND = 2 ** 16;

/**
 * Faults the pages of a fresh mapping in. The first that cannot be had ends it, and nobody is told; a fault before has mapped what is cached
 * around it. Follows __mm_populate(), populate_vma_page_range() and do_fault_around().
 */
export function populateVma(kernel: Kernel, thread: Thread, vma: Vma): void {
    const write = vma.protection === 'write' && !vma.shared;
    for (let page = vma.start; page < vma.end; page += entryStride(vma, kernel.machine.pageShift)) {
        const got = getUserPage(kernel, thread, page, write, { walks: true });
        if ('errno' in got) {
            if (!write && page > vma.start) mapAround(kernel, vma, page);
            kernel.decide('populate_vma_page_range.stopped', undefined, got.errno);
            return;
        }
    }
}

/** The cached, healthy pages behind the one that could not be had, as far as the fault on the page before it has mapped them. */
function mapAround(kernel: Kernel, vma: Vma, page: VirtualPage): void {
    const { file } = vma;
    if (file === null || vma.hugetlbShift !== null || file.daxBase !== null) return;
    const pages = FAULT_AROUND / 2 ** kernel.machine.pageShift;
    const end = Math.min(vma.end, (Math.floor((page - 1) / pages) + 1) * pages);
    for (let at = page + 1; at < end; at += 1) {
        const pfn = filemapGetPfn(kernel, file, vma.indexAt(at));
        if (pfn !== null && !kernel.machine.memory.isPoisoned(pfn)) setPte(vma, at, { kind: 'present', pfn, dirty: false, writable: false });
    }
}
