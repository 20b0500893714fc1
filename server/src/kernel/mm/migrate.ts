/** Moving pages that are in use to other frames. Follows migrate_pages() with unmap_and_move(). */
import { Folio } from '../../machine/mm-types.js';
import { candidateMappings, lookup, mappingsOf, setHuge, setPte, type Mapped } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import { freeHugetlbFolio, freeTemporaryHugetlbFolio } from '../hugetlb/hugetlb-pool.js';
import type { Kernel } from '../kernel.js';
import { freeFolio } from './page-alloc.js';

/** An attempt to migrate unmaps the page, which moves the dirty bits of its entries to it. Follows try_to_migrate_one(). */
export function markDirtyFromEntries(kernel: Kernel, folio: Folio, pfn: Pfn): void {
    for (const { vma, page } of mappingsOf(kernel.machine, folio, pfn)) {
        const found = lookup(kernel.machine, vma, page);
        if (found?.entry.kind === 'present' && found.entry.dirty) folio.set('dirty');
    }
}

/** Why the page cannot be moved, or null. */
export function migrationObstacle(folio: Folio): string | null {
    if (folio.pins > 0) return 'extra references';
    if (folio.buffersHeld) return 'buffers in use';
    if (folio.owner === null && !folio.movableOps && folio.hugetlb === null) return 'no mapping, extra references';
    const migratable = folio.owner?.kind === 'file' ? folio.owner.traits.migratable : 'all';
    if (folio.owner?.kind === 'file' && (migratable === 'none' || migratable === 'clean' && folio.has('dirty'))) return `${folio.owner.type} cannot migrate its pages`;
    return null;
}

/**
 * The mappings of a folio lead to another of the same size, which takes over its place in the file or in anonymous memory. The old one is
 * mapped nowhere afterwards; what becomes of it is the caller's to say.
 * @param held references that the caller has on the old folio, which stay there
 * @param moved told of each entry that was changed
 */
export function replaceFolio(kernel: Kernel, old: Folio, fresh: Folio, held: number, moved?: (mapped: Mapped) => void): void {
    const { machine } = kernel;
    const { memory } = machine;
    for (let offset = 0; offset < old.pageCount; offset += 1) {
        const pfn = old.head + offset;
        if (memory.partlyWritten.delete(pfn)) memory.partlyWritten.add(fresh.head + offset);
        if (!old.large) markDirtyFromEntries(kernel, old, pfn);
        for (const mapped of mappingsOf(machine, old, pfn)) {
            const found = lookup(machine, mapped.vma, mapped.page);
            if (found?.entry.kind !== 'present') continue;
            if (found.level === 'huge') setHuge(mapped.vma, found.start, { ...found.entry, head: fresh.head });
            else setPte(mapped.vma, mapped.page, { ...found.entry, pfn: fresh.head + offset });
            moved?.(mapped);
        }
    }
    Object.assign(fresh, { owner: old.owner, index: old.index, movableOps: old.movableOps, pageType: old.pageType, chargedTo: old.chargedTo, references: old.references - held });
    if (old.owner?.kind === 'file') for (let offset = 0; offset < old.pageCount; offset += 1) old.owner.pages.set(old.index + offset, fresh);
    if (old.swapSlot !== null) {
        for (const area of machine.swaps) if (area.cache.get(old.swapSlot) === old) area.cache.set(old.swapSlot, fresh);
        fresh.swapSlot = old.swapSlot;
    }
}

/** The folio moves to free frames, and its own become free. */
export function moveFolioTo(kernel: Kernel, old: Folio, pfn: Pfn): Folio {
    const { memory } = kernel.machine;
    const fresh = memory.place(new Folio(pfn, old.order, old.kind, 'none', old.flags, 0));
    if (old.large) memory.copyContents(old, pfn);
    else memory.contents.set(pfn, memory.content(old.head));
    replaceFolio(kernel, old, fresh, 0);
    Object.assign(old, { owner: null, swapSlot: null, movableOps: false, references: 0 });
    freeFolio(kernel, old);
    return fresh;
}

/** The same for a huge page of hugetlb; the old one goes back to the pool, or leaves it when the new one was made for it. Follows move_hugetlb_state(). */
export function replaceHugetlbFolio(kernel: Kernel, old: Folio, { folio: fresh, temporary }: { readonly folio: Folio; readonly temporary: boolean }, held: number): void {
    const { machine } = kernel;
    machine.memory.copyContents(old, fresh.head);
    for (const { vma, page } of candidateMappings(old, old.head)) {
        const found = lookup(machine, vma, page);
        if (found?.level !== 'huge' || found.entry.kind !== 'present' || found.entry.head !== old.head) continue;
        setHuge(vma, found.start, { ...found.entry, head: fresh.head });
    }
    Object.assign(fresh, { owner: old.owner, index: old.index, flags: old.flags, kind: old.kind, references: old.references - held });
    if (old.owner?.kind === 'file') old.owner.pages.set(old.index, fresh);
    if (temporary && machine.nodeOf(fresh.head) === machine.nodeOf(old.head) && (kernel.profile.has('freshHugetlbStayedIsolated') || kernel.profile.has('freshHugetlbStaysIsolated'))) {
        fresh.hugetlb!.state = 'isolated';
        kernel.decide('migrate_pages.not-put-back', fresh.head);
    }
    if (temporary) freeTemporaryHugetlbFolio(kernel, old);
    else freeHugetlbFolio(kernel, old);
}
