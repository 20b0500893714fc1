import type { Folio, Vma } from './mm-types.js';
import type { Machine } from './machine.js';
import type { Pfn, VirtualPage } from './units.js';
import type { HugeEntry, Pte } from './page-table-entries.js';
import type { PageKindName } from '../vocabulary/page-kinds.js';

/** Base pages that a PMD maps: as many entries of 8 bytes as a page holds. 512 with pages of 4 KiB, 8192 with 64 KiB. */
export function pmdPages(pageShift: number): number {
    return 2 ** (pageShift - 3);
}

/** What the page tables hold for one virtual page. `huge` entries cover `pages` pages from `start`. */
export type Entry =
    | { readonly level: 'pte'; readonly entry: Pte }
    | { readonly level: 'huge'; readonly entry: HugeEntry; readonly start: VirtualPage; readonly pages: number }
    | null;

/** Pages covered by one huge entry of the VMA: a hugetlb page, or a PMD. */
export function hugePages(vma: Vma, pageShift: number): number {
    return vma.hugetlbShift === null ? pmdPages(pageShift) : 2 ** (vma.hugetlbShift - pageShift);
}

/** Pages from one entry of the VMA to the next: a huge page in a hugetlb VMA, else one. */
export function entryStride(vma: Vma, pageShift: number): number {
    return vma.hugetlbShift === null ? 1 : hugePages(vma, pageShift);
}

/** First page of the huge page around a page. Huge entries are aligned to the start of the mapping. */
function hugeStart(vma: Vma, page: VirtualPage, pages: number): VirtualPage {
    return Math.floor(page / pages) * pages;
}

/** Looks a virtual page up; the VMA's backing stands where the tables hold nothing. */
export function lookup(machine: Machine, vma: Vma, page: VirtualPage): Entry {
    const pages = hugePages(vma, machine.pageShift);
    const start = hugeStart(vma, page, pages);
    const huge = vma.mm.hugeEntries.get(start);
    if (huge !== undefined && huge !== null) return { level: 'huge', entry: huge, start, pages };
    const pte = vma.mm.ptes.get(page);
    if (pte !== undefined) return pte === null ? null : { level: 'pte', entry: pte };
    const { backing } = vma;
    if (backing === null) return null;
    const pfn = backing.pfn + (page - vma.start);
    if (vma.hugetlbShift !== null) {
        if (huge === null) return null;
        return { level: 'huge', entry: { kind: 'present', head: pfn - (page - start), dirty: backing.dirty, writable: backing.writable }, start, pages };
    }
    if (huge === undefined && 2 ** backing.order >= pages && start >= vma.start && start + pages <= vma.end) {
        const head = pfn - (page - start);
        return { level: 'huge', entry: { kind: 'present', head, dirty: backing.dirty, writable: backing.writable }, start, pages };
    }
    return { level: 'pte', entry: { kind: 'present', pfn, dirty: backing.dirty, writable: backing.writable } };
}

/** The frame that a page maps now, or null. */
export function mappedPfn(machine: Machine, vma: Vma, page: VirtualPage): Pfn | null {
    const { mm, backing } = vma;
    const pte = mm.ptes.get(page);
    // The usual case, without huge entries in the way, is answered without building an Entry.
    if (mm.hugeEntries.size === 0 && vma.hugetlbShift === null) {
        if (pte !== undefined) return pte !== null && pte.kind === 'present' ? pte.pfn : null;
        return backing === null ? null : backing.pfn + (page - vma.start);
    }
    const found = lookup(machine, vma, page);
    if (found === null || found.entry.kind !== 'present') return null;
    return found.level === 'huge' ? found.entry.head + (page - found.start) : found.entry.pfn;
}

/** Sets the entry of a base page; null means nothing. */
export function setPte(vma: Vma, page: VirtualPage, pte: Pte | null): void {
    vma.mm.ptes.set(page, pte);
}

/** Sets the huge entry that starts at the page; null means nothing. */
export function setHuge(vma: Vma, start: VirtualPage, entry: HugeEntry | null): void {
    vma.mm.hugeEntries.set(start, entry);
}

/** Does the VMA map this very frame at the page? Follows page_mapped_in_vma(). */
export function mapsFrame(machine: Machine, vma: Vma, page: VirtualPage, pfn: Pfn): boolean {
    return mappedPfn(machine, vma, page) === pfn;
}

