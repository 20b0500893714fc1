import { PG } from '../../machine/page-flags.js';
import type { AddressSpace, Folio, Vma } from '../../machine/mm-types.js';
import { candidateMappings, folioMapped, lookup, mappedPfn, setPte, type Mapped } from '../../machine/page-tables.js';
import { hex, type PageIndex, type Pfn } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { markDirtyFromEntries } from './migrate.js';
import { freeIfUnused } from './page-alloc.js';
import { unmapFileRange } from './page-cache.js';
import { mlockFolio, munlockFolio, splitPmd } from './page-table-changes.js';

/** Why a large folio cannot be split now, or null. Follows the checks of __folio_split(). */
function splitObstacle(kernel: Kernel, folio: Folio, pfn: Pfn): string | null {
    if (pfn >= kernel.machine.hugeZeroFolio && folio.kind === 'huge-zero') return 'huge zero folio';
    if (folio.owner === null) return 'no mapping';
    // Without a mapping nothing keeps the anon_vma, which folio_get_anon_vma() then does not give out.
    if (folio.owner.kind === 'anon' && !folioMapped(kernel.machine, folio)) return 'not mapped';
    if (folio.pins > 0) return 'extra references';
    if (folio.has('writeback')) return 'under writeback';
    const file = folio.owner?.kind === 'file' ? folio.owner : null;
    // filemap_release_folio() keeps the buffers of a dirty folio.
    if (file !== null && file.traits.writeback && folio.has('dirty')) return 'dirty, its buffers cannot be released';
    return null;
}

/** Somebody else splits the folio, which takes that nobody holds a reference besides. Follows split_huge_page(). */
export function splitHugePage(kernel: Kernel, folio: Folio, pfn: Pfn): 'EINVAL' | 'EBUSY' | '0' {
    if (!folio.large || folio.hugetlb !== null) return 'EINVAL';
    const cached = folio.owner?.kind === 'file' ? folio.pageCount + (folio.has('private') ? 1 : 0) : 0;
    if (folio.references > cached) {
        kernel.decide('try_to_split_thp_page.failed', pfn, 'extra references');
        return 'EBUSY';
    }
    return tryToSplitThpPage(kernel, folio, pfn) === null ? 'EBUSY' : '0';
}

/**
 * Takes the entries of an anonymous folio away for the split and puts them back. A PMD is split and maps the same pages afterwards; of a
 * folio that is mapped by PTEs, each page that is marked gets hwpoison entries instead, whenever it was marked. Follows
 * unmap_folio() with try_to_migrate_one().
 * @param last the mapping after which the walk ends; null: none
 * @returns the pages that are not mapped any more
 */
function remapForSplit(kernel: Kernel, folio: Folio, pfn: Pfn, last: Vma | null = null): ReadonlySet<Pfn> {
    const { machine } = kernel;
    const unmapped = new Set<Pfn>();
    // One store to any of its pages makes all of them dirty.
    for (let frame = folio.head; frame < folio.head + folio.pageCount && !folio.has('dirty'); frame += 1) markDirtyFromEntries(kernel, folio, frame);
    const mapped = [...new Set([pfn, ...machine.memory.poisonedIn(folio)])]
        .flatMap((frame) => candidateMappings(folio, frame).map(({ vma, page }) => ({ vma, page, frame, found: lookup(machine, vma, page) })));
    const reached = last === null ? null : walkUpTo(folio, last);
    for (const { vma, page, frame, found } of mapped) {
        if (reached?.has(vma) === false) continue;
        if (found?.level === 'huge') {
            // Others may have something else there.
            if (found.entry.kind === 'present' && found.entry.head === folio.head) splitPmd(kernel, vma, page);
        } else if (found?.entry.kind === 'present' && found.entry.pfn === frame && machine.memory.isPoisoned(frame)) {
            unmapped.add(frame);
            setPte(vma, page, { kind: 'hwpoison', pfn: frame });
            kernel.entryChanged(vma, page, frame, 'hwpoison');
        }
    }
    return unmapped;
}

/** The mappings that may map an anonymous folio, in the order of the interval tree: by their first page, then by age. */
function inWalk({ owner }: Folio): readonly Vma[] {
    return owner?.kind === 'anon' ? [...owner.vmas].sort((left, right) => left.indexBase - right.indexBase) : [];
}

/** The mappings that a walk has come by when it ends at that one. */
function walkUpTo(folio: Folio, last: Vma): ReadonlySet<Vma> {
    const walk = inWalk(folio);
    return new Set(walk.slice(0, walk.indexOf(last) + 1));
}

/**
 * In some releases the walk over the mappings of an anonymous folio ends at the first PMD that it splits: whoever comes after that goes on
 * mapping the folio, and the split fails. Follows try_to_migrate_one().
 * @returns the mapping at which the walk ends while others are left, or null
 */
function walkEndsAt(kernel: Kernel, folio: Folio): Vma | null {
    if (!kernel.profile.has('migrationWalkEndsAtPmd')) return null;
    let end: Vma | null = null;
    for (const vma of inWalk(folio)) {
        const level = levelIn(kernel, vma, folio);
        if (level !== null && end !== null) return end;
        if (level === 'huge') end = vma;
    }
    return null;
}

