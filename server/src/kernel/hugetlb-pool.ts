import { Folio } from '../machine/folio.js';
import type { HugetlbPool } from '../machine/hugetlb-pool.js';
import type { Pfn } from '../machine/units.js';
import type { Kernel } from './kernel.js';

function poolKey(pool: HugetlbPool): string {
    return `${2 ** (pool.shift - 10)} kB`;
}

/** The huge page goes back to the free list of its pool; a poisoned one stays there and is never handed out. Follows free_huge_folio(). */
export function freeHugetlbFolio(kernel: Kernel, folio: Folio): void {
    const state = folio.hugetlb!;
    state.state = 'free';
    folio.owner = null;
    folio.flags = 0;
    folio.references = 0;
    folio.kind = 'hugetlb-free';
    kernel.changed('pool', poolKey(state.pool), 'free', state.pool.free.length, state.pool.free.length + 1);
    state.pool.free.push(folio);
}

/** First free huge page that is not poisoned and not promised to somebody else, taken off the list. Follows dequeue_hugetlb_folio_node_exact(). */
export function dequeueHugetlbFolio(kernel: Kernel, pool: HugetlbPool): Folio | null {
    const at = pool.free.findIndex((folio) => !kernel.machine.memory.folioIsPoisoned(folio) && !isMarked(folio));
    if (at < 0) return null;
    const [folio] = pool.free.splice(at, 1);
    folio!.hugetlb!.state = 'inUse';
    folio!.kind = 'hugetlb';
    return folio!;
}

function isMarked(folio: Folio): boolean {
    return folio.hugetlb?.rawPoison === null || (folio.hugetlb?.rawPoison.size ?? 0) > 0;
}

/** A huge page made on the spot, outside the static pool: for migration and overcommit. */
export function allocateFreshHugetlbFolio(kernel: Kernel, pool: HugetlbPool): Folio | null {
    const { memory, pageShift } = kernel.machine;
    const order = pool.shift - pageShift;
    const pfn = memory.allocate(2 ** order, order);
    if (pfn === null) return null;
    memory.claim({ pfn, pageCount: 2 ** order, order, kind: 'hugetlb', pageType: 'hugetlb', flags: 0, references: 0, owner: null, index: 0, content: '' });
    const folio = memory.folio(pfn);
    folio.hugetlb = { pool, state: 'inUse', rawPoison: new Set() };
    return folio;
}

/**
 * Turns a huge page that nobody uses into ordinary pages and takes the raw bad page out.
 * The pool shrinks by one. Follows dissolve_free_hugetlb_folio() with __page_handle_poison().
 * @returns false when the pool has promised all its free pages
 */
export function dissolveHugetlbFolio(kernel: Kernel, folio: Folio, raw: Pfn): boolean {
    const { memory } = kernel.machine;
    const { pool, rawPoison } = folio.hugetlb!;
    const at = pool.free.indexOf(folio);
    if (rawPoison === null || at < 0 || pool.free.length - pool.reserved <= 0) return false;
    pool.free.splice(at, 1);
    kernel.changed('pool', poolKey(pool), 'total', pool.total, pool.total - 1);
    pool.total -= 1;
    const bad = [...rawPoison];
    memory.release(folio);
    memory.poisoned.delete(folio.head);
    for (const pfn of new Set([raw, ...bad])) {
        memory.place(new Folio(pfn, 0, 'poisoned', 'none', 0, 1));
        memory.poisoned.set(pfn, { takenOff: true });
    }
    return true;
}
