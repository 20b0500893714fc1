import type { Range } from '../../machine/memory-layout.js';
import { Folio, HugetlbPool } from '../../machine/mm-types.js';
import { pmdPages } from '../../machine/page-tables.js';
import { PG } from '../../machine/page-flags.js';
import { MARKED, TAKEN_OFF } from '../../machine/physical-memory.js';
import type { Pfn } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';

/** Every free huge page is promised to somebody. */
function hasNoneToSpare(pool: HugetlbPool): boolean {
    return pool.free.length - pool.reserved - pool.promised <= 0;
}

function poolKey(pool: HugetlbPool): string {
    return `${2 ** (pool.shift - 10)} kB`;
}

/** The huge page goes back to the free list of its pool; a poisoned one stays there and is never handed out. Follows free_huge_folio(). */
export function freeHugetlbFolio(kernel: Kernel, folio: Folio): void {
    const state = folio.hugetlb!;
    if (state.pool.surplus > 0) {
        if (isMarked(folio)) kernel.recorder.notModelled('a surplus huge page that memory_failure() has marked, when its last user goes');
        giveBackSurplus(kernel, folio);
        return;
    }
    state.state = 'free';
    folio.owner = null;
    // What it was marked with last stays until somebody takes it from the pool.
    folio.flags &= PG.uptodate | PG.referenced | PG.dirty;
    folio.references = 0;
    folio.kind = 'hugetlb-free';
    kernel.changed('pool', poolKey(state.pool), 'free', state.pool.free.length, state.pool.free.length + 1);
    state.pool.free.push(folio);
}

/** The old huge page of a migration whose new one was made for it: the pool counts one for the other. Follows move_hugetlb_state() with free_huge_folio(). */
export function freeTemporaryHugetlbFolio(kernel: Kernel, folio: Folio): void {
    kernel.machine.memory.release(folio);
    kernel.decide('update_and_free_hugetlb_folio', folio.head);
}

/** While the pool holds more huge pages than it was given, one that becomes free leaves it. Follows update_and_free_hugetlb_folio(). */
function giveBackSurplus(kernel: Kernel, folio: Folio): void {
    const { pool } = folio.hugetlb!;
    kernel.changed('pool', poolKey(pool), 'surplus', pool.surplus, pool.surplus - 1);
    pool.surplus -= 1;
    pool.total -= 1;
    kernel.machine.memory.release(folio);
    kernel.decide('update_and_free_hugetlb_folio', folio.head);
}

/**
 * The handler lets go of a marked huge page: while the pool holds more than it was given, that one leaves it, and its bad pages lie on the free
 * lists. Follows free_huge_folio() with folio_clear_hugetlb_hwpoison().
 * @returns false when the pool keeps it
 */
export function giveBackMarkedSurplus(kernel: Kernel, folio: Folio): boolean {
    const { pool, rawPoison } = folio.hugetlb!;
    if (pool.surplus === 0 || rawPoison === null) return false;
    giveBackSurplus(kernel, folio);
    const { poisoned } = kernel.machine.memory;
    if (poisoned.delete(folio.head) && !rawPoison.has(folio.head)) kernel.pageChanged(folio.head, 'PG_hwpoison', true, false);
    for (const raw of rawPoison) {
        poisoned.set(raw, MARKED);
        kernel.pageChanged(raw, 'raw_hwp_page', true, false);
    }
    return true;
}

/**
 * A huge page for a mapping: from the free list, or a surplus one within what the pool may overcommit. Follows alloc_hugetlb_folio().
 * @param promised the mapping has a reservation: it may have one of the free huge pages that are promised
 */
export function allocHugetlbFolio(kernel: Kernel, pool: HugetlbPool, promised: boolean): Folio | null {
    const free = promised || pool.handOut !== null || !hasNoneToSpare(pool) ? dequeueHugetlbFolio(kernel, pool) : null;
    return free ?? allocSurplusHugetlbFolio(kernel, pool);
}

/** One huge page more than the pool was given, within what it may overcommit. */
function allocSurplusHugetlbFolio(kernel: Kernel, pool: HugetlbPool): Folio | null {
    const surplus = pool.surplus >= pool.overcommit ? null : allocateFreshHugetlbFolio(kernel, pool);
    if (surplus === null) return null;
    kernel.changed('pool', poolKey(pool), 'surplus', pool.surplus, pool.surplus + 1);
    pool.surplus += 1;
    pool.total += 1;
    kernel.decide('alloc_surplus_hugetlb_folio', surplus.head);
    return surplus;
}

