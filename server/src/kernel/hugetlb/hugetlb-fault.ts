import { type AddressSpace, Folio, type Thread, type Vma } from '../../machine/mm-types.js';
import { PG } from '../../machine/page-flags.js';
import { candidateMappings, folioMapcount, hugePages, lookup, setHuge } from '../../machine/page-tables.js';
import type { PageIndex, Pfn, VirtualPage } from '../../machine/units.js';
import { copyMeetsPoison } from '../mm/page-copies.js';
import { allocHugetlbFolio, freeHugetlbFolio } from './hugetlb-pool.js';
import type { Kernel } from '../kernel.js';
import { freeIfUnused } from '../mm/page-alloc.js';
import { filemapGetFolio } from '../mm/page-cache.js';
import type { AccessKind, FaultResult } from '../mm/fault-result.js';

/** First page of the huge page around a page. */
function hugeStart(kernel: Kernel, vma: Vma, page: VirtualPage): VirtualPage {
    const pages = hugePages(vma, kernel.machine.pageShift);
    return Math.floor(page / pages) * pages;
}

function takeFromPool(kernel: Kernel, vma: Vma, index: PageIndex): Folio | null {
    const pool = kernel.machine.pools.get(vma.hugetlbShift!);
    const reservation = vma.shared ? vma.file?.hugetlbReservation : vma.hugetlbReservation;
    const folio = pool === undefined ? null : allocHugetlbFolio(kernel, pool, reservation?.has(index) === true);
    if (folio !== null) reservation?.take(index);
    return folio;
}

/** The huge page becomes the mapping's own. */
export function makeAnonymous(folio: Folio, vma: Vma, index: PageIndex): void {
    vma.hasAnonPages = true;
    Object.assign(folio, { flags: PG.uptodate | PG.owner_2, owner: vma.anonVma, index, references: 0, chargedTo: vma.mm.process });
}

/** Nothing is mapped there yet: the file's huge page, or one of the pool. Follows hugetlb_no_page(). */
export function hugetlbNoPage(kernel: Kernel, thread: Thread, vma: Vma, page: VirtualPage, access: AccessKind): FaultResult {
    if (vma.hugetlbTakenAway) {
        kernel.print('hugetlbPoolInadequate', { count: thread.tid });
        kernel.decide('hugetlb_no_page.taken-away');
        return { kind: 'sigbus' };
    }
    const start = hugeStart(kernel, vma, page);
    const index = vma.indexAt(start);
    const found = hugePageFor(kernel, vma, index);
    if (!(found instanceof Folio)) return found;
    const writable = vma.shared || found.owner?.kind === 'anon';
    if (access === 'write' && !writable) return hugetlbWp(kernel, vma, page, found);
    setHuge(vma, start, { kind: 'present', head: found.head, dirty: access === 'write', writable });
    return { kind: 'ok', pfn: found.head + (page - start) };
}

/** The file's huge page where there is one, else a zeroed one of the pool: the file's where the mapping is shared, the mapping's own where it is private. */
function hugePageFor(kernel: Kernel, vma: Vma, index: PageIndex): Folio | FaultResult {
    const { file } = vma;
    const cached = file === null ? null : cachedHugePage(kernel, vma, file, index);
    if (cached !== null) return cached;
    const folio = takeFromPool(kernel, vma, index);
    if (folio === null) {
        kernel.decide('hugetlb_no_page.pool-empty');
        return { kind: 'sigbus' };
    }
    kernel.machine.memory.fill(folio, '\0');
    if (file === null || !vma.shared) {
        makeAnonymous(folio, vma, index);
    } else {
        Object.assign(folio, { flags: PG.uptodate | PG.referenced | PG.dirty, owner: file, index, references: 1 });
        file.pages.set(index, folio);
    }
    return folio;
}

function cachedHugePage(kernel: Kernel, vma: Vma, file: AddressSpace, index: PageIndex): Folio | FaultResult | null {
    if (index * 2 ** kernel.machine.pageShift >= file.size) return { kind: 'sigbus' };
    const folio = filemapGetFolio(kernel, file, index);
    const poison = folio?.hugetlb?.rawPoison;
    if (folio === null || (poison !== null && (poison === undefined || poison.size === 0))) return folio;
    kernel.decide('hugetlb_no_page.poisoned', folio.head);
    return { kind: 'hwpoison', lsbBits: vma.hugetlbShift! };
}

/**
 * Write to a private huge page that may not be written as it is: reuse it, or copy all of it to another one of the pool.
 * Where the pool has none, whoever made the mapping takes the page away from those who inherited it. Follows hugetlb_wp().
 */
export function hugetlbWp(kernel: Kernel, vma: Vma, page: VirtualPage, folio: Folio): FaultResult {
    const start = hugeStart(kernel, vma, page);
    const map = (head: Pfn): FaultResult => {
        setHuge(vma, start, { kind: 'present', head, dirty: true, writable: true });
        return { kind: 'ok', pfn: head + (page - start) };
    };
    const own = folio.owner?.kind === 'anon';
    if (own && folioMapcount(kernel.machine, folio, 2) === 1) return map(folio.head);
    const copy = takeFromPool(kernel, vma, vma.indexAt(start));
    if (copy === null) {
        kernel.decide('hugetlb_wp.pool-empty');
        if (!own || vma.hugetlbReservation === null) return { kind: 'sigbus' };
        unmapRefPrivate(kernel, vma, folio);
        return map(folio.head);
    }
    const copied = copyMeetsPoison(kernel, folio.head, folio.pageCount, 'hugetlbCopyOnWritePanics');
    if (copied !== null) {
        freeHugetlbFolio(kernel, copy);
        return { kind: 'hwpoison', lsbBits: vma.hugetlbShift!, copied };
    }
    makeAnonymous(copy, vma, vma.indexAt(start));
    kernel.machine.memory.copyContents(folio, copy.head);
    const result = map(copy.head);
    freeIfUnused(kernel, folio);
    return result;
}

/** Takes the huge page out of every mapping that was inherited; a later fault there finds that it is gone. Follows unmap_ref_private(). */
function unmapRefPrivate(kernel: Kernel, owner: Vma, folio: Folio): void {
    for (const { vma, page } of candidateMappings(folio, folio.head)) {
        const found = lookup(kernel.machine, vma, page);
        if (vma === owner || vma.hugetlbReservation !== null || found?.level !== 'huge' || found.entry.kind !== 'present' || found.entry.head !== folio.head) continue;
        setHuge(vma, found.start, null);
        vma.hugetlbTakenAway = true;
        kernel.entryChanged(vma, page, 'present', 'none');
        kernel.decide('unmap_ref_private', folio.head, vma.mm.process.name);
    }
}
