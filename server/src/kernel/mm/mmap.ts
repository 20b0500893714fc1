import { AnonVma, type Process, Vma } from '../../machine/mm-types.js';
import { hugePages, pmdPages } from '../../machine/page-tables.js';
import type { VirtualPage } from '../../machine/units.js';
import type { Errno, Kernel } from '../kernel.js';
import { releaseFiles } from './exit.js';
import { removeVma, splitPmd } from './page-table-changes.js';

/** Cuts a VMA in two at the page. Page-table entries stay where they are. Follows __split_vma(). */
function splitVma(vma: Vma, at: VirtualPage): Vma {
    const rest = new Vma(vma.mm, vma.name, at, vma.end - at, vma.file, vma.indexAt(at), vma.shared, vma.protection);
    vma.handOn(rest);
    if (vma.special !== null && vma.special.pfn !== null) rest.special = { ...vma.special, pfn: vma.special.pfn + (at - vma.start) };
    if (vma.backing !== null) rest.backing = { ...vma.backing, pfn: vma.backing.pfn + (at - vma.start) };
    vma.pageCount = at - vma.start;
    vma.mm.vmas.splice(vma.mm.vmas.indexOf(vma) + 1, 0, rest);
    const owner = vma.anonVma ?? null;
    owner?.vmas.splice(owner.vmas.indexOf(vma) + 1, 0, rest);
    vma.file?.vmas.splice(vma.file.vmas.indexOf(vma) + 1, 0, rest);
    return rest;
}

/** VMAs that lie exactly inside the range, cut to it. A PMD across a cut is split first. */
export function isolateRange(kernel: Kernel, process: Process, page: VirtualPage, pageCount: number): Vma[] {
    const end = page + pageCount;
    const found: Vma[] = [];
    for (let vma of [...process.mm.vmas]) {
        if (vma.end <= page || vma.start >= end) continue;
        for (const cut of [page, end]) if (cut > vma.start && cut < vma.end) splitPmd(kernel, vma, cut);
        if (vma.start < page) vma = splitVma(vma, page);
        if (vma.end > end) splitVma(vma, end);
        found.push(vma);
    }
    return found;
}

/** Mappings of the kernel with more pages than one cares for. */
/** A VMA of huge pages can only be cut between two of them, vdso and vvar not at all. Follows hugetlb_vm_op_split() and special_mapping_split(). */
export function cutsHugePage(kernel: Kernel, process: Process, page: VirtualPage, pageCount: number): boolean {
    if (process.mm.vmas.some(({ special, start, end }) => special !== null && special.ofKernel === true && start < page + pageCount && end > page)) return true;
    return [page, page + pageCount].some((cut) => {
        const vma = process.mm.find(cut);
        return vma !== null && vma.hugetlbShift !== null && cut > vma.start && cut % hugePages(vma, kernel.machine.pageShift) !== 0;
    });
}

/** munmap(). @returns '0', or 'EINVAL' for part of a hugetlb page */
export function munmap(kernel: Kernel, process: Process, page: VirtualPage, pageCount: number): Errno {
    if (cutsHugePage(kernel, process, page, pageCount)) return 'EINVAL';
    for (const each of isolateRange(kernel, process, page, pageCount)) removeVma(kernel, each);
    releaseFiles(kernel);
    return '0';
}

/**
 * mmap(MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS) over a range, which keeps its names: pages that nobody has touched take the place of what was
 * there. Follows mmap_region(). @returns as munmap()
 */
export function mapEmpty(kernel: Kernel, process: Process, page: VirtualPage, pageCount: number): Errno {
    const before = process.mm.find(page);
    const errno = munmap(kernel, process, page, pageCount);
    if (errno !== '0') return errno;
    const vma = new Vma(process.mm, before?.name ?? '', page, pageCount, null, 0, false, 'write');
    vma.nameStart = before?.nameStart ?? page;
    // Nobody has said that it wants no huge pages.
    if (kernel.machine.thp === 'always') vma.faultOrder = Math.log2(pmdPages(kernel.machine.pageShift));
    vma.anonVma = new AnonVma();
    vma.anonVma.vmas.push(vma);
    process.mm.vmas.push(vma);
    return '0';
}
