/** Where in the handler its CPU can be held: for each window of docs/races.md, one point of the code or several. */
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import { callsOf, locksIn, type KernelFunction } from './code.js';

/** A call inside a function, or the folio lock there. `registers`: only with that result of the call. */
type Anchor =
    | { readonly in: readonly string[]; readonly call: readonly string[]; readonly edge: 'before' | 'after'; readonly first?: true; readonly result?: 'zero' | 'one' }
    | { readonly in: readonly string[]; readonly lock: 'before' | 'after' }
    /** From another point on: the n-th touch of a word of struct page. `cleared`: until the mark is gone. */
    | { readonly from: string; readonly watch: 'refcount' | 'flags'; readonly nth: number; readonly cleared?: true };

export interface HoldPoint {
    readonly id: string;
    readonly window: RaceWindowId;
    readonly what: string;
    /** It stands for an opening of the window in the model, in this order. */
    readonly opens: boolean;
    readonly anchor: Anchor;
}

const HANDLER = ['memory_failure', 'try_memory_failure_hugetlb'];
const GRAB = ['get_hwpoison_page', 'get_any_page'];

/** In the order of the handler. */
export const POINTS: readonly HoldPoint[] = [
    { id: 'hugetlb.look', window: 'W10', what: 'before hugetlb_lock is taken', opens: true, anchor: { in: HANDLER, call: ['_raw_spin_lock_irq', 'get_huge_page_for_hwpoison'], edge: 'before', first: true } },
    { id: 'hugetlb.seen', window: 'W10', what: 'hugetlb_lock was given up', opens: true, anchor: { in: HANDLER, call: ['_raw_spin_unlock_irq', 'get_huge_page_for_hwpoison'], edge: 'after' } },
    { id: 'marked', window: 'W1', what: 'before get_hwpoison_page()', opens: false, anchor: { in: ['memory_failure'], call: ['get_hwpoison_page'], edge: 'before' } },
    { id: 'drained', window: 'W1', what: 'after zone_pcp_disable()', opens: true, anchor: { in: GRAB, call: ['zone_pcp_disable'], edge: 'after' } },
    { id: 'count.zero', window: 'W2', what: 'the reference count was read as zero', opens: true, anchor: { from: 'drained', watch: 'refcount', nth: 1 } },
    { id: 'count.again', window: 'W2b', what: 'the reference count was read again', opens: true, anchor: { from: 'drained', watch: 'refcount', nth: 2 } },
    { id: 'refused', window: 'W2c', what: 'before the LRU batches are drained for the next try', opens: true, anchor: { in: GRAB, call: ['shake_page', 'shake_folio', 'lru_add_drain_all'], edge: 'before' } },
    { id: 'free', window: 'W3', what: 'before is_free_buddy_page()', opens: true, anchor: { in: ['memory_failure'], call: ['is_free_buddy_page'], edge: 'before' } },
    { id: 'take', window: 'W4', what: 'before take_page_off_buddy()', opens: true, anchor: { in: ['memory_failure'], call: ['take_page_off_buddy'], edge: 'before' } },
    { id: 'take.again', window: 'W4', what: 'take_page_off_buddy() has failed and the mark was cleared', opens: true, anchor: { from: 'take', watch: 'flags', nth: 1, cleared: true } },
    { id: 'grabbed', window: 'W5', what: 'after get_hwpoison_page()', opens: true, anchor: { in: ['memory_failure'], call: ['get_hwpoison_page'], edge: 'after', result: 'one' } },
    { id: 'split', window: 'W5', what: 'before try_to_split_thp_page()', opens: false, anchor: { in: ['memory_failure'], call: ['try_to_split_thp_page'], edge: 'before' } },
    { id: 'whole', window: 'W7', what: 'after try_to_split_thp_page()', opens: false, anchor: { in: ['memory_failure'], call: ['try_to_split_thp_page'], edge: 'after', result: 'zero' } },
    { id: 'lock', window: 'W7', what: 'before the folio lock is taken', opens: true, anchor: { in: ['memory_failure'], lock: 'before' } },
    { id: 'locked', window: 'W6', what: 'after the folio lock was taken', opens: true, anchor: { in: ['memory_failure'], lock: 'after' } },
    { id: 'saved', window: 'W6', what: 'before folio_wait_writeback(), the flags saved', opens: true, anchor: { in: ['memory_failure'], call: ['folio_wait_writeback'], edge: 'before' } },
    { id: 'collect', window: 'W8', what: 'before collect_procs()', opens: true, anchor: { in: ['hwpoison_user_mappings'], call: ['collect_procs'], edge: 'before' } },
    { id: 'mkclean', window: 'W8', what: 'the dirty bit was read, before folio_mkclean()', opens: false, anchor: { in: ['unmap_poisoned_folio', 'hwpoison_user_mappings'], call: ['folio_mkclean'], edge: 'before' } },
    { id: 'collected', window: 'W8', what: 'after collect_procs()', opens: true, anchor: { in: ['hwpoison_user_mappings'], call: ['collect_procs'], edge: 'after' } },
    { id: 'unmapped', window: 'W8', what: 'after the unmapping', opens: true, anchor: { in: ['hwpoison_user_mappings'], call: ['unmap_poisoned_folio', 'try_to_unmap'], edge: 'after' } },
    { id: 'classify', window: 'W8', what: 'before identify_page_state()', opens: true, anchor: { in: ['memory_failure'], call: ['identify_page_state'], edge: 'before' } },
    { id: 'acted', window: 'W9', what: 'before has_extra_refcount()', opens: true, anchor: { in: ['me_pagecache_clean', 'me_swapcache_dirty', 'me_swapcache_clean', 'me_huge_page'], call: ['has_extra_refcount'], edge: 'before' } },
];

