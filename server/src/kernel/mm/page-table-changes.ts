import type { AnonVma, Folio, Vma } from '../../machine/mm-types.js';
import { entryStride, folioMapped, lookup, mappedPfn, setHuge, setPte } from '../../machine/page-tables.js';
import type { VirtualPage } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { returnUnusedSurplusPages } from '../hugetlb/hugetlb-pool.js';
import { folioMarkAccessed } from './lru.js';
import { freeIfUnused } from './page-alloc.js';

function setDirty(kernel: Kernel, folio: Folio): void {
    kernel.pageChanged(folio.head, 'PG_dirty', folio.has('dirty'), true);
    folio.set('dirty');
}

/** Replaces a PMD by entries that map the same pages. Follows __split_huge_pmd(). */
export function splitPmd(kernel: Kernel, vma: Vma, page: VirtualPage): void {
    const found = lookup(kernel.machine, vma, page);
    if (found?.level !== 'huge' || found.entry.kind !== 'present' || vma.hugetlbShift !== null) return;
    const { head, dirty, writable } = found.entry;
    if (dirty) kernel.machine.memory.folio(head).set('dirty');
    setHuge(vma, found.start, null);
    if (kernel.machine.memory.folio(head).kind === 'huge-zero') {
        // Follows __split_huge_zero_page_pmd(): each entry maps the small zero page.
        for (let at = found.start; at < found.start + found.pages; at += 1) setPte(vma, at, { kind: 'present', pfn: kernel.machine.zeroPage, dirty: false, writable: false });
        return;
    }
    if (kernel.machine.memory.folio(head).owner?.kind === 'file') {
        // Follows __split_huge_pmd_locked(): what a file holds is faulted in again.
        for (let at = found.start; at < found.start + found.pages; at += 1) setPte(vma, at, null);
        munlockVmaFolio(kernel, vma, kernel.machine.memory.folio(head));
        return;
    }
    // The PMD goes from the reverse map; older kernels do not lock a large folio anew that PTEs map.
    if (vma.mlocked && !kernel.profile.has('mlocksLargeFolios')) munlockVmaFolio(kernel, vma, kernel.machine.memory.folio(head));
    // Which of the pages were written the PMD does not say: the folio is dirty from here on.
    if (dirty) setDirty(kernel, kernel.machine.memory.folio(head));
    const { backing } = vma;
    const sameAsBacking = backing !== null && backing.pfn + (found.start - vma.start) === head && backing.dirty === dirty && backing.writable === writable;
    if (sameAsBacking) return;
    for (let offset = 0; offset < found.pages; offset += 1) {
        if (!vma.mm.ptes.has(found.start + offset)) setPte(vma, found.start + offset, { kind: 'present', pfn: head + offset, dirty, writable });
    }
}

/** The last mapping through an mlocked VMA goes: the page is evictable again. Follows munlock_folio(). */
export function munlockFolio(folio: Folio): void {
    if (!folio.has('mlocked')) return;
    folio.clear('mlocked');
    if (folio.owner?.kind !== 'file' || !(folio.owner.traits.unevictable || folio.owner.locked)) folio.clear('unevictable');
}

/** A mapping of the folio goes from the VMA, by whatever way: it stays locked only where another mlocked VMA maps it. Follows munlock_vma_folio(), which is the end of each removal from the reverse map. */
export function munlockVmaFolio(kernel: Kernel, vma: Vma, folio: Folio): void {
    if (vma.mlocked && folio.has('mlocked') && !isLockedBesides(kernel, vma, folio)) munlockFolio(folio);
}

/** What mlock_count tells the kernel. */
function isLockedBesides({ machine }: Kernel, vma: Vma, folio: Folio): boolean {
    const { owner } = folio;
    if (owner === null || owner.kind === 'ksm') return false;
    return owner.vmas.some((other) => {
        // The PTEs of a large folio have locked it once, and each that goes takes that away.
        if (other === vma || !other.mlocked || folio.large && other.mm === vma.mm) return false;
        for (let offset = 0; offset < folio.pageCount; offset += 1) {
            const page = other.pageOfIndex(folio.index + offset);
            if (page !== null && mappedPfn(machine, other, page) === folio.head + offset) return true;
        }
        return false;
    });
}