/** One mapping of a frame. */
export interface Mapped { readonly vma: Vma; readonly page: VirtualPage; }

/** VMAs that may map a page of the folio, in the kernel's order: the anon_vma's, the KSM node's or the file's. */
export function candidateMappings(folio: Folio, pfn: Pfn): Mapped[] {
    const { owner } = folio;
    if (owner === null) return [];
    if (owner.kind === 'ksm') {
        const found: Mapped[] = [];
        for (const item of owner.items) {
            const vma = item.mm.find(item.page);
            if (vma !== null) found.push({ vma, page: item.page });
        }
        return found;
    }
    const index = folio.indexOf(pfn);
    const { vmas } = owner;
    if (vmas.length === 1) {
        const page = vmas[0]!.pageOfIndex(index);
        return page === null ? [] : [{ vma: vmas[0]!, page }];
    }
    const found: Mapped[] = [];
    for (const vma of vmas) {
        const page = vma.pageOfIndex(index);
        if (page !== null) found.push({ vma, page });
    }
    // The interval tree has them by their first page, then by age.
    return found.sort((a, b) => a.vma.indexBase - b.vma.indexBase);
}

/** Where a frame is mapped now: the reverse map (rmap). */
export function mappingsOf(machine: Machine, folio: Folio, pfn: Pfn): Mapped[] {
    return candidateMappings(folio, pfn).filter(({ vma, page }) => mapsFrame(machine, vma, page, pfn));
}

/** Is any page of the folio mapped (folio_mapped())? Looks at each VMA of its owner once. */
export function folioMapped(machine: Machine, folio: Folio): boolean {
    return folioMapcount(machine, folio, 1) > 0;
}

/** Number of page-table entries that map the folio; stops counting at `limit`. A PMD or hugetlb entry counts one. */
export function folioMapcount(machine: Machine, folio: Folio, limit = Infinity): number {
    const { owner } = folio;
    if (owner === null) return 0;
    let count = 0;
    if (owner.kind === 'ksm') return mappingsOf(machine, folio, folio.head).length;
    if (folio.order === 0) return mapcountOfPage(machine, folio, owner.vmas, limit);
    for (const vma of owner.vmas) {
        const first = Math.max(vma.indexBase, folio.index);
        const last = Math.min(vma.indexBase + vma.pageCount, folio.index + folio.pageCount);
        for (let index = first; index < last; index += entryStride(vma, machine.pageShift)) {
            const page = vma.start + (index - vma.indexBase);
            const found = lookup(machine, vma, page);
            if (found === null || found.entry.kind !== 'present') continue;
            const pfn = mappedPfn(machine, vma, page);
            if (pfn === null || pfn < folio.head || pfn >= folio.head + folio.pageCount) continue;
            count += 1;
            if (count >= limit) return count;
            if (found.level === 'huge' && vma.hugetlbShift === null) index += found.pages - (page - found.start) - 1;
        }
    }
    return count;
}

/** The same for a single page. */
function mapcountOfPage(machine: Machine, folio: Folio, vmas: readonly Vma[], limit: number): number {
    let count = 0;
    for (const vma of vmas) {
        const page = vma.pageOfIndex(folio.index);
        if (page === null || mappedPfn(machine, vma, page) !== folio.head) continue;
        count += 1;
        if (count >= limit) return count;
    }
    return count;
}

/** folio_ref_count(): one for each page-table entry, and the references that do not come from mappings. */
export function folioRefcount(machine: Machine, folio: Folio): number {
    return folio.references + (INSERTED.has(folio.kind) ? insertedPages(machine, folio) : folioMapcount(machine, folio));
}

/** Pages that a driver puts into page tables itself (vm_insert_page()): each entry takes a reference, and no reverse map leads to it. */
const INSERTED: ReadonlySet<string> = new Set<PageKindName>(['driver', 'driver-compound']);

function insertedPages({ processes }: Machine, { head, pageCount }: Folio): number {
    let count = 0;
    for (const { mm } of processes) for (const { special, pageCount: mapped } of mm.vmas) if (special !== null && special.pfn !== null) count += Math.max(0, Math.min(special.pfn + mapped, head + pageCount) - Math.max(special.pfn, head));
    return count;
}