/**
 * A promise is backed by a free huge page at once: what the pool lacks for it is made as surplus. Follows hugetlb_acct_memory() with gather_surplus_pages().
 * @returns false when the pool may not, or cannot, make that many
 */
export function gatherSurplusPages(kernel: Kernel, pool: HugetlbPool): boolean {
    const made: Folio[] = [];
    let needed = pool.reserved + pool.promised - pool.free.length;
    for (; needed > 0; needed -= 1) {
        const folio = allocSurplusHugetlbFolio(kernel, pool);
        if (folio === null) break;
        made.push(folio);
    }
    for (const folio of made) {
        if (needed > 0) {
            giveBackSurplus(kernel, folio);
            continue;
        }
        folio.hugetlb!.state = 'free';
        folio.kind = 'hugetlb-free';
        pool.free.push(folio);
    }
    return needed <= 0;
}

/** Promises that nobody has taken up are gone, and with them as many free surplus pages. Follows return_unused_surplus_pages(). */
export function returnUnusedSurplusPages(kernel: Kernel, pool: HugetlbPool, unused: number): void {
    for (let left = Math.min(unused, pool.surplus); left > 0; left -= 1) {
        const folio = pool.free.find((each) => !isMarked(each));
        if (folio === null) return;
        pool.free.remove(folio);
        giveBackSurplus(kernel, folio);
    }
}

/**
 * First free huge page that is not poisoned and not promised to somebody else, taken off the list. Follows dequeue_hugetlb_folio_node_exact().
 * @param isWanted for who takes only some
 */
export function dequeueHugetlbFolio(kernel: Kernel, pool: HugetlbPool, isWanted: (folio: Folio) => boolean = () => true): Folio | null {
    const { handOut } = pool;
    if (handOut !== null) {
        pool.handOut = null;
        handOut.hugetlb!.state = 'inUse';
        handOut.kind = 'hugetlb';
        return handOut;
    }
    const folio = pool.free.find((each) => !kernel.machine.memory.folioIsPoisoned(each) && !isMarked(each) && isWanted(each));
    if (folio === null) return null;
    pool.free.remove(folio);
    folio.hugetlb!.state = 'inUse';
    folio.kind = 'hugetlb';
    return folio;
}

function liesIn({ head }: Folio, range: Range): boolean {
    return head >= range.pfn && head < range.pfn + range.pageCount;
}

function isMarked(folio: Folio): boolean {
    return folio.hugetlb?.rawPoison === null || (folio.hugetlb?.rawPoison.size ?? 0) > 0;
}

/** Where a migration may not, or has to, put a huge page. */
export interface MigrationTarget {
    readonly outside?: Range;
    readonly inside?: Range;
}

/** A huge page that a migration moves to: a free one that nobody was promised, or a fresh one, which the page allocator cannot make of gigantic size. Follows alloc_hugetlb_folio_nodemask(). */
export function allocHugetlbMigrationTarget(kernel: Kernel, pool: HugetlbPool, { outside, inside }: MigrationTarget = {}): { readonly folio: Folio; readonly temporary: boolean } | null {
    const { pageShift } = kernel.machine;
    const free = hasNoneToSpare(pool) ? null : dequeueHugetlbFolio(kernel, pool, (each) => (outside === undefined || !liesIn(each, outside)) && (inside === undefined || liesIn(each, inside)));
    if (free !== null) return { folio: free, temporary: false };
    const { maxPageOrder } = kernel.profile.arch.pageSizes.find((sizes) => sizes.pageShift === pageShift)!;
    const fresh = pool.shift - pageShift > maxPageOrder ? null : allocateFreshHugetlbFolio(kernel, pool, inside);
    return fresh === null ? null : { folio: fresh, temporary: true };
}

/** A huge page made on the spot, outside the static pool: for migration and overcommit. */
function allocateFreshHugetlbFolio(kernel: Kernel, pool: HugetlbPool, inside?: Range): Folio | null {
    const { memory, pageShift } = kernel.machine;
    const order = pool.shift - pageShift;
    const pfn = inside === undefined ? memory.allocate(2 ** order, order) : memory.allocateIn(inside, 2 ** order, order);
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
    if (rawPoison === null || !pool.free.has(folio) || hasNoneToSpare(pool)) return false;
    pool.free.remove(folio);
    kernel.changed('pool', poolKey(pool), 'total', pool.total, pool.total - 1);
    pool.total -= 1;
    const bad = [...rawPoison];
    memory.release(folio);
    const marked = new Set([raw, ...bad]);
    const headWas = memory.poisoned.delete(folio.head);
    for (const pfn of bad) kernel.pageChanged(pfn, 'raw_hwp_page', true, false);
    if (headWas && !marked.has(folio.head)) kernel.pageChanged(folio.head, 'PG_hwpoison', true, false);
    for (const pfn of marked) {
        memory.place(new Folio(pfn, 0, 'poisoned', 'none', 0, 1));
        memory.poisoned.set(pfn, TAKEN_OFF);
        if (!headWas || pfn !== folio.head) kernel.pageChanged(pfn, 'PG_hwpoison', false, true);
    }
    return true;
}