/** Symbols whose addresses, and of some whose code, the points take. */
export const WANTED_SYMBOLS: readonly string[] = [...new Set([
    ...POINTS.flatMap(({ anchor }) => 'in' in anchor ? [...anchor.in, ...'call' in anchor ? anchor.call : []] : []),
    'vmemmap_base', 'reclaim_pages', 'folio_add_lru',
])];

/** Functions that calls are looked for in. */
export const CALLERS: ReadonlySet<string> = new Set(POINTS.flatMap(({ anchor }) => 'in' in anchor ? anchor.in : []));

/** A point as it lies in one kernel. */
export interface FoundPoint {
    readonly point: HoldPoint;
    /** Empty for those that are watched for. */
    readonly addresses: readonly bigint[];
}

/** `soft_offline_page.part.0` is a part of soft_offline_page. */
export function baseName(symbol: string): string {
    const dot = symbol.indexOf('.');
    return dot < 0 ? symbol : symbol.slice(0, dot);
}

/**
 * @param functions by symbol, with their code where calls are looked for in them
 * @returns those that this kernel has; where its compiler has inlined a function that marks a point, the point is missing
 */
export function findPoints(functions: readonly KernelFunction[]): readonly FoundPoint[] {
    const named = (names: readonly string[]): readonly KernelFunction[] => functions.filter(({ symbol }) => names.includes(baseName(symbol)));
    const found = POINTS.flatMap((point): readonly FoundPoint[] => {
        const { anchor } = point;
        if ('from' in anchor) {
            return [{ point, addresses: [] }];
        }
        if ('lock' in anchor) {
            return [{ point, addresses: named(anchor.in).flatMap(locksIn).map(({ address, next }) => anchor.lock === 'before' ? address : next) }];
        }
        const calls = named(anchor.in).flatMap((caller) => {
            // Of several names the first that is called: the others are what it does where it was inlined.
            for (const name of anchor.call) {
                const sites = named([name]).flatMap(({ address }) => callsOf(caller, address));
                if (sites.length > 0) {
                    return anchor.first === true ? sites.slice(0, 1) : sites;
                }
            }
            return [];
        });
        return [{ point, addresses: calls.map(({ address, next }) => anchor.edge === 'before' ? address : next) }];
    });
    const there = new Set(found.filter(({ addresses }) => addresses.length > 0).map(({ point }) => point.id));
    return found.filter(({ point: { anchor, id } }) => 'from' in anchor ? there.has(anchor.from) : there.has(id));
}
