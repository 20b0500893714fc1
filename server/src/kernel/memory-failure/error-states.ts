import { PG, type FolioFlag } from '../../machine/page-flags.js';
import type { Folio } from '../../machine/mm-types.js';
import { folioRefcount } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import type { MfResult } from '../../vocabulary/mf-results.js';
import { MF_TYPES, type MfType } from '../../vocabulary/mf-types.js';
import { actionResult } from './action-result.js';
import { dissolveHugetlbFolio, giveBackMarkedSurplus } from '../hugetlb/hugetlb-pool.js';
import type { DifferenceName } from '../versions/differences.js';
import type { Errno, Kernel } from '../kernel.js';
import { freeIfUnused, takePageOffBuddy } from '../mm/page-alloc.js';
import { removeTruncated, mappingEvictFolio } from '../mm/page-cache.js';
import { deleteFromSwapCache } from '../mm/page-table-changes.js';

type Action = (kernel: Kernel, folio: Folio, pfn: Pfn, type: MfType) => MfResult;

interface ErrorState {
    /** Flags that must be set; `head` and `slab` are page types in this model. */
    readonly set: readonly (FolioFlag | 'head' | 'slab')[];
    readonly clear?: readonly FolioFlag[];
    readonly type: MfType;
    readonly action: Action;
    /** Only in kernels where this difference holds. */
    readonly only?: DifferenceName;
}

/** error_states[]: first match wins. */
export const ERROR_STATES: readonly ErrorState[] = [
    { set: ['reserved'], type: 'MF_MSG_KERNEL', action: meKernel, only: 'flagTableReservedRow' },
    { set: ['slab'], type: 'MF_MSG_SLAB', action: meKernel, only: 'flagTableSlabRow' },
    { set: ['head'], type: 'MF_MSG_HUGE', action: meHugePage },
    { set: ['swapcache', 'swapbacked', 'dirty'], type: 'MF_MSG_DIRTY_SWAPCACHE', action: meSwapcacheDirty },
    { set: ['swapcache', 'swapbacked'], clear: ['dirty'], type: 'MF_MSG_CLEAN_SWAPCACHE', action: meSwapcacheClean },
    { set: ['mlocked', 'dirty'], type: 'MF_MSG_DIRTY_MLOCKED_LRU', action: mePagecacheDirty },
    { set: ['mlocked'], clear: ['dirty'], type: 'MF_MSG_CLEAN_MLOCKED_LRU', action: mePagecacheClean },
    { set: ['unevictable', 'dirty'], type: 'MF_MSG_DIRTY_UNEVICTABLE_LRU', action: mePagecacheDirty },
    { set: ['unevictable'], clear: ['dirty'], type: 'MF_MSG_CLEAN_UNEVICTABLE_LRU', action: mePagecacheClean },
    { set: ['lru', 'dirty'], type: 'MF_MSG_DIRTY_LRU', action: mePagecacheDirty },
    { set: ['lru'], clear: ['dirty'], type: 'MF_MSG_CLEAN_LRU', action: mePagecacheClean },
    { set: [], type: 'MF_MSG_UNKNOWN', action: meUnknown },
];

/** A row as it is compared: `mask` and `res` of struct page_state, and how it is explained. */
interface PageState {
    readonly row: ErrorState;
    readonly mask: number;
    readonly res: number;
    readonly hugetlb: boolean;
    readonly slab: boolean;
    readonly words: string;
}

const PAGE_STATES: readonly PageState[] = ERROR_STATES.map((row): PageState => {
    const bits = (flags: ErrorState['set']): number => flags.reduce((sum, flag) => flag === 'head' || flag === 'slab' ? sum : sum | PG[flag], 0);
    const { set, clear = [] } = row;
    return {
        row, res: bits(set), mask: bits([...set, ...clear]), hugetlb: set.includes('head'), slab: set.includes('slab'),
        words: `${set.join(' ')}${set.length > 0 ? ' set' : 'no known flags'}${clear.length === 0 ? '' : `, ${clear.join(' ')} clear`}: ${row.type}`,
    };
});

