import type { Folio } from '../../machine/mm-types.js';
import type { Range } from '../../machine/memory-layout.js';
import { folioRefcount } from '../../machine/page-tables.js';
import { hex } from '../../machine/units.js';
import { releaseHugetlbFolio } from '../hugetlb/hugetlb-pool.js';
import type { Errno, Kernel } from '../kernel.js';
import { freePage } from '../mm/page-alloc.js';

/** What stands in a block's way offline. `none`: free, or poisoned and so left where it is. */
type Obstacle = 'none' | 'unmovable' | 'in-use';

/** Follows has_unmovable_pages() and scan_movable_pages(). */
function obstacleOf(kernel: Kernel, folio: Folio): Obstacle {
    const { machine } = kernel;
    if (folio.free || folio.keptOut || machine.memory.folioIsPoisoned(folio) || folio.hugetlb?.state === 'free') return 'none';
    if (folio.has('reserved')) return 'unmovable';
    if (folio.owner !== null || folio.has('lru') || folio.hugetlb !== null || folio.movableOps || folio.lruBatch) return folioRefcount(machine, folio) === 0 ? 'none' : 'in-use';
    return 'unmovable';
}

/** The folios of the declared and of the touched memory in a block, each once. */
function* foliosIn(kernel: Kernel, block: Range): Generator<Folio> {
    const { memory } = kernel.machine;
    for (const { pfn: start, pageCount } of memory.extents) {
        const end = Math.min(start + pageCount, block.pfn + block.pageCount);
        for (let pfn = Math.max(start, block.pfn); pfn < end;) {
            const folio = memory.folio(pfn);
            yield folio;
            pfn = folio.head + folio.pageCount;
        }
    }
    for (const folio of memory.touchedFolios()) if (memory.extentAt(folio.head) === null && folio.head >= block.pfn && folio.head < block.pfn + block.pageCount) yield folio;
}

/** `memory block 0x8000 to 0xffff`. */
function blockWords({ pfn, pageCount }: Range): string {
    return `memory block ${hex(pfn)} to ${hex(pfn + pageCount - 1)}`;
}

/**
 * Takes a memory block from the page allocator; poisoned pages do not hinder it. Follows offline_pages().
 * @returns '0', 'EBUSY' for a page that cannot be moved away, 'EINVAL' when it is offline already or not all of it is RAM
 */
export function offlinePages(kernel: Kernel, block: Range): Errno {
    const { layout } = kernel.machine.memory;
    if (!layout.isOnline(block.pfn)) return 'EINVAL';
    if (kernel.profile.arch.bootMemoryStays) {
        const bytes = 2 ** kernel.machine.pageShift;
        kernel.print('bootMemoryOffline', { first: block.pfn * bytes, last: (block.pfn + block.pageCount) * bytes });
        kernel.decide('offline_pages.boot-memory', block.pfn);
        return 'EPERM';
    }
    // The start of RAM has the legacy hole in it, where it is reserved at all.
    if (layout.hasHole(block) || block.pfn < layout.geometry.lowReservedPages) {
        kernel.decide('offline_pages.hole', block.pfn);
        return 'EINVAL';
    }
    const huge: Folio[] = [];
    let used: Folio | null = null;
    for (const folio of foliosIn(kernel, block)) {
        const obstacle = obstacleOf(kernel, folio);
        if (obstacle === 'unmovable') {
            kernel.decide('offline_pages.unmovable', folio.head, folio.kind);
            return 'EBUSY';
        }
        if (obstacle === 'in-use') used ??= folio;
        if (folio.hugetlb?.state === 'free') huge.push(folio);
    }
    if (used !== null) kernel.recorder.notModelled(`moving the pages in use, such as ${hex(used.head)}, out of the block that goes offline`);
    for (const folio of huge) {
        if (releaseHugetlbFolio(kernel, folio) !== '0') {
            kernel.decide('offline_pages.unmovable', folio.head, folio.kind);
            return 'EBUSY';
        }
    }
    layout.offline.push(block);
    kernel.changed('kernel', blockWords(block), 'state', 'online', 'offline');
    kernel.decide('offline_pages', block.pfn);
    return '0';
}

/**
 * Gives a memory block back to the page allocator. Older kernels begin with fresh struct pages, without the marks. Follows memory_block_online().
 * @returns '0', 'EHWPOISON' where the block holds poisoned pages, 'EINVAL' when it is online already
 */
export function onlinePages(kernel: Kernel, block: Range): Errno {
    const { memory } = kernel.machine;
    const { offline } = memory.layout;
    const at = offline.findIndex((range) => range.pfn <= block.pfn && range.pfn + range.pageCount >= block.pfn + block.pageCount);
    if (at < 0) return 'EINVAL';
    const poisoned = [...memory.poisoned.keys()].filter((pfn) => pfn >= block.pfn && pfn < block.pfn + block.pageCount);
    if (kernel.profile.has('blockOnlineRefused') && poisoned.length > 0) {
        kernel.decide('memory_block_online.refused', poisoned[0], `${poisoned.length} poisoned pages`);
        return 'EHWPOISON';
    }
    const [range] = offline.splice(at, 1);
    // A declared range may be several blocks.
    offline.push(...[{ pfn: range!.pfn, pageCount: block.pfn - range!.pfn }, { pfn: block.pfn + block.pageCount, pageCount: range!.pfn + range!.pageCount - block.pfn - block.pageCount }].filter(({ pageCount }) => pageCount > 0));
    for (const pfn of poisoned) {
        memory.poisoned.delete(pfn);
        freePage(kernel, pfn);
        kernel.pageChanged(pfn, 'PG_hwpoison', true, false);
    }
    kernel.changed('kernel', blockWords(block), 'state', 'offline', 'online');
    kernel.decide('memory_block_online', block.pfn);
    return '0';
}