/** Off the evictable lists. Follows mlock_folio(). */
export function mlockFolio(folio: Folio): void {
    folio.set('mlocked');
    folio.set('unevictable');
    folio.clear('active');
}

/** Every mapping of an mlocked VMA goes, those by PMDs and those that nobody has looked at too. */
function munlockVma(kernel: Kernel, vma: Vma): void {
    const { machine } = kernel;
    if (vma.special !== null) return;
    for (let page = vma.start; page < vma.end; page += entryStride(vma, machine.pageShift)) {
        const pfn = mappedPfn(machine, vma, page);
        if (pfn !== null) munlockVmaFolio(kernel, vma, machine.memory.folio(pfn));
    }
}

/** Removes whatever the tables hold for the pages; frames that nobody refers to any more are freed. Follows zap_page_range_single(). */
export function zapPages(kernel: Kernel, vma: Vma, page: VirtualPage, pageCount: number): void {
    const { machine } = kernel;
    for (let at = page; at < page + pageCount; at += entryStride(vma, machine.pageShift)) {
        const found = lookup(machine, vma, at);
        if (vma.mm.markers.get(at) === 'poison') vma.mm.markers.delete(at);
        if (found === null) {
            if (vma.uffdPoison) setPte(vma, at, null);
            continue;
        }
        if (found.level === 'huge') {
            const whole = found.start >= page && found.start + found.pages <= page + pageCount;
            if (vma.hugetlbShift !== null || whole) {
                const folio = found.entry.kind === 'present' ? machine.memory.folio(found.entry.head) : null;
                setHuge(vma, found.start, null);
                if (vma.hugetlbShift === null) for (let each = found.start; each < found.start + found.pages; each += 1) setPte(vma, each, null);
                if (folio !== null && found.entry.kind === 'present' && found.entry.dirty && (folio.hugetlb !== null || folio.owner?.kind === 'file')) folio.set('dirty');
                if (folio !== null) munlockVmaFolio(kernel, vma, folio);
                if (folio !== null) freeIfUnused(kernel, folio);
                if (vma.hugetlbShift === null) at = found.start + found.pages - 1;
                continue;
            }
            splitPmd(kernel, vma, at);
        }
        const pte = lookup(machine, vma, at);
        setPte(vma, at, null);
        if (pte?.level !== 'pte') continue;
        if (pte.entry.kind === 'present') {
            const folio = machine.memory.folio(pte.entry.pfn);
            zapFilePage(kernel, folio, pte.entry.dirty);
            munlockVmaFolio(kernel, vma, folio);
            freeSwapCache(kernel, folio);
            freeIfUnused(kernel, folio);
        } else if (pte.entry.kind === 'swap') {
            releaseSlot(kernel, pte.entry.slot);
        }
    }
}

/** The last reference to a swap slot went: its swap-cache page goes with it. */
function releaseSlot(kernel: Kernel, slot: number): void {
    const area = kernel.machine.swaps.find((swap) => swap.slots.has(slot));
    if (area === undefined) return;
    if (slotIsUsed(kernel, slot)) return;
    const folio = area.cache.get(slot);
    if (folio === undefined) area.slots.delete(slot);
    else folioFreeSwap(kernel, folio);
}

/** Does any page table still say that a page is in the slot? Follows folio_swapped(). */
export function slotIsUsed(kernel: Kernel, slot: number): boolean {
    return kernel.machine.processes.some((process) => [...process.mm.ptes.values()].some((pte) => pte?.kind === 'swap' && pte.slot === slot));
}

/** Swap cache that nobody maps or has swapped out any more is given up. Follows free_swap_cache(). */
function freeSwapCache(kernel: Kernel, folio: Folio): void {
    if (folio.swapSlot !== null && !folioMapped(kernel.machine, folio) && !slotIsUsed(kernel, folio.swapSlot)) folioFreeSwap(kernel, folio);
}

/** The folio leaves the swap cache together with its slot: what it holds is nowhere else, so it is dirty. Follows folio_free_swap(). */
export function folioFreeSwap(kernel: Kernel, folio: Folio): void {
    const slot = folio.swapSlot!;
    for (const area of kernel.machine.swaps) area.slots.delete(slot);
    folio.set('dirty');
    deleteFromSwapCache(kernel, folio);
}