function findState(kernel: Kernel, folio: Folio, flags: number): PageState {
    for (const state of PAGE_STATES) {
        if (state.row.only !== undefined && !kernel.profile.has(state.row.only)) continue;
        if ((flags & state.mask) === state.res && (!state.hugetlb || folio.hugetlb !== null) && (!state.slab || folio.pageType === 'slab')) return state;
    }
    throw new Error('the last row of error_states[] matches every page');
}

/**
 * Classifies the page by its flags, acts on it and reports. When only the catch-all row matches, the flags saved
 * before the unmapping decide, with the dirty bit as it is now. Follows identify_page_state() and page_action().
 */
export function identifyPageState(kernel: Kernel, folio: Folio, pfn: Pfn, savedFlags: number): Errno {
    let { row, words } = findState(kernel, folio, folio.flags);
    if (row.type === 'MF_MSG_UNKNOWN') ({ row, words } = findState(kernel, folio, savedFlags | (folio.flags & PG.dirty)));
    kernel.decide('identify_page_state', pfn, words);
    return actionResult(kernel, pfn, row.type, row.action(kernel, folio, pfn, row.type));
}

function meKernel(): MfResult {
    return 'MF_IGNORED';
}

function meUnknown(kernel: Kernel, _folio: Folio, pfn: Pfn): MfResult {
    kernel.printPfn('unknownState', pfn);
    return kernel.profile.has('unknownStateFails') ? 'MF_FAILED' : 'MF_IGNORED';
}

/** Off the LRU; the page becomes invisible to reclaim. @returns false when somebody else has isolated it. Follows delete_from_lru_cache(). */
function deleteFromLruCache(kernel: Kernel, folio: Folio): boolean {
    if (!folio.has('lru')) return false;
    kernel.pageChanged(folio.head, 'PG_lru', folio.has('lru'), false);
    folio.flags &= ~(PG.lru | PG.active | PG.unevictable);
    return true;
}

/** Somebody else still holds the page: the result becomes Failed. Follows has_extra_refcount(). */
function hasExtraRefcount(kernel: Kernel, folio: Folio, pfn: Pfn, type: MfType, extraPins: boolean, otherwise: MfResult): boolean {
    kernel.hold('action', `${type} ${otherwise} ${extraPins}`);
    kernel.choose('W9', pfn);
    const users = folioRefcount(kernel.machine, folio) - 1 - (extraPins ? folio.pageCount : 0);
    if (users <= 0) return false;
    kernel.printPfn('stillRef', pfn, { string: MF_TYPES[type].string, users });
    kernel.decide('has_extra_refcount', pfn, `${users} users`);
    return true;
}

function mePagecacheClean(kernel: Kernel, folio: Folio, pfn: Pfn, type: MfType): MfResult {
    deleteFromLruCache(kernel, folio);
    if (folio.owner?.kind === 'anon' || folio.owner?.kind === 'ksm') return 'MF_RECOVERED';
    const file = folio.owner;
    if (file === null) return 'MF_FAILED';
    const keepsInCache = file.traits.errorRemoveFolio === 'shmem';
    const truncated = truncateErrorFolio(kernel, folio, pfn);
    return hasExtraRefcount(kernel, folio, pfn, type, keepsInCache, truncated) ? 'MF_FAILED' : truncated;
}

function mePagecacheDirty(kernel: Kernel, folio: Folio, pfn: Pfn, type: MfType): MfResult {
    if (kernel.profile.has('dirtyLossSetsError')) folio.set('error');
    const file = folio.owner;
    if (file?.kind === 'file') {
        file.setError();
        kernel.changed('file', file.name, 'writeback error', 'none', '-EIO');
        if (file.traits.errorRemoveFolio === 'generic') kernel.recorder.data('lost', `${file.name}[${folio.indexOf(pfn)}]`, pfn);
    }
    return mePagecacheClean(kernel, folio, pfn, type);
}

