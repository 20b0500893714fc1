import { lookup } from '../machine/page-tables.js';
import type { Thread } from '../machine/process.js';
import type { Pfn } from '../machine/units.js';
import type { Errno, Kernel } from './kernel.js';
import { killProc } from './kill-procs.js';

/**
 * The page was poisoned before and the current task consumed it again: finds it in the task's page tables and signals.
 * Follows kill_accessing_process().
 * @returns 'EHWPOISON' when found, '0' when the task does not map it, 'EFAULT' without an address space
 */
export function killAccessingProcess(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno {
    if (current === null) return 'EFAULT';
    const { machine } = kernel;
    const folio = machine.memory.folio(pfn);
    for (const vma of current.process.mm.vmas) {
        for (const page of pagesThatMayMap(kernel, vma, pfn)) {
            const found = lookup(machine, vma, page);
            if (found === null || found.entry.kind === 'swap') continue;
            const huge = found.level === 'huge';
            const address = page * 2 ** machine.pageShift;
            const isHugetlb = huge && vma.hugetlbShift !== null;
            killProc(kernel, { thread: current, address, addressLsbBits: isHugetlb ? vma.hugetlbShift! : machine.pageShift }, pfn, flags, current);
            kernel.decide('kill_accessing_process.found', pfn, folio.kind);
            return 'EHWPOISON';
        }
    }
    kernel.decide('kill_accessing_process.not-mapped', pfn);
    return '0';
}

/** Pages of the VMA whose entry, present or hwpoison, names the frame. Looks at touched entries and at the backing. */
function* pagesThatMayMap(kernel: Kernel, vma: import('../machine/vma.js').Vma, pfn: Pfn): Generator<number> {
    const { machine } = kernel;
    for (const [start, entry] of vma.mm.hugeEntries) {
        if (entry === null || start < vma.start || start >= vma.end) continue;
        const pages = vma.hugetlbShift === null ? 512 : 2 ** (vma.hugetlbShift - machine.pageShift);
        if (pfn >= entry.head && pfn < entry.head + pages) yield start + (pfn - entry.head);
    }
    for (const [page, entry] of vma.mm.ptes) {
        if (entry !== null && entry.kind !== 'swap' && page >= vma.start && page < vma.end && entry.pfn === pfn) yield page;
    }
    if (vma.backing !== null && pfn >= vma.backing.pfn && pfn < vma.backing.pfn + vma.pageCount) {
        const page = vma.start + (pfn - vma.backing.pfn);
        const found = lookup(machine, vma, page);
        if (found !== null && found.entry.kind === 'present') yield page;
    }
    if (vma.special?.pfn !== null && vma.special !== null && pfn >= vma.special.pfn && pfn < vma.special.pfn + vma.pageCount) yield vma.start + (pfn - vma.special.pfn);
}
