import type { Folio, Vma } from '../machine/mm-types.js';
import type { Extent } from '../machine/physical-memory.js';
import type { Pfn, VirtualPage } from '../machine/units.js';
import type { Kernel } from '../kernel/kernel.js';

/** Frames behind a mapping, all in the state in which the machine was set up. */
interface Uniform { readonly pfn: Pfn; readonly order: number; readonly pageCount: number; }

/**
 * Does the same to every page of a mapping. Where all pages are alike, the first two folios are acted on; when they come out
 * alike, the others get what they got without being looked at: the cost does not grow with the mapping.
 * @param content what the pages hold afterwards, one character a page, the last one repeats; null when that does not change
 */
export function forEachPage(kernel: Kernel, vma: Vma, act: (page: VirtualPage) => void, content: string | null = null): void {
    const frames = uniformFrames(kernel, vma);
    const done = frames === null ? 0 : actOnAll(kernel, vma, frames, act, content);
    for (let page = vma.start + done; page < vma.end; page += 1) act(page);
}

function uniformFrames({ machine }: Kernel, vma: Vma): Uniform | null {
    const { memory } = machine;
    const { file, backing } = vma;
    if (vma.hugetlbShift !== null || file !== null && (file.initial === null || file.pages.size > 0 || file.absent.size > 0 || file.disk.size > 0)) return null;
    const pfn = file === null ? backing?.pfn : file.initial!.pfn + vma.indexBase;
    const extent = pfn === undefined ? null : memory.extentAt(pfn);
    if (pfn === undefined || extent === null || extent.owner !== (file ?? vma.anonVma) || (pfn - extent.pfn) % 2 ** extent.order !== 0) return null;
    const size = 2 ** extent.order;
    const cached = file === null ? vma.pageCount : Math.min(file.initial!.pageCount - vma.indexBase, Math.floor(file.size / 2 ** machine.pageShift) - vma.indexBase);
    const pageCount = Math.floor(Math.min(vma.pageCount, cached, extent.pfn + extent.pageCount - pfn) / size) * size;
    if (pageCount < 4 * size || memory.anyFolioIn(pfn, pageCount)) return null;
    for (const page of vma.mm.ptes.keys()) if (page >= vma.start && page < vma.end) return null;
    return { pfn, order: extent.order, pageCount };
}

/** @returns pages that were acted on, from the start of the mapping on */
function actOnAll(kernel: Kernel, vma: Vma, { pfn, order, pageCount }: Uniform, act: (page: VirtualPage) => void, content: string | null): number {
    const { memory } = kernel.machine;
    const { mm } = vma;
    const size = 2 ** order;
    const entriesBefore = mm.ptes.size;
    const hugeBefore = mm.hugeEntries.size;
    for (let page = vma.start; page < vma.start + 2 * size; page += 1) act(page);
    const entry = mm.ptes.get(vma.start);
    const first = memory.folio(pfn);
    const second = memory.folio(pfn + size);
    const whole = (folio: Folio, head: Pfn): boolean => folio.head === head && folio.order === order;
    const alike = mm.hugeEntries.size === hugeBefore && mm.ptes.size === entriesBefore + (entry === undefined ? 0 : 2 * size)
        && whole(first, pfn) && whole(second, pfn + size) && stateOf(first) === stateOf(second)
        && (entry === undefined || Array.from({ length: 2 * size }, (_, page) => page).every((page) => {
            const other = mm.ptes.get(vma.start + page);
            return entry?.kind === 'present' && other?.kind === 'present' && other.pfn === pfn + page && other.dirty === entry.dirty && other.writable === entry.writable;
        }));
    if (!alike) return 2 * size;
    memory.carve(pfn, pageCount, { flags: first.flags, references: first.references, ...(content === null ? {} : { content }) });
    memory.forget(pfn, 2 * size);
    if (entry?.kind === 'present') {
        for (let page = vma.start; page < vma.start + 2 * size; page += 1) mm.ptes.delete(page);
        // Pages beyond the uniform ones get entries of their own.
        vma.backing = { pfn, dirty: entry.dirty, writable: entry.writable, order: 0 };
    }
    return pageCount;
}

/** A folio without what tells it from its neighbours. */
function stateOf({ head: _head, index: _index, owner: _owner, chargedTo: _chargedTo, hugetlb: _hugetlb, ...state }: Folio): string {
    return JSON.stringify(state);
}

/**
 * Fills an empty file with pages as a fault makes them: two are faulted in, the others are made like them.
 * @param content what each page holds afterwards
 * @returns pages that were filled, from the start of the mapping on
 */
export function fillFile(kernel: Kernel, vma: Vma, act: (page: VirtualPage) => void, content: string): number {
    const { memory, pageShift } = kernel.machine;
    const file = vma.file!;
    const pageCount = Math.min(vma.pageCount, Math.floor(file.size / 2 ** pageShift));
    if (file.initial !== null || file.daxBase !== null || file.hugetlbShift !== null || file.pages.size > 0 || file.disk.size > 0 || file.zeroFrom !== Infinity || vma.indexBase !== 0 || pageCount < 4) return 0;
    act(vma.start);
    act(vma.start + 1);
    const [first, second] = [vma.mm.ptes.get(vma.start), vma.mm.ptes.get(vma.start + 1)];
    const folio = file.pages.get(0);
    const other = file.pages.get(1);
    if (first?.kind !== 'present' || second?.kind !== 'present' || folio === undefined || other === undefined) return 2;
    const pfn = folio.head;
    const alike = first.pfn === pfn && second.pfn === pfn + 1 && other.head === pfn + 1 && first.dirty === second.dirty && first.writable === second.writable && stateOf(folio) === stateOf(other) && folio.chargedTo === null;
    if (!alike || !memory.isUnclaimed(pfn, pageCount) || memory.allocate(pageCount - 2, 0) !== pfn + 2) return 2;
    const { flags, references, kind, pageType } = folio;
    const extent: Extent = { pfn, pageCount, order: 0, kind, pageType, flags, references, owner: file, index: 0, content };
    memory.claim(extent);
    memory.forget(pfn, 2);
    file.pages.clear();
    file.initial = { pfn, pageCount, order: 0, flags };
    for (const page of [vma.start, vma.start + 1]) vma.mm.ptes.delete(page);
    vma.backing = { pfn, dirty: first.dirty, writable: first.writable, order: 0 };
    return pageCount;
}
