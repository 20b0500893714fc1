import type { Vma, Process } from '../../machine/mm-types.js';
import { hugePages, lookup } from '../../machine/page-tables.js';
import type { VirtualPage } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { filemapGetFolio } from './page-cache.js';

/** mincore(): one digit a page. What is not mapped is looked for in the page cache or the swap cache; a hwpoison entry counts as resident. */
export function mincore(kernel: Kernel, process: Process, page: VirtualPage, pageCount: number): string {
    let vector = '';
    let isUpToReclaim = false;
    let isUpToTables = false;
    for (let at = page; at < page + pageCount; at += 1) {
        const vma = process.mm.find(at);
        isUpToReclaim ||= vma !== null && isOnSwapDisk(kernel, vma, at);
        isUpToTables ||= vma !== null && isHugeAndUntouched(kernel, vma, at);
        vector += vma !== null && isResident(kernel, vma, at) ? '1' : '0';
    }
    if (isUpToReclaim) kernel.recorder.notModelled('mincore() of a page on a disk for swap: whether it is in the swap cache still is up to reclaim');
    if (isUpToTables) kernel.recorder.notModelled('mincore() of a huge page that others have brought in: the page cache is asked where the process has no page table for that part of its address space, else the page is not resident');
    return vector;
}

/**
 * The page is cached, and the mapping has nothing in its page tables. Whether there is a table at all is up to what else the process has mapped close by.
 * Follows walk_hugetlb_range(), which calls mincore_unmapped_range() where there is none.
 */
function isHugeAndUntouched(kernel: Kernel, vma: Vma, page: VirtualPage): boolean {
    if (vma.hugetlbShift === null || vma.file === null || filemapGetFolio(kernel, vma.file, vma.indexAt(page)) === null) return false;
    for (let at = vma.start; at < vma.end; at += hugePages(vma, kernel.machine.pageShift)) if (lookup(kernel.machine, vma, at) !== null) return false;
    return true;
}

/** Paging out writes to a disk and leaves the page in the swap cache, until it is reclaimed again. */
function isOnSwapDisk({ machine }: Kernel, vma: Vma, page: VirtualPage): boolean {
    const entry = lookup(machine, vma, page)?.entry;
    return entry?.kind === 'swap' && machine.swaps.some(({ synchronous, slots, cache }) => !synchronous && slots.has(entry.slot) && !cache.has(entry.slot));
}

/** Follows mincore_pte_range() and mincore_page(). */
function isResident(kernel: Kernel, vma: Vma, page: VirtualPage): boolean {
    // Mapped from the start, or no file to ask: can_do_mincore() then has every page resident.
    if (vma.special !== null) return true;
    const entry = lookup(kernel.machine, vma, page)?.entry;
    if (entry?.kind === 'swap') return kernel.machine.swaps.some(({ cache }) => cache.get(entry.slot)?.has('uptodate') === true);
    if (entry !== undefined) return true;
    return vma.file !== null && vma.hugetlbShift === null && filemapGetFolio(kernel, vma.file, vma.indexAt(page))?.has('uptodate') === true;
}