/** How a mapping maps the folio, if it does. */
export function levelIn({ machine }: Kernel, vma: Vma, folio: Folio): 'huge' | 'pte' | null {
    for (let index = Math.max(vma.indexBase, folio.index); index < Math.min(vma.indexBase + vma.pageCount, folio.index + folio.pageCount); index += 1) {
        const found = lookup(machine, vma, vma.start + (index - vma.indexBase));
        if (found?.entry.kind !== 'present') continue;
        if (found.level === 'huge') return found.entry.head === folio.head ? 'huge' : null;
        if (found.entry.pfn >= folio.head && found.entry.pfn < folio.head + folio.pageCount) return 'pte';
    }
    return null;
}

/**
 * Pages that hold nothing but zeroes are given back, and the zero page is mapped in their place; not in locked memory. Follows
 * try_to_map_unused_to_zeropage().
 */
function mapUnusedToZeroPage(kernel: Kernel, vmas: readonly Vma[], head: Pfn, index: PageIndex, pageCount: number): void {
    const { machine } = kernel;
    const { memory, zeroPage } = machine;
    if (!memory.mayHoldZeroes(head, pageCount)) return;
    for (let pfn = head; pfn < head + pageCount; pfn += 1) {
        if (memory.content(pfn) !== '\0' || memory.partlyWritten.has(pfn) || memory.isPoisoned(pfn)) continue;
        for (const vma of vmas) {
            const page = vma.pageOfIndex(index + (pfn - head));
            if (page === null || vma.mlocked || mappedPfn(machine, vma, page) !== pfn) continue;
            setPte(vma, page, { kind: 'present', pfn: zeroPage, dirty: false, writable: false });
        }
        freeIfUnused(kernel, memory.folio(pfn));
    }
}

/** Where PTEs map that page of the folio. */
function ptesOf(kernel: Kernel, folio: Folio, pfn: Pfn): readonly Mapped[] {
    return candidateMappings(folio, pfn).filter(({ vma, page }) => {
        const found = lookup(kernel.machine, vma, page);
        return found !== null && found.level !== 'huge' && found.entry.kind === 'present' && found.entry.pfn === pfn;
    });
}

/** Bytes that one load of a cache line takes. */
const LINE = 64;

/**
 * Reads each mapped page of an anonymous folio from its start up to the first byte that is not zero, to put the zero page in the place of
 * those that hold nothing else. Locked memory is left alone, and by most kernels the pages that are marked: not those of which nobody knows yet
 * that they are bad. Follows try_to_map_unused_to_zeropage().
 */
function scanForZeroes(kernel: Kernel, folio: Folio): void {
    const { memory } = kernel.machine;
    const inFolio = (pfn: Pfn): boolean => pfn >= folio.head && pfn < folio.head + folio.pageCount;
    const read = (pfn: Pfn): boolean => candidateMappings(folio, pfn).some(({ vma, page }) => !vma.mlocked && lookup(kernel.machine, vma, page) !== null);
    const readsMarked = kernel.profile.has('splitReadsEachPage');
    for (const pfn of [...memory.bad.keys()].filter((each) => inFolio(each) && (readsMarked || !memory.isPoisoned(each)) && read(each))) {
        if (memory.content(pfn) !== '\0' && (memory.badAt.get(pfn) ?? 0) >= LINE) continue;
        kernel.decide('try_to_map_unused_to_zeropage.reads', pfn);
        kernel.loads(pfn, 'memchr_inv');
    }
    if (readsMarked && memory.poisonedIn(folio).some((pfn) => !memory.bad.has(pfn) && read(pfn) && memory.content(pfn) === '\0')) {
        kernel.recorder.notModelled('a page of zeroes in a huge page, which a split replaces by the zero page');
    }
}

/** Each page that is mapped again through an mlocked VMA is locked, and only those. Follows remove_migration_pte() with mlock_vma_folio(). */
function mlockRemapped(kernel: Kernel, vmas: readonly Vma[], head: Pfn, index: PageIndex, pageCount: number): void {
    const { machine } = kernel;
    for (const vma of vmas) {
        if (!vma.mlocked) continue;
        for (let offset = 0; offset < pageCount; offset += 1) {
            const page = vma.pageOfIndex(index + offset);
            if (page !== null && mappedPfn(machine, vma, page) === head + offset) mlockFolio(machine.memory.folio(head + offset));
        }
    }
}

/**
 * Splits a large folio into base pages. The poisoned page of a folio mapped by PTEs loses its mappings on the
 * way: try_to_migrate_one() leaves hwpoison entries for anonymous memory, file mappings are dropped.
 * Follows try_to_split_thp_page() and split_huge_page_to_order().
 * @returns the folio of the page afterwards, or null when it could not be split
 */