/** The huge page leaves the free list for somebody and is neither free nor migratable until that is finished. @returns false when it is not free, or marked */
export function takeHugetlbFolio(kernel: Kernel, folio: Folio): boolean {
    const { pool, state } = folio.hugetlb!;
    if (state !== 'free' || !pool.free.has(folio) || isMarked(folio)) return false;
    pool.free.remove(folio);
    folio.hugetlb!.state = 'isolated';
    kernel.changed('pool', poolKey(pool), 'free', pool.free.length + 1, pool.free.length);
    kernel.decide('dequeue_hugetlb_folio', folio.head);
    return true;
}

/**
 * The pool gives a free huge page up: its pages become ordinary free pages, the raw bad ones among them.
 * Follows remove_hugetlb_folio() with update_and_free_hugetlb_folio().
 * @returns 'EBUSY' when it is not free or the pool has promised all its free pages
 */
export function releaseHugetlbFolio(kernel: Kernel, folio: Folio): 'EBUSY' | '0' {
    const { memory } = kernel.machine;
    const { pool, rawPoison } = folio.hugetlb!;
    if (!pool.free.has(folio) || rawPoison === null || hasNoneToSpare(pool)) return 'EBUSY';
    pool.free.remove(folio);
    kernel.changed('pool', poolKey(pool), 'total', pool.total, pool.total - 1);
    pool.total -= 1;
    memory.release(folio);
    // The mark moves to the raw pages, which the buddy lists take as they are: only frees of a single page look for it.
    if (memory.poisoned.delete(folio.head) && !rawPoison.has(folio.head)) kernel.pageChanged(folio.head, 'PG_hwpoison', true, false);
    for (const pfn of rawPoison) {
        memory.poisoned.set(pfn, MARKED);
        kernel.pageChanged(pfn, 'raw_hwp_page', true, false);
        if (pfn !== folio.head) kernel.pageChanged(pfn, 'PG_hwpoison', false, true);
    }
    kernel.decide('update_and_free_hugetlb_folio', folio.head);
    return '0';
}

/** The pool of the next smaller size: what a PMD maps, empty where nobody asked for any. */
function smallerPool(kernel: Kernel, { shift }: HugetlbPool): HugetlbPool | null {
    const { pools, pageShift } = kernel.machine;
    const pmdShift = pageShift + Math.log2(pmdPages(pageShift));
    if (shift <= pmdShift) return null;
    const pool = pools.get(pmdShift) ?? new HugetlbPool((pfn) => kernel.machine.memory.folio(pfn), pageShift, pmdShift, 0, 0, 0);
    pools.set(pmdShift, pool);
    return pool;
}

/**
 * A free huge page of 1 GiB becomes free huge pages of 2 MiB. Follows demote_free_hugetlb_folios().
 * @returns 'EBUSY' when it is not free or marked, 'EINVAL' where there is no smaller size
 */
export function demoteHugetlbFolio(kernel: Kernel, folio: Folio): 'EBUSY' | 'EINVAL' | '0' {
    const { memory, pageShift } = kernel.machine;
    const { pool } = folio.hugetlb!;
    if (!pool.free.has(folio) || isMarked(folio) || hasNoneToSpare(pool)) return 'EBUSY';
    const smaller = smallerPool(kernel, pool);
    if (smaller === null) return 'EINVAL';
    pool.free.remove(folio);
    kernel.changed('pool', poolKey(pool), 'total', pool.total, pool.total - 1);
    kernel.changed('pool', poolKey(smaller), 'total', smaller.total, smaller.total + 2 ** (pool.shift - smaller.shift));
    pool.total -= 1;
    const { head, pageCount } = folio;
    const order = smaller.shift - pageShift;
    const parts = Array.from({ length: pageCount / 2 ** order }, (_each, index) => new Folio(head + index * 2 ** order, order, 'hugetlb-free', 'hugetlb', 0, 0));
    for (const part of parts) part.hugetlb = { pool: smaller, state: 'free', rawPoison: new Set() };
    memory.cut(folio, parts);
    smaller.free.push(...parts);
    smaller.total += parts.length;
    kernel.decide('demote_free_hugetlb_folios', head);
    return '0';
}
