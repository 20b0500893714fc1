import type { Range } from '../../machine/memory-layout.js';
import type { Folio } from '../../machine/mm-types.js';
import { folioMapped, folioRefcount } from '../../machine/page-tables.js';
import { hex, type Pfn } from '../../machine/units.js';
import type { DecisionId } from '../../vocabulary/decisions.js';
import { allocHugetlbMigrationTarget, releaseHugetlbFolio } from '../hugetlb/hugetlb-pool.js';
import type { Errno, Kernel } from '../kernel.js';
import { lruAddDrainAll } from '../mm/lru.js';
import { migrationObstacle, moveFolioTo, replaceHugetlbFolio } from '../mm/migrate.js';
import { freePage } from '../mm/page-alloc.js';
import { writebackFolio } from '../mm/page-cache.js';

/** What stands in a block's way offline. `none`: free, or poisoned and so left where it is. */
type Obstacle = 'none' | 'unmovable' | 'in-use' | 'hugetlb-poison' | 'mapped-poison';

/** Follows has_unmovable_pages() and scan_movable_pages(). */
function obstacleOf(kernel: Kernel, folio: Folio): Obstacle {
    const { machine } = kernel;
    if (folio.free || folio.keptOut || folio.hugetlb?.state === 'free') return 'none';
    if (machine.memory.folioIsPoisoned(folio)) return folio.hugetlb !== null ? 'hugetlb-poison' : folio.large || folioMapped(machine, folio) ? 'mapped-poison' : 'none';
    if (folio.has('reserved')) return 'unmovable';
    const movable = folio.has('lru') || folio.lruBatch || folio.movableOps || folio.hugetlb !== null;
    if (movable || folio.owner !== null) return folioRefcount(machine, folio) === 0 ? 'none' : movable ? 'in-use' : 'unmovable';
    return 'unmovable';
}

/**
 * One pass over the pages in use of a block: those that can be moved go elsewhere, never into the block itself. Follows do_migrate_range().
 * @returns a page that stays, and why; null when all have moved
 */
function doMigrateRange(kernel: Kernel, block: Range, used: readonly Folio[]): { readonly pfn: Pfn; readonly why: string } | null {
    const { memory } = kernel.machine;
    let stays: { readonly pfn: Pfn; readonly why: string } | null = null;
    let moved = 0;
    for (const folio of used) {
        const { head, order } = folio;
        // Batches were drained before the block was looked at: lru_cache_disable().
        lruAddDrainAll(kernel, folio);
        if (folio.free) continue;
        const why = migrationObstacle(folio) ?? (folio.has('writeback') && folio.owner?.kind !== 'file' ? 'writeback that does not end' : null);
        if (why !== null) {
            stays ??= { pfn: head, why };
            continue;
        }
        if (folio.has('writeback') && folio.owner?.kind === 'file') writebackFolio(kernel, folio.owner, folio);
        if (folio.hugetlb !== null) {
            const target = folio.hugetlb.state === 'inUse' ? allocHugetlbMigrationTarget(kernel, folio.hugetlb.pool, { outside: block }) : null;
            if (target === null) {
                stays ??= { pfn: head, why: 'no huge page to move to' };
                continue;
            }
            replaceHugetlbFolio(kernel, folio, target, 0);
            kernel.decide('migrate_pages.relocated', head, `to ${hex(target.folio.head)}`);
            continue;
        }
        const pfn = memory.allocate(folio.pageCount, order);
        if (pfn === null) {
            kernel.recorder.notModelled(`where the pages in use, such as ${hex(head)}, move to when the memory above is full`);
            return null;
        }
        moveFolioTo(kernel, folio, pfn);
        moved += 1;
    }
    if (moved > 0) kernel.decide('migrate_pages.block', block.pfn, `${moved} folio${moved === 1 ? '' : 's'}`);
    return stays;
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
 * @returns '0', 'EBUSY' for a page that can never be moved away, 'EINTR' where one cannot be moved now (the kernel tries on until a signal comes),
 * 'EINVAL' when it is offline already or not all of it is RAM, 'EPERM' for memory of the boot on arm64
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
    const used: Folio[] = [];
    let marked: Folio | null = null;
    for (const folio of foliosIn(kernel, block)) {
        const obstacle = obstacleOf(kernel, folio);
        if (obstacle === 'unmovable') {
            kernel.decide('offline_pages.unmovable', folio.head, folio.kind);
            return 'EBUSY';
        }
        if (obstacle === 'in-use') used.push(folio);
        if (obstacle === 'hugetlb-poison') marked = folio;
        if (obstacle === 'mapped-poison') kernel.recorder.notModelled(`a marked page that is still mapped, ${hex(folio.head)}, in a block that goes offline`);
        for (const pfn of obstacle === 'in-use' ? kernel.machine.memory.bad.keys() : []) {
            if (pfn >= folio.head && pfn < folio.head + folio.pageCount) kernel.recorder.notModelled(`copying the bad memory of ${hex(pfn)} to another page`);
        }
    }
    // From here on the allocator gives nothing of the block away.
    layout.offline.push(block);
    const failed = (name: DecisionId, pfn: Pfn, errno: Errno, detail?: string): Errno => {
        layout.offline.splice(layout.offline.indexOf(block), 1);
        kernel.decide(name, pfn, detail);
        return errno;
    };
    const stays = doMigrateRange(kernel, block, used);
    if (stays !== null) return failed('offline_pages.tries-on', stays.pfn, 'EINTR', stays.why);
    // Out of its file, with the reference of the error: unmap_and_move_huge_page() gives it back each time.
    if (marked !== null && !kernel.profile.has('poisonedHugetlbStays')) return failed('offline_pages.tries-on', marked.head, 'EINTR', 'a marked huge page');
    if (marked !== null) return failed('dissolve_free_hugetlb_folios.in-use', marked.head, 'EBUSY');
    for (const folio of foliosIn(kernel, block)) {
        if (folio.hugetlb?.state === 'free' && releaseHugetlbFolio(kernel, folio) !== '0') return failed('dissolve_free_hugetlb_folios.promised', folio.head, 'EBUSY');
    }
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
