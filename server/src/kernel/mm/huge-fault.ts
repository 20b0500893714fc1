/** Faults that make large folios of anonymous memory. */
import { Folio, type Vma } from '../../machine/mm-types.js';
import { PG } from '../../machine/page-flags.js';
import { pmdPages, setHuge, setPte } from '../../machine/page-tables.js';
import type { Pfn, VirtualPage } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { anonFlags } from './lru.js';
import type { AccessKind, FaultResult } from './fault-result.js';

/** First frame of the one huge zero folio, made when it is first needed. Follows mm_get_huge_zero_folio(). */
export function getHugeZeroFolio({ machine }: Kernel): Pfn {
    if (machine.hugeZeroFolio !== 0) return machine.hugeZeroFolio;
    const pages = pmdPages(machine.pageShift);
    const order = Math.log2(pages);
    const pfn = machine.memory.allocate(pages, order) ?? 0;
    machine.memory.claim({ pfn, pageCount: pages, order, kind: 'huge-zero', pageType: 'none', flags: 0, references: 1, owner: null, index: 0, content: '' });
    machine.hugeZeroFolio = pfn;
    return pfn;
}

/** Does nothing stand in the way of a folio of that order: the range lies in the VMA, and its page tables hold nothing? */
function isEmpty(vma: Vma, start: VirtualPage, pages: number): boolean {
    if (start < vma.start || start + pages > vma.end || vma.backing !== null || (vma.mm.hugeEntries.get(start) ?? null) !== null) return false;
    // A marker stands in a page table, too.
    for (let page = start; page < start + pages; page += 1) if ((vma.mm.ptes.get(page) ?? null) !== null || vma.mm.markers.has(page)) return false;
    return true;
}

/**
 * First touch of private anonymous memory where huge pages are in use: the huge zero page for a read, a zeroed huge page or mTHP for a write.
 * Follows do_huge_pmd_anonymous_page() and alloc_anon_folio().
 * @returns null where a base page has to do
 */
export function doHugeAnonymousPage(kernel: Kernel, vma: Vma, page: VirtualPage, access: AccessKind, by: 'do_huge_pmd_anonymous_page' | 'do_huge_zero_wp_pmd' = 'do_huge_pmd_anonymous_page'): FaultResult | null {
    const order = vma.faultOrder;
    const pages = 2 ** order;
    const start = Math.floor(page / pages) * pages;
    if (order === 0 || vma.anonVma === null || !isEmpty(vma, start, pages)) return null;
    const isPmd = pages === pmdPages(kernel.machine.pageShift);
    if (access !== 'write') return isPmd ? mapHugeZero(kernel, vma, start, page) : null;
    const { memory } = kernel.machine;
    const head = memory.allocate(pages, order);
    if (head === null) return null;
    const folio = new Folio(head, order, isPmd ? 'thp' : 'mthp', 'none', anonFlags(kernel) & (isPmd ? ~PG.active : ~0), 0);
    vma.hasAnonPages = true;
    folio.owner = vma.anonVma;
    folio.index = vma.indexAt(start);
    folio.chargedTo = vma.mm.process;
    memory.place(folio);
    memory.fill(folio, '\0');
    if (isPmd) {
        for (let at = start; at < start + pages; at += 1) vma.mm.ptes.delete(at);
        setHuge(vma, start, { kind: 'present', head, dirty: true, writable: true });
    } else {
        for (let at = 0; at < pages; at += 1) setPte(vma, start + at, { kind: 'present', pfn: head + at, dirty: at === page - start, writable: true });
    }
    kernel.decide(by, head, `order ${order}`);
    return { kind: 'ok', pfn: head + (page - start) };
}

function mapHugeZero(kernel: Kernel, vma: Vma, start: VirtualPage, page: VirtualPage): FaultResult {
    const head = getHugeZeroFolio(kernel);
    // vmf_anon_prepare() comes before the question who reads: fork() copies the entry.
    vma.hasAnonPages = true;
    setHuge(vma, start, { kind: 'present', head, dirty: false, writable: false });
    kernel.decide('do_huge_pmd_anonymous_page', head, 'huge zero page');
    return { kind: 'ok', pfn: head + (page - start) };
}