/** The folio leaves the swap cache; the reference of the cache goes. Follows swap_cache_del_folio(). */
export function deleteFromSwapCache(kernel: Kernel, folio: Folio): void {
    const slot = folio.swapSlot;
    if (slot === null) return;
    for (const area of kernel.machine.swaps) area.cache.delete(slot);
    folio.swapSlot = null;
    folio.clear('swapcache');
    kernel.pageChanged(folio.head, 'PG_swapcache', true, false);
    folio.references -= 1;
    freeIfUnused(kernel, folio);
}

/** The whole VMA goes: cost follows what was touched, not the size of the mapping. Follows unmap_vmas() and free_pgtables(). */
export function removeVma(kernel: Kernel, vma: Vma): void {
    const { mm } = vma;
    const touchedSlots: number[] = [];
    // Huge pages go back to their pool one by one: those that nobody has looked at must be seen once.
    if (vma.hugetlbShift !== null && vma.backing !== null) for (let at = vma.start; at < vma.end; at += entryStride(vma, kernel.machine.pageShift)) kernel.machine.memory.folio(vma.backing.pfn + (at - vma.start));
    if (vma.mlocked) munlockVma(kernel, vma);
    zapBacking(kernel, vma);
    for (const [page, pte] of mm.ptes) {
        if (page < vma.start || page >= vma.end) continue;
        if (pte?.kind === 'swap') touchedSlots.push(pte.slot);
        if (pte?.kind === 'present') zapFilePage(kernel, kernel.machine.memory.folio(pte.pfn), pte.dirty);
        mm.ptes.delete(page);
    }
    for (const [start, entry] of [...mm.hugeEntries]) {
        if (start < vma.start || start >= vma.end) continue;
        if (entry?.kind === 'present' && entry.dirty && (vma.hugetlbShift !== null || vma.file !== null)) kernel.machine.memory.folio(entry.head).set('dirty');
        mm.hugeEntries.delete(start);
    }
    for (const page of [...mm.markers.keys()]) if (page >= vma.start && page < vma.end) mm.markers.delete(page);
    const unused = vma.hugetlbReservation?.drop(vma.indexBase, vma.indexBase + vma.pageCount) ?? 0;
    mm.vmas.splice(mm.vmas.indexOf(vma), 1);
    removeFromOwner(vma.anonVma, vma);
    removeFromOwner(vma.file, vma);
    for (const slot of touchedSlots) releaseSlot(kernel, slot);
    for (const folio of kernel.machine.memory.touchedFolios()) {
        const { owner } = folio;
        if (owner === null || owner !== vma.anonVma && owner !== vma.file && owner.kind !== 'ksm') continue;
        freeSwapCache(kernel, folio);
        freeIfUnused(kernel, folio);
    }
    const pool = unused > 0 ? kernel.machine.pools.get(vma.hugetlbShift!) : undefined;
    if (pool !== undefined) returnUnusedSurplusPages(kernel, pool, unused);
}

/** Entries that nobody has looked at go with the VMA, too: the pages that somebody has looked at keep what `zapFilePage` says. */
function zapBacking(kernel: Kernel, vma: Vma): void {
    if (vma.file === null || vma.backing === null || vma.hugetlbShift !== null) return;
    for (const folio of kernel.machine.memory.touchedFolios()) {
        if (folio.owner !== vma.file) continue;
        const page = vma.pageOfIndex(folio.index);
        if (page !== null && !vma.mm.ptes.has(page) && mappedPfn(kernel.machine, vma, page) === folio.head) zapFilePage(kernel, folio, vma.backing.dirty);
    }
}

/** What a file's page keeps of an entry that goes: its dirty bit, and that it was used. Follows zap_present_folio_ptes(). */
function zapFilePage(kernel: Kernel, folio: Folio, dirty: boolean): void {
    if (folio.owner?.kind !== 'file') return;
    if (dirty) folio.set('dirty');
    folioMarkAccessed(kernel, folio);
}

function removeFromOwner(owner: AnonVma | { readonly vmas: Vma[] } | null, vma: Vma): void {
    const at = owner?.vmas.indexOf(vma) ?? -1;
    if (at >= 0) owner!.vmas.splice(at, 1);
}
