import type { Folio } from '../../machine/mm-types.js';
import { PG } from '../../machine/page-flags.js';
import type { Kernel } from '../kernel.js';
import { folioPut, freeIfUnused } from './page-alloc.js';

/** Flags of an anonymous page that a fault made, once the LRU batches were drained. */
export function anonFlags(kernel: Kernel): number {
    const active = kernel.profile.has('faultedPagesAreActive') ? PG.active : 0;
    const referenced = kernel.profile.has('faultedPagesAreReferenced') ? PG.referenced : 0;
    return referenced | PG.uptodate | PG.lru | active | PG.swapbacked | PG.owner_2;
}

/**
 * The folio was read, written or looked at through a page table that goes. The first time marks it; a second one activates it, unless the
 * multi-generation LRU counts otherwise. Follows folio_mark_accessed().
 */
export function folioMarkAccessed({ profile }: Kernel, folio: Folio): void {
    const generations = profile.has('faultedPagesAreActive');
    if (generations && folio.has('unevictable')) return;
    if (!generations && folio.has('referenced') && !folio.has('unevictable') && !folio.has('active')) {
        if (folio.has('lru')) folio.set('active');
        folio.clear('referenced');
        return;
    }
    folio.set('referenced');
}

/** Takes the folio off the LRU, with a reference, as reclaim, migration and compaction do. Follows folio_isolate_lru(). @returns false when it is not on the LRU */
export function folioIsolateLru(kernel: Kernel, folio: Folio): boolean {
    if (!folio.has('lru')) return false;
    kernel.pageChanged(folio.head, 'PG_lru', true, false);
    folio.clear('lru');
    folio.references += 1;
    kernel.decide('folio_isolate_lru', folio.head);
    return true;
}

/** Puts an isolated folio back; the reference of the isolation goes. Follows folio_putback_lru(). */
export function folioPutbackLru(kernel: Kernel, folio: Folio): void {
    kernel.pageChanged(folio.head, 'PG_lru', folio.has('lru'), true);
    folio.set('lru');
    kernel.decide('folio_putback_lru', folio.head);
    folioPut(kernel, folio);
}

/** Puts a folio on the per-CPU batch of pages that wait for the LRU; the batch holds a reference. Follows folio_add_lru(). */
export function folioAddLru(kernel: Kernel, folio: Folio): void {
    if (folio.lruBatch) return;
    kernel.pageChanged(folio.head, 'PG_lru', folio.has('lru'), false);
    folio.clear('lru');
    folio.lruBatch = true;
    folio.references += 1;
    kernel.decide('folio_add_lru', folio.head);
}

/** The batches are drained: a folio that waits on one joins the LRU. Follows lru_add_drain_all(). */
export function lruAddDrainAll(kernel: Kernel, folio: Folio): void {
    folio.moveBatch = false;
    if (!folio.lruBatch) return;
    folio.lruBatch = false;
    kernel.pageChanged(folio.head, 'PG_lru', false, true);
    folio.set('lru');
    kernel.decide('lru_add_drain_all', folio.head);
    folio.references -= 1;
    freeIfUnused(kernel, folio);
}

/** Sets PG_dirty without the folio lock, as the zapping of a dirty entry or the release of a DMA pin does. Follows folio_mark_dirty(). */
export function folioMarkDirty(kernel: Kernel, folio: Folio): void {
    kernel.pageChanged(folio.head, 'PG_dirty', folio.has('dirty'), true);
    folio.set('dirty');
    kernel.decide('folio_mark_dirty', folio.head);
}
