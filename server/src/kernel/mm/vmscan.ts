/** Reclaim of folios, as madvise(), drop_caches and declared states ask for it. Follows mm/vmscan.c. */
import type { AddressSpace, Folio, Vma } from '../../machine/mm-types.js';
import { PG } from '../../machine/page-flags.js';
import { folioRefcount, lookup, mappingsOf, setPte } from '../../machine/page-tables.js';
import type { Pfn, VirtualPage } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { reclaimPoisonedFolio } from '../memory-failure/user-mappings.js';
import { kernelLoad } from '../ras/consumption.js';
import { freeIfUnused } from './page-alloc.js';
import { mappingEvictFolio, unmapMappingFolio } from './page-cache.js';
import { deviceLoad } from './page-copies.js';
import { zapPages } from './page-table-changes.js';
import { splitHugePage } from './thp.js';

/** Reclaim visits a folio. Follows shrink_folio_list(). */
export function reclaimFolio(kernel: Kernel, folio: Folio, pfn: Pfn): void {
    const { memory } = kernel.machine;
    if (!folio.has('lru') || folio.owner === null) return;
    if (memory.folioIsPoisoned(folio)) {
        reclaimPoisonedFolio(kernel, folio, pfn);
        return;
    }
    if (folio.has('unevictable')) {
        kernel.decide('shrink_folio_list.unevictable', pfn);
        return;
    }
    if (folio.owner.kind === 'anon') reclaimAnonymous(kernel, folio, pfn);
    else if (folio.owner.kind === 'file') reclaimFile(kernel, folio.owner, folio, pfn);
}

/** A page of a file: dropped when it is clean and nobody holds it. */
function reclaimFile(kernel: Kernel, file: AddressSpace, folio: Folio, pfn: Pfn): void {
    if (file.traits.swapBacked) {
        if (kernel.machine.swaps.some(({ on }) => on)) kernel.recorder.notModelled('shared memory that is swapped out');
        return;
    }
    for (let each = folio.head; each < folio.head + folio.pageCount; each += 1) {
        for (const { vma, page } of mappingsOf(kernel.machine, folio, each)) {
            const found = lookup(kernel.machine, vma, page);
            if (found?.entry.kind === 'present' && found.entry.dirty) folio.set('dirty');
        }
    }
    unmapMappingFolio(kernel, file, folio);
    if (folio.has('dirty') || folio.has('writeback')) kernel.decide('shrink_folio_list.dirty', pfn);
    else kernel.decide(mappingEvictFolio(kernel, folio, 0) ? 'shrink_folio_list.dropped' : 'shrink_folio_list.in-use', pfn);
}

/** After MADV_FREE: dropped without a trace, unless it was written or somebody holds it. Follows try_to_unmap_one(). */
function reclaimLazyFree(kernel: Kernel, folio: Folio, pfn: Pfn): void {
    const mapped = mappingsOf(kernel.machine, folio, pfn);
    const written = mapped.some(({ vma, page }) => {
        const entry = lookup(kernel.machine, vma, page)?.entry;
        return entry?.kind === 'present' && entry.dirty;
    });
    if (written || folio.has('dirty') || folio.references > 0) {
        folio.set('swapbacked');
        kernel.decide('shrink_folio_list.in-use', pfn);
        return;
    }
    for (const { vma, page } of mapped) dropMapping(kernel, vma, page);
    kernel.decide('shrink_folio_list.dropped', pfn);
    freeIfUnused(kernel, folio);
}

/** A huge page goes as one. */
function dropMapping(kernel: Kernel, vma: Vma, page: VirtualPage): void {
    const found = lookup(kernel.machine, vma, page);
    if (found?.level === 'huge') zapPages(kernel, vma, found.start, found.pages);
    else setPte(vma, page, null);
}

/** Writes an anonymous page to swap and takes it away from everybody; a page that somebody holds stays in the swap cache. */
function reclaimAnonymous(kernel: Kernel, whole: Folio, pfn: Pfn): void {
    const { machine } = kernel;
    if (!whole.has('swapbacked')) {
        reclaimLazyFree(kernel, whole, pfn);
        return;
    }
    const area = machine.swaps.find((swap) => swap.on);
    if (area === undefined) return;
    const wasHuge = whole.large;
    if (wasHuge && splitHugePage(kernel, whole, pfn) !== '0') return;
    const folio = machine.memory.folio(pfn);
    // zram compresses the page, which reads it; a disk fetches it.
    if (!area.synchronous) deviceLoad(kernel, pfn);
    else if (kernelLoad(kernel, pfn, { in: 'zram_write_page', interrupt: false, thread: null }) === 'stopped') return;
    const slot = folio.swapSlot ?? area.store(machine.memory.content(pfn));
    area.slots.set(slot, machine.memory.content(pfn));
    if (wasHuge && !area.synchronous) area.slotsOfHugePages.add(slot);
    const exclusive = folio.has('owner_2');
    for (const { vma, page } of mappingsOf(machine, folio, pfn)) {
        setPte(vma, page, { kind: 'swap', slot, ...(exclusive ? {} : { shared: true as const }) });
        kernel.entryChanged(vma, page, 'present', 'swap');
    }
    if (folio.swapSlot === null) {
        folio.swapSlot = slot;
        folio.set('swapcache');
        folio.references += 1;
        area.cache.set(slot, folio);
    }
    folio.flags &= ~(PG.active | PG.owner_2 | PG.referenced);
    kernel.decide('pageout.swapped', pfn, `slot ${slot}`);
    // The reference of the swap cache alone: nobody else holds the page.
    if (folioRefcount(machine, folio) <= 1) {
        area.cache.delete(slot);
        folio.swapSlot = null;
        folio.clear('swapcache');
        folio.references -= 1;
        freeIfUnused(kernel, folio);
    } else {
        folio.set('dirty');
    }
}