export function tryToSplitThpPage(kernel: Kernel, folio: Folio, pfn: Pfn): Folio | null {
    const obstacle = splitObstacle(kernel, folio, pfn);
    if (obstacle !== null) {
        if (folio.kind === 'huge-zero' && kernel.profile.has('splitWarnsOfHugeZero')) kernel.print('hugeZeroSplit');
        kernel.decide('try_to_split_thp_page.failed', pfn, obstacle);
        return null;
    }
    const end = walkEndsAt(kernel, folio);
    if (end !== null) {
        remapForSplit(kernel, folio, pfn, end);
        kernel.decide('try_to_split_thp_page.failed', pfn, 'others map it, too');
        return null;
    }
    const { memory } = kernel.machine;
    const { owner, head, index, pageCount, references } = folio;
    const file = owner?.kind === 'file' ? owner : null;
    const marked = file !== null && kernel.profile.has('splitLeavesHwpoisonEntries') ? ptesOf(kernel, folio, pfn) : [];
    if (file !== null) for (const vma of file.vmas) unmapFileRange(kernel, vma, index, pageCount, folio);
    for (const { vma, page } of marked) setPte(vma, page, { kind: 'hwpoison', pfn });
    if (owner?.kind === 'anon' && kernel.profile.has('splitMapsZeroPages')) scanForZeroes(kernel, folio);
    const unmapped = owner?.kind === 'anon' ? remapForSplit(kernel, folio, pfn) : [];
    if (owner?.kind === 'anon') munlockFolio(folio);
    // References of the page cache spread over the pages; the handler's stays with the page it was taken for.
    // The buffers were released with their reference.
    const cached = file === null ? 0 : pageCount + (folio.has('private') ? 1 : 0);
    const released = PG.has_hwpoisoned | (file?.traits.buffers === true ? PG.private : 0);
    const target = memory.split(folio, pfn, { flags: folio.flags & ~released, references: file === null ? 0 : 1 });
    target.references += Math.max(references - cached, 0);
    if (file !== null) cacheParts(kernel, file, index, pageCount, head);
    if (owner?.kind === 'anon') mlockRemapped(kernel, owner.vmas, head, index, pageCount);
    if (owner?.kind === 'anon' && kernel.profile.has('splitMapsZeroPages')) mapUnusedToZeroPage(kernel, owner.vmas, head, index, pageCount);
    for (const frame of unmapped) {
        memory.folio(frame).clear('owner_2');
        freeIfUnused(kernel, memory.folio(frame));
    }
    kernel.changed('page', hex(head), 'order', Math.log2(pageCount), 0);
    kernel.decide('try_to_split_thp_page.split', pfn, `order ${Math.log2(pageCount)}`);
    return target;
}

/** Indexes of the cache that led to the folio lead to its parts. */
function cacheParts({ machine }: Kernel, file: AddressSpace, index: PageIndex, pageCount: number, head: Pfn): void {
    for (let offset = 0; offset < pageCount; offset += 1) if (file.pages.has(index + offset)) file.pages.set(index + offset, machine.memory.folio(head + offset));
}

/** What a folio falls into where it is halved until the page stands alone: that page, and halves as large as they come. */
function halves(head: Pfn, order: number, pfn: Pfn): readonly { readonly head: Pfn; readonly order: number }[] {
    const parts: { readonly head: Pfn; readonly order: number }[] = [{ head: pfn, order: 0 }];
    for (let half = order - 1; half >= 0; half -= 1) {
        const size = 2 ** half;
        parts.push({ head: head + (Math.floor((pfn - head) / size) ^ 1) * size, order: half });
    }
    return parts.sort((a, b) => a.head - b.head);
}

/**
 * Halves a cached folio until the page is a folio of its own; what lies around it stays as large as its place allows. Nobody maps any of it
 * afterwards. Follows folio_split() and __split_unmapped_folio() of a non-uniform split.
 * @returns whether it could be split
 */
export function folioSplit(kernel: Kernel, folio: Folio, pfn: Pfn): boolean {
    const { owner, head, order, index, pageCount } = folio;
    const { memory } = kernel.machine;
    if (owner?.kind !== 'file' || !folio.large || folio.hugetlb !== null) return false;
    const cached = pageCount + (folio.has('private') ? 1 : 0);
    const obstacle = splitObstacle(kernel, folio, pfn) ?? (folio.references > cached ? 'extra references' : null);
    if (obstacle !== null) {
        kernel.decide('folio_split.failed', pfn, obstacle);
        return false;
    }
    for (const vma of owner.vmas) unmapFileRange(kernel, vma, index, pageCount, folio);
    const released = PG.has_hwpoisoned | (owner.traits.buffers ? PG.private : 0);
    const parts = memory.splitUnevenly(folio, halves(head, order, pfn), { flags: folio.flags & ~released, references: 1 });
    if (!kernel.profile.has('partsForgetPoison')) for (const part of parts) if (part.large && folio.has('has_hwpoisoned') && memory.folioIsPoisoned(part)) part.set('has_hwpoisoned');
    cacheParts(kernel, owner, index, pageCount, head);
    kernel.changed('page', hex(head), 'order', order, memory.folio(head).order);
    kernel.decide('folio_split', pfn, `order ${order}`);
    return true;
}
