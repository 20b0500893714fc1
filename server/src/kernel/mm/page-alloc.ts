import { Folio } from '../../machine/mm-types.js';
import { folioRefcount } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { freeHugetlbFolio } from '../hugetlb/hugetlb-pool.js';

/**
 * Drops one reference that does not come from a mapping, and frees the folio when none of any kind is left.
 * Follows folio_put().
 */
export function folioPut(kernel: Kernel, folio: Folio): void {
    folio.references -= 1;
    freeIfUnused(kernel, folio);
}

/** After a mapping or reference went: frees the folio when nothing refers to it. */
export function freeIfUnused(kernel: Kernel, folio: Folio): void {
    if (folio.references > 0 || folio.has('reserved') || folio.free || folio.keptOut) return;
    if (folioRefcount(kernel.machine, folio) === 0) freeFolio(kernel, folio);
}

/** The folio goes back to where it came from. Follows __folio_put() and free_pages_prepare(). */
export function freeFolio(kernel: Kernel, folio: Folio): void {
    const { memory } = kernel.machine;
    if (folio.hugetlb !== null) {
        freeHugetlbFolio(kernel, folio);
        return;
    }
    // Of a large folio only what the handler had got hold of: until then the flag is not set.
    const keepsBadPage = folio.order === 0 || kernel.profile.has('poisonedLargeFolioKeptBack') && folio.has('has_hwpoisoned');
    const { head, pageCount } = folio;
    for (let pfn = head; pfn < head + pageCount; pfn += 1) {
        memory.contents.delete(pfn);
        if (memory.isPoisoned(pfn) && keepsBadPage) keepOut(kernel, pfn);
        else if (folio.large) freeToPerCpuList(kernel, pfn);
        else freePage(kernel, pfn);
    }
}

/** One page becomes a free page of the buddy allocator. */
export function freePage(kernel: Kernel, pfn: Pfn): void {
    kernel.machine.memory.place(new Folio(pfn, 0, 'free', 'buddy', 0, 0));
}

/** A transparent huge page is freed to a per-CPU list first: it is free, but not in the buddy allocator yet. */
function freeToPerCpuList(kernel: Kernel, pfn: Pfn): void {
    const page = kernel.machine.memory.place(new Folio(pfn, 0, 'free', 'none', 0, 0));
    page.perCpuFree = true;
}

/** free_pages_prepare() refuses a page that carries PG_hwpoison: it belongs to nobody from here on. */
function keepOut(kernel: Kernel, pfn: Pfn): void {
    kernel.machine.memory.place(new Folio(pfn, 0, 'poisoned', 'none', 0, 0)).keptOut = true;
    kernel.decide('free_pages_prepare.kept-out', pfn);
}

/** A free page of the buddy lists becomes unreachable for allocations. Follows take_page_off_buddy(). */
export function takePageOffBuddy(kernel: Kernel, pfn: Pfn): boolean {
    const { memory } = kernel.machine;
    const folio = memory.folio(pfn);
    if (folio.pageType !== 'buddy') return false;
    memory.takeOff(pfn);
    folio.pageType = 'none';
    folio.kind = 'taken off the free list';
    return true;
}

/** Allocates one zeroed frame for the owner described by the folio that is returned (one reference less than nothing: mapped by the caller). */
export function allocatePage(kernel: Kernel, kind: string, flags: number, content: string): Folio | null {
    const { memory } = kernel.machine;
    const pfn = memory.allocate(1, 0);
    if (pfn === null) return null;
    memory.contents.set(pfn, content);
    memory.partlyWritten.delete(pfn);
    return memory.place(new Folio(pfn, 0, kind, 'none', flags, 0));
}

/** Options that make the allocator look at the flags of every page it hands out or takes back. */
const PAGE_CHECKING = ['DEBUG_VM', 'init_on_alloc', 'init_on_free', 'page_poison', 'debug_pagealloc'] as const;

/** Does check_new_pages() look at pages, and so refuse marked ones? Follows init_mem_debugging_and_hardening(). */
export function pagesAreChecked(kernel: Kernel): boolean {
    return PAGE_CHECKING.some((option) => kernel.machine.config.get(option) === 'y');
}

/** A checking allocator that meets the mark: the page has left the free list by then, and is given to nobody. Follows check_new_pages() in rmqueue(). */
export function dropMarkedPage(kernel: Kernel, pfn: Pfn): void {
    kernel.machine.memory.place(new Folio(pfn, 0, 'dropped by the allocator', 'none', 0, 0)).keptOut = true;
    kernel.pageChanged(pfn, 'free list', 'buddy', 'none');
    kernel.decide('check_new_pages.refused', pfn);
}

/** Free pages move from the buddy lists to the list of a CPU, as a batch with one that somebody needs. Follows rmqueue_bulk(). */
export function refillPerCpuList(kernel: Kernel, pfn: Pfn): void {
    const folio = kernel.machine.memory.folio(pfn);
    folio.pageType = 'none';
    folio.perCpuFree = true;
    kernel.pageChanged(pfn, 'free list', 'buddy', 'per-CPU');
    kernel.decide('rmqueue_bulk', pfn);
}

/** The free page leaves the free list for somebody who has not put it to use yet: one reference, no flags. Follows get_page_from_freelist(). */
export function takeFreePage(kernel: Kernel, pfn: Pfn, kind: string): Folio {
    const folio = kernel.machine.memory.place(new Folio(pfn, 0, kind, 'none', 0, 1));
    kernel.pageChanged(pfn, 'free list', 'buddy', 'none');
    kernel.decide('rmqueue', pfn, kind);
    return folio;
}
