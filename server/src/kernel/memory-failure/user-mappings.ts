import type { Folio, Thread } from '../../machine/mm-types.js';
import { folioMapped, lookup, mapsFrame, setHuge, setPte, candidateMappings, folioMapcount } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import { shakePage } from './get-hwpoison-page.js';
import type { Kernel } from '../kernel.js';
import { collectProcs, killProcs } from './kill-procs.js';
import { MF_ACTION_REQUIRED, MF_MUST_KILL } from './mf-flags.js';
import { freeIfUnused } from '../mm/page-alloc.js';
import { munlockFolio } from '../mm/page-table-changes.js';

type Leave = 'hwpoison' | 'swap' | 'nothing';

/**
 * Takes the page away from every process: collect, unmap, signal. Follows hwpoison_user_mappings().
 * @returns false when the page is still mapped
 */
export function hwpoisonUserMappings(kernel: Kernel, folio: Folio, pfn: Pfn, flags: number, current: Thread | null): boolean {
    const { machine } = kernel;
    if (folio.has('reserved') || folio.pageType === 'slab' || folio.pageType === 'table' || folio.pageType === 'offline') return true;
    if (!folio.has('lru') && folio.hugetlb === null) return true;
    if (!folioMapped(machine, folio)) {
        kernel.decide('hwpoison_user_mappings.not-mapped', pfn);
        return true;
    }
    if (folio.owner?.kind === 'ksm' && kernel.profile.has('ksmNotHandled')) {
        kernel.printPfn('ksmOld', pfn);
        kernel.decide('hwpoison_user_mappings.ksm', pfn);
        return false;
    }
    let mustKill = (flags & MF_MUST_KILL) !== 0;
    const leave = whatToLeave(kernel, folio, pfn, mustKill);
    kernel.hold('leaves', leave);
    kernel.choose('W8', pfn);
    // Collected before the unmapping, with what decides who is asked.
    const lsbBits = folio.hugetlb?.pool.shift ?? machine.pageShift;
    const entries = collectProcs(kernel, folio, pfn, (flags & MF_ACTION_REQUIRED) !== 0, current, lsbBits);
    const wasMlocked = folio.has('mlocked');
    kernel.hold('leaves', leave);
    kernel.hold('collected', entries);
    kernel.choose('W8', pfn);
    const unmapped = unmapPoisonedFolio(kernel, folio, pfn, leave);
    if (!unmapped) {
        kernel.printPfn('unmapFail', pfn, { count: folioMapcount(machine, folio) });
        kernel.decide('hwpoison_user_mappings.unmap-failed', pfn);
    } else {
        kernel.decide('hwpoison_user_mappings.unmapped', pfn, leave === 'hwpoison' ? 'hwpoison entries' : leave === 'swap' ? 'swap entries' : 'cleared entries');
    }
    // A task that meets the entries now is stopped before it is told of the error.
    kernel.hold('unmapped', unmapped);
    kernel.choose('W8', pfn);
    for (const what of ['leaves', 'collected', 'unmapped'] as const) kernel.hold(what, undefined);
    if (wasMlocked) shakePage(kernel, folio);
    mustKill ||= folio.has('dirty') || !unmapped;
    if (mustKill) killProcs(kernel, entries, pfn, flags, current, !unmapped);
    else if (entries.length > 0) kernel.decide('hwpoison_user_mappings.not-killed', pfn, 'clean page');
    return unmapped;
}

/** A poisoned page that stayed on the LRU and is reclaimed: taken away from whoever maps it, not written anywhere. Nobody is signalled. Follows shrink_folio_list(). */
export function reclaimPoisonedFolio(kernel: Kernel, folio: Folio, pfn: Pfn): void {
    kernel.decide('shrink_folio_list.poisoned', pfn, folio.large ? 'a large folio is left alone' : 'not reclaimed but unmapped');
    if (folio.large) return;
    unmapPoisonedFolio(kernel, folio, pfn, whatToLeave(kernel, folio, pfn, false));
    freeIfUnused(kernel, folio);
}

