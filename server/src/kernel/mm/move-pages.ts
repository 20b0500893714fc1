/** move_pages() of one page to a node, with MPOL_MF_MOVE. */
import type { Range } from '../../machine/memory-layout.js';
import type { Folio, Vma } from '../../machine/mm-types.js';
import { candidateMappings, folioMapcount } from '../../machine/page-tables.js';
import { hex, type Pfn } from '../../machine/units.js';
import { ERRNOS } from '../../vocabulary/errnos.js';
import { allocHugetlbMigrationTarget } from '../hugetlb/hugetlb-pool.js';
import type { Errno, Kernel } from '../kernel.js';
import { lruAddDrainAll } from './lru.js';
import { memoryFailureQueue } from '../memory-failure/memory-failure-queue.js';
import { copyMeetsPoison } from './page-copies.js';
import { migrationObstacle, moveFolioTo, replaceHugetlbFolio } from './migrate.js';

/** What the call came to: its errno, what it returns (the number of pages that did not move), and the status of the page where one was stored. */
export interface MovedPage {
    readonly errno: Errno;
    readonly returned: number;
    readonly status: number | null;
}

/** Do several map it, so that only MPOL_MF_MOVE_ALL moves it? Of a large folio that is asked by process. Follows folio_maybe_mapped_shared(). */
function isShared(kernel: Kernel, folio: Folio, pfn: Pfn): boolean {
    if (!folio.large || folio.hugetlb !== null) return folioMapcount(kernel.machine, folio, 2) > 1;
    return new Set(candidateMappings(folio, pfn).map(({ vma }: { readonly vma: Vma }) => vma.mm)).size > 1;
}

/** Somebody holds the folio besides its mappings and its file or swap cache. Follows folio_expected_ref_count(). */
function isHeld(folio: Folio): boolean {
    const cached = folio.owner?.kind === 'file' ? folio.hugetlb === null ? folio.pageCount : 1 : 0;
    return folio.references > cached + (folio.has('private') ? 1 : 0) + (folio.has('swapcache') ? 1 : 0);
}

/**
 * Follows do_pages_move() with add_folio_for_migration() and do_move_pages_to_node().
 * @param node where it is to go: its pages, and its number
 */
export function movePage(kernel: Kernel, pfn: Pfn, node: Range & { readonly id: number }): MovedPage {
    const { machine } = kernel;
    const stored = (status: number): MovedPage => ({ errno: '0', returned: 0, status });
    const folio = machine.memory.folio(pfn);
    if (pfn >= node.pfn && pfn < node.pfn + node.pageCount) return stored(node.id);
    if (isShared(kernel, folio, pfn)) {
        kernel.decide('add_folio_for_migration.shared', pfn);
        return stored(-ERRNOS.EACCES.value);
    }
    if (folio.hugetlb !== null && pfn !== folio.head) kernel.recorder.notModelled('move_pages() at an address within a huge page: 6.1 looks at its first page only');
    lruAddDrainAll(kernel, folio);
    if (folio.hugetlb === null ? !folio.has('lru') : folio.hugetlb.state !== 'inUse') {
        kernel.decide('add_folio_for_migration.busy', pfn);
        return stored(-ERRNOS.EBUSY.value);
    }
    const obstacle = migrationObstacle(folio) ?? (isHeld(folio) ? 'extra references' : folio.has('writeback') ? 'under writeback' : null);
    if (obstacle !== null) {
        kernel.decide('migrate_pages.failed', pfn, obstacle);
        return { errno: '0', returned: 1, status: null };
    }
    const bad = copyMeetsPoison(kernel, folio.head, folio.pageCount, 'migrationPanics', 'folio_mc_copy');
    if (bad !== null) {
        kernel.decide('migrate_pages.failed', pfn, 'bad memory');
        memoryFailureQueue(kernel, bad, 0, null);
        return { errno: '0', returned: 1, status: null };
    }
    const target = folio.hugetlb === null ? machine.memory.allocateIn(node, folio.pageCount, folio.order) : allocHugetlbMigrationTarget(kernel, folio.hugetlb.pool, { inside: node });
    if (target === null) {
        kernel.decide('migrate_pages.failed', pfn, `no memory on node ${node.id}`);
        return { errno: 'ENOMEM', returned: 0, status: null };
    }
    if (typeof target === 'number') moveFolioTo(kernel, folio, target);
    else replaceHugetlbFolio(kernel, folio, target, 0);
    kernel.decide('migrate_pages.relocated', pfn, `to ${hex(typeof target === 'number' ? target + (pfn - folio.head) : target.folio.head)}`);
    return stored(node.id);
}
