import type { Folio } from '../../machine/mm-types.js';
import { folioRefcount } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import type { Kernel } from '../kernel.js';
import { folioPut, freeIfUnused } from '../mm/page-alloc.js';

/** What the reference grab found. `race` and `unhandlable` are -EBUSY and -EIO, `kernelOwned` is -ENOTRECOVERABLE. */
export type Grab = 'inUse' | 'free' | 'unhandlable' | 'kernelOwned' | 'race';

/** The grab is tried again that often after draining (GET_PAGE_MAX_RETRY_NUM). */
const MAX_RETRIES = 3;

/** Kernel memory that nobody can take away: told apart since 7.3. Follows is_kernel_owned_page(). */
function isKernelOwnedPage(folio: Folio): boolean {
    return folio.has('reserved') || folio.pageType === 'slab' || folio.pageType === 'table' || folio.pageType === 'large-kmalloc';
}

/** Can a reference on the page be taken and mean anything? Follows HWPoisonHandlable(). */
export function hwpoisonHandlable(kernel: Kernel, folio: Folio, soft: boolean): boolean {
    if (kernel.profile.has('slabIsNotHandlable') && folio.pageType === 'slab') return false;
    if (soft && folio.movableOps) return true;
    return (folio.has('lru') && !folio.lruBatch) || folio.pageType === 'buddy' || folio.hugetlb !== null;
}

/**
 * Takes the reference that the handler works under. Follows get_hwpoison_page() and get_any_page():
 * per-CPU free lists are drained first, then LRU batches are drained between attempts.
 * @param callerReference the caller holds a reference (MF_COUNT_INCREASED)
 * @param soft for soft offline: pages with movable operations count as handlable
 */
export function getHwpoisonPage(kernel: Kernel, pfn: Pfn, callerReference: boolean, soft: boolean): Grab {
    drainPerCpuPages(kernel, pfn);
    if (kernel.profile.has('kernelOwnedPages') && isKernelOwnedPage(kernel.machine.memory.folio(pfn))) {
        if (callerReference) folioPut(kernel, kernel.machine.memory.folio(pfn));
        kernel.printPfn('unhandlable', pfn);
        kernel.decide('get_any_page.kernel-owned', pfn, describe(kernel, pfn));
        return 'kernelOwned';
    }
    if (callerReference) {
        if (hwpoisonHandlable(kernel, kernel.machine.memory.folio(pfn), soft)) {
            kernel.decide('get_any_page.caller-reference', pfn, describe(kernel, pfn));
            return 'inUse';
        }
        folioPut(kernel, kernel.machine.memory.folio(pfn));
    }
    // One counter for every reason to try again.
    for (let attempt = 0; ; attempt += 1) {
        const retry = attempt < MAX_RETRIES;
        kernel.hold('attempt', attempt);
        switch (tryToGet(kernel, pfn, soft)) {
            case 'inUse':
                kernel.decide('get_any_page.in-use', pfn, describe(kernel, pfn));
                return 'inUse';
            case 'refused':
                choose(kernel, 'W2c', pfn, soft);
                if (!retry) return unhandlable(kernel, pfn);
                shakePage(kernel, kernel.machine.memory.folio(pfn));
                drainPerCpuPages(kernel, pfn);
                continue;
            case 'noReference':
                choose(kernel, 'W2', pfn, soft);
        }
        const folio = kernel.machine.memory.folio(pfn);
        if (folioRefcount(kernel.machine, folio) > 0) {
            kernel.decide('get_any_page.raced-with-allocation', pfn, describe(kernel, pfn));
            if (!retry) return 'race';
        } else if (folio.pageType === 'buddy') {
            kernel.decide('get_any_page.free', pfn);
            return 'free';
        } else {
            choose(kernel, 'W2b', pfn, soft);
            kernel.decide('get_any_page.raced-with-freeing', pfn, describe(kernel, pfn));
            if (!retry) return unhandlable(kernel, pfn);
        }
    }
}

/** One attempt. `refused`: not a page whose reference would mean anything; `noReference`: the count is zero. Follows __get_hwpoison_page(). */
function tryToGet(kernel: Kernel, pfn: Pfn, soft: boolean): 'inUse' | 'refused' | 'noReference' {
    const folio = kernel.machine.memory.folio(pfn);
    if (!hwpoisonHandlable(kernel, folio, soft) || folio.hugetlb !== null && !migratable(folio)) return 'refused';
    if (folio.hugetlb === null && folioRefcount(kernel.machine, folio) <= 0) return 'noReference';
    folio.references += 1;
    return 'inUse';
}

/** Neither on its way to somebody nor known to be poisoned: memory_failure() has taken that mark off. Free ones pass. Follows get_hwpoison_hugetlb_folio(). */
function migratable({ hugetlb }: Folio): boolean {
    if (hugetlb!.state === 'free') return true;
    return hugetlb!.state === 'inUse' && hugetlb!.rawPoison !== null && hugetlb!.rawPoison.size === 0;
}

function unhandlable(kernel: Kernel, pfn: Pfn): Grab {
    kernel.printPfn('unhandlable', pfn);
    kernel.decide('get_any_page.unhandlable', pfn, describe(kernel, pfn));
    return 'unhandlable';
}

/** The windows are those of memory_failure(). */
function choose(kernel: Kernel, window: RaceWindowId, pfn: Pfn, soft: boolean): void {
    if (!soft) kernel.choose(window, pfn);
}

/** zone_pcp_disable(): pages on per-CPU free lists go back to the buddy lists. Faults on a page outside its zone where the kernel does. */
function drainPerCpuPages(kernel: Kernel, pfn: Pfn): void {
    const folio = kernel.machine.memory.folio(pfn);
    if (!folio.perCpuFree) return;
    folio.perCpuFree = false;
    folio.pageType = 'buddy';
    kernel.pageChanged(pfn, 'free list', 'per-CPU', 'buddy');
}

/** Drains the LRU batches: a page that waits on one joins the LRU, or is freed when only the batch held it. Follows shake_page(). */
export function shakePage(kernel: Kernel, folio: Folio): void {
    folio.moveBatch = false;
    if (!folio.lruBatch) return;
    folio.lruBatch = false;
    folio.references -= 1;
    kernel.pageChanged(folio.head, 'LRU', 'batch', 'drained');
    folio.set('lru');
    freeIfUnused(kernel, folio);
}

/** By kind and refcount: the same is said of many pages. */
const DESCRIPTIONS = new Map<string, string[]>();
/** Refcounts that are not rare. */
const USUAL_REFCOUNTS = 16;

function describe(kernel: Kernel, pfn: Pfn): string {
    const folio = kernel.machine.memory.folio(pfn);
    const refcount = folioRefcount(kernel.machine, folio);
    if (refcount < 0 || refcount >= USUAL_REFCOUNTS) return `${folio.kind}, refcount ${refcount}`;
    let ofKind = DESCRIPTIONS.get(folio.kind);
    if (ofKind === undefined) DESCRIPTIONS.set(folio.kind, ofKind = []);
    return ofKind[refcount] ??= `${folio.kind}, refcount ${refcount}`;
}