/** What takes the place of the page's entries; says so where it is no hwpoison entry. */
function whatToLeave(kernel: Kernel, folio: Folio, pfn: Pfn, mustKill: boolean): Leave {
    let leave: Leave = 'hwpoison';
    if (folio.has('swapcache')) {
        const { swapSlot } = folio;
        if (swapSlot !== null && kernel.machine.swaps.some((area) => area.slotsOfHugePages.has(swapSlot))) kernel.recorder.notModelled('a page of a huge page that was paged out to a disk: whether it is a part of one in the swap cache still');
        kernel.printPfn('keepSwap', pfn);
        kernel.decide('hwpoison_user_mappings.swapcache', pfn);
        leave = 'swap';
    }
    const file = folio.owner?.kind === 'file' ? folio.owner : null;
    if (mustKill || folio.has('dirty') || file === null || !file.traits.writeback) return leave;
    if (folioMkclean(kernel, folio, pfn)) {
        setDirty(kernel, folio);
        kernel.decide('hwpoison_user_mappings.pte-dirty', pfn);
        return leave;
    }
    kernel.printPfn('cleanDrop', pfn);
    kernel.decide('hwpoison_user_mappings.clean', pfn);
    return 'nothing';
}

function setDirty(kernel: Kernel, folio: Folio): void {
    kernel.pageChanged(folio.head, 'PG_dirty', folio.has('dirty'), true);
    folio.set('dirty');
}

/** Write-protects and cleans the entries; was any dirty? Follows folio_mkclean(). */
function folioMkclean(kernel: Kernel, folio: Folio, pfn: Pfn): boolean {
    let wasDirty = false;
    for (const { vma, page } of candidateMappings(folio, pfn)) {
        const found = lookup(kernel.machine, vma, page);
        if (found === null || found.entry.kind !== 'present' || !mapsFrame(kernel.machine, vma, page, pfn)) continue;
        if (!found.entry.dirty || !vma.shared) continue;
        wasDirty = true;
        if (found.level === 'pte') setPte(vma, page, { ...found.entry, dirty: false, writable: false } as never);
    }
    return wasDirty;
}

/** Replaces every entry of the page. Follows unmap_poisoned_folio() and try_to_unmap_one(). @returns whether nothing maps it any more */
function unmapPoisonedFolio(kernel: Kernel, folio: Folio, pfn: Pfn, leave: Leave): boolean {
    const { machine } = kernel;
    for (const { vma, page } of candidateMappings(folio, pfn)) {
        if (!mapsFrame(machine, vma, page, pfn)) continue;
        const found = lookup(machine, vma, page)!;
        if (found.entry.kind !== 'present') continue;
        // A swap entry takes the place of a pinned page only when the pin can be shared; exclusive pages with long-term pins stay mapped.
        if (leave === 'swap' && folio.longtermPins > 0) continue;
        if (found.entry.dirty) setDirty(kernel, folio);
        // A swap entry says by itself whether the page is the task's alone.
        const exclusive = folio.has('owner_2');
        if (leave === 'swap') folio.clear('owner_2');
        if (found.level === 'huge') {
            setHuge(vma, found.start, leave === 'hwpoison' ? { kind: 'hwpoison', head: folio.head, pfn } : null);
        } else if (leave === 'hwpoison') {
            setPte(vma, page, { kind: 'hwpoison', pfn });
        } else {
            setPte(vma, page, leave === 'swap' && folio.swapSlot !== null ? { kind: 'swap', slot: folio.swapSlot, ...(exclusive ? {} : { shared: true as const }) } : null);
        }
        kernel.entryChanged(vma, page, pfn, leave === 'hwpoison' ? 'hwpoison' : leave === 'swap' ? 'swap' : 'none');
    }
    munlockFolio(folio);
    return !folioMapped(machine, folio);
}
