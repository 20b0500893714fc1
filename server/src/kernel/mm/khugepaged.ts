import { Folio, type Vma } from '../../machine/mm-types.js';
import { lookup, pmdPages, setHuge, setPte } from '../../machine/page-tables.js';
import { type VirtualPage, hex } from '../../machine/units.js';
import type { Errno, Kernel } from '../kernel.js';
import { memoryFailureQueue } from '../memory-failure/memory-failure-queue.js';
import { copyMeetsPoison } from './page-copies.js';
import { freeIfUnused } from './page-alloc.js';
import { anonFlags } from './lru.js';

/** The base pages behind a PMD, or why they cannot be collapsed. Follows __collapse_huge_page_isolate(). */
function collapsible(kernel: Kernel, vma: Vma, start: VirtualPage, pages: number): readonly Folio[] | string {
    const folios: Folio[] = [];
    for (let page = start; page < start + pages; page += 1) {
        const found = lookup(kernel.machine, vma, page);
        if (found?.level !== 'pte' || found.entry.kind !== 'present') return 'a page is not mapped';
        const folio = kernel.machine.memory.folio(found.entry.pfn);
        if (folio.large || folio.owner?.kind !== 'anon') return 'not a base page of anonymous memory';
        if (!folio.has('lru')) return 'a page is not on the LRU';
        if (folio.references > 0) return 'a page has extra references';
        folios.push(folio);
    }
    return folios;
}

/**
 * Copies the base pages of a PMD into a huge one and frees them. Follows collapse_huge_page() for anonymous memory.
 * @returns '0', or 'EINVAL' where there is nothing to collapse
 */
export function collapseHugePage(kernel: Kernel, vma: Vma, page: VirtualPage): Errno {
    const { memory } = kernel.machine;
    const pages = pmdPages(kernel.machine.pageShift);
    const start = Math.floor(page / pages) * pages;
    const folios = vma.anonVma === null || start < vma.start || start + pages > vma.end ? 'no aligned range of anonymous memory' : collapsible(kernel, vma, start, pages);
    if (typeof folios === 'string') {
        kernel.decide('collapse_huge_page.refused', undefined, folios);
        return 'EINVAL';
    }
    for (const { head: pfn } of memory.bad.size === 0 ? [] : folios) {
        if (copyMeetsPoison(kernel, pfn, 1, 'collapsePanics', '__collapse_huge_page_copy') === null) continue;
        memoryFailureQueue(kernel, pfn, 0, null);
        return 'EINVAL';
    }
    const head = memory.allocate(pages, Math.log2(pages));
    if (head === null) return 'ENOMEM';
    const huge = new Folio(head, Math.log2(pages), 'anon', 'none', anonFlags(kernel), 0);
    huge.owner = vma.anonVma;
    huge.index = vma.indexAt(start);
    huge.chargedTo = vma.mm.process;
    memory.place(huge);
    folios.forEach((folio, offset) => {
        memory.contents.set(head + offset, memory.content(folio.head));
        setPte(vma, start + offset, null);
    });
    setHuge(vma, start, { kind: 'present', head, dirty: true, writable: vma.protection === 'write' });
    kernel.entryChanged(vma, start, 'page table', `huge ${hex(head)}`, 'pmd');
    kernel.decide('collapse_huge_page', head);
    for (const folio of folios) freeIfUnused(kernel, folio);
    return '0';
}

/** Has the mapping room for a huge page, and pages at all? Follows thp_vma_allowable_order(). */
export function mayHoldHugePage(kernel: Kernel, vma: Vma): boolean {
    const pages = pmdPages(kernel.machine.pageShift);
    return vma.anonVma !== null && vma.hasAnonPages && vma.hugetlbShift === null && Math.ceil(vma.start / pages) * pages + pages <= vma.end;
}

/**
 * Collapses each huge page that lies in the range as a whole; what is one already counts. A range that lies inside of one holds none: older
 * kernels then count its length as negative, and fail. Follows madvise_collapse().
 * @param end the page behind the last one
 */
export function collapseRange(kernel: Kernel, vma: Vma, first: VirtualPage, end: VirtualPage): Errno {
    const pages = pmdPages(kernel.machine.pageShift);
    const start = Math.ceil(first / pages) * pages;
    const last = Math.floor(end / pages) * pages;
    if (last < start && !kernel.profile.has('collapseOfNothingSucceeds')) {
        kernel.decide('collapse_huge_page.refused', undefined, 'no whole huge page');
        return 'EINVAL';
    }
    let result: Errno = '0';
    for (let page = start; page < last; page += pages) {
        const found = lookup(kernel.machine, vma, page);
        if (found?.level === 'huge' && found.entry.kind === 'present') continue;
        const errno = collapseHugePage(kernel, vma, page);
        if (errno !== '0') result = errno;
    }
    return result;
}
