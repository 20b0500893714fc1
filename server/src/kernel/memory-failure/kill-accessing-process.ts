import { hugePages, lookup, mapsFrame } from '../../machine/page-tables.js';
import type { Thread, Vma } from '../../machine/mm-types.js';
import type { Pfn, VirtualPage } from '../../machine/units.js';
import type { Errno, Kernel } from '../kernel.js';
import { killProc } from './kill-procs.js';

/**
 * The page was poisoned before and the current task consumed it again: finds it in the task's page tables and signals.
 * Follows kill_accessing_process().
 * @returns 'EHWPOISON' when found, '0' when the task does not map it (or 'EFAULT', by kernel), 'EFAULT' without an address space
 */
export function killAccessingProcess(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno {
    if (current === null) return 'EFAULT';
    const { machine } = kernel;
    const folio = machine.memory.folio(pfn);
    for (const vma of [...current.process.mm.vmas].sort((a, b) => a.start - b.start)) {
        for (const page of pagesThatMayMap(kernel, vma, pfn)) {
            const found = lookup(machine, vma, page);
            if (vma.special === null && (found === null || found.entry.kind === 'swap')) continue;
            const huge = found?.level === 'huge';
            const address = page * 2 ** machine.pageShift;
            const isHugetlb = huge && vma.hugetlbShift !== null;
            killProc(kernel, { thread: current, address, addressLsbBits: isHugetlb ? vma.hugetlbShift! : machine.pageShift }, pfn, flags, current);
            kernel.decide('kill_accessing_process.found', pfn, folio.kind);
            return 'EHWPOISON';
        }
    }
    kernel.decide('kill_accessing_process.not-mapped', pfn);
    return kernel.profile.has('accessWithoutMappingFails') ? 'EFAULT' : '0';
}

/** Pages of the VMA whose entry, present or hwpoison, names the frame, lowest first. Looks at touched entries and at the backing. */
function pagesThatMayMap(kernel: Kernel, vma: Vma, pfn: Pfn): VirtualPage[] {
    const { machine } = kernel;
    const { mm, backing, special } = vma;
    const inside = (page: VirtualPage): boolean => page >= vma.start && page < vma.end;
    const pages: VirtualPage[] = [];
    const headOnly = vma.hugetlbShift !== null && kernel.profile.has('hugetlbWalkFindsHead');
    for (const [start, entry] of mm.hugeEntries) {
        if (entry === null || !inside(start)) continue;
        // Its entry names the head of a huge page.
        const names = headOnly ? 1 : hugePages(vma, machine.pageShift);
        if (pfn >= entry.head && pfn < entry.head + names) pages.push(start + (pfn - entry.head));
    }
    for (const [page, entry] of mm.ptes) {
        if (entry !== null && entry.kind !== 'swap' && inside(page) && entry.pfn === pfn) pages.push(page);
    }
    if (backing !== null && pfn >= backing.pfn && pfn < backing.pfn + vma.pageCount) {
        const page = vma.start + (pfn - backing.pfn);
        if (mapsFrame(machine, vma, page, pfn)) pages.push(page);
    }
    if (special !== null && special.pfn !== null && pfn >= special.pfn && pfn < special.pfn + vma.pageCount) pages.push(vma.start + (pfn - special.pfn));
    return pages.sort((a, b) => a - b);
}