/** Drops the page from the page cache where the file system allows it. Follows truncate_error_folio(). */
function truncateErrorFolio(kernel: Kernel, folio: Folio, pfn: Pfn): MfResult {
    const file = folio.owner;
    if (file?.kind !== 'file') return 'MF_FAILED';
    switch (file.traits.errorRemoveFolio) {
        case 'shmem':
        case 'hugetlbfs':
            kernel.decide('truncate_error_folio.kept', pfn, file.type);
            return 'MF_RECOVERED';
        case 'guest_memfd':
            kernel.printPfn('punch', pfn, { rc: 2 });
            kernel.decide('truncate_error_folio.punch-failed', pfn, file.type);
            return 'MF_FAILED';
        case 'generic':
            if (folio.buffersHeld) {
                kernel.printPfn('release', pfn);
                kernel.decide('truncate_error_folio.buffers', pfn, file.type);
                return 'MF_FAILED';
            }
            removeTruncated(kernel, file, folio);
            kernel.decide('truncate_error_folio.removed', pfn, file.type);
            return 'MF_RECOVERED';
        case 'none':
            if (mappingEvictFolio(kernel, folio, 1)) {
                kernel.decide('truncate_error_folio.invalidated', pfn, file.type);
                return 'MF_RECOVERED';
            }
            kernel.printPfn('invalidate', pfn);
            kernel.decide('truncate_error_folio.invalidate-failed', pfn, file.type);
            return 'MF_FAILED';
    }
}

function meSwapcacheDirty(kernel: Kernel, folio: Folio, pfn: Pfn, type: MfType): MfResult {
    folio.flags &= ~(PG.dirty | PG.uptodate);
    const isolated = deleteFromLruCache(kernel, folio) ? 'MF_DELAYED' : 'MF_FAILED';
    return hasExtraRefcount(kernel, folio, pfn, type, true, isolated) ? 'MF_FAILED' : isolated;
}

function meSwapcacheClean(kernel: Kernel, folio: Folio, pfn: Pfn, type: MfType): MfResult {
    deleteFromSwapCache(kernel, folio);
    const isolated = deleteFromLruCache(kernel, folio) ? 'MF_RECOVERED' : 'MF_FAILED';
    return hasExtraRefcount(kernel, folio, pfn, type, false, isolated) ? 'MF_FAILED' : isolated;
}

/** A hugetlb page in use: kept in a file's page cache, or given up and dissolved. Follows me_huge_page(). */
function meHugePage(kernel: Kernel, folio: Folio, pfn: Pfn, type: MfType): MfResult {
    kernel.hold('action', type);
    if (folio.owner?.kind === 'file') {
        kernel.choose('W9', pfn);
        // Its page-cache reference counts as one here, however large the folio is.
        const users = folioRefcount(kernel.machine, folio) - 2;
        if (users > 0) {
            kernel.printPfn('stillRef', pfn, { string: MF_TYPES[type].string, users });
            kernel.decide('has_extra_refcount', pfn, `${users} users`);
            return 'MF_FAILED';
        }
        kernel.decide('me_huge_page.kept', pfn);
        return 'MF_RECOVERED';
    }
    kernel.choose('W9', pfn);
    folio.references -= 1;
    const users = folioRefcount(kernel.machine, folio);
    if (users > 0) {
        kernel.decide('me_huge_page.still-in-use', pfn);
        // has_extra_refcount() takes one for the handler's own, which is given back by now.
        if (users > 1) kernel.printPfn('stillRef', pfn, { string: MF_TYPES[type].string, users: users - 1 });
        return 'MF_FAILED';
    }
    if (giveBackMarkedSurplus(kernel, folio) && takePageOffBuddy(kernel, pfn)) {
        kernel.decide('me_huge_page.dissolved', pfn, 'a surplus page');
        return 'MF_RECOVERED';
    }
    freeIfUnused(kernel, folio);
    if (dissolveHugetlbFolio(kernel, folio, pfn)) {
        kernel.decide('me_huge_page.dissolved', pfn);
        return 'MF_RECOVERED';
    }
    kernel.decide('me_huge_page.not-dissolved', pfn);
    return 'MF_FAILED';
}
