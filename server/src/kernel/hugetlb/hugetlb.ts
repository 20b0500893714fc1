import type { Folio, Thread } from '../../machine/mm-types.js';
import { MARKED } from '../../machine/physical-memory.js';
import { hex, type Pfn } from '../../machine/units.js';
import { actionResult, numPoisonedPagesInc } from '../memory-failure/action-result.js';
import { identifyPageState } from '../memory-failure/error-states.js';
import { hwpoisonFilter } from '../memory-failure/hwpoison-filter.js';
import { dissolveHugetlbFolio } from './hugetlb-pool.js';
import { killAccessingProcess } from '../memory-failure/kill-accessing-process.js';
import type { Errno, Kernel } from '../kernel.js';
import { MF_ACTION_REQUIRED, MF_COUNT_INCREASED } from '../memory-failure/mf-flags.js';
import { folioPut, takePageOffBuddy } from '../mm/page-alloc.js';
import { hwpoisonUserMappings } from '../memory-failure/user-mappings.js';

type HugetlbDecision = 'free' | 'inUse' | 'busy';

/** Follows get_huge_page_for_hwpoison(). */
function classify(folio: Folio, callerReference: boolean): HugetlbDecision {
    if (callerReference) return 'inUse';
    const { state } = folio.hugetlb!;
    return state === 'free' ? 'free' : state === 'inUse' ? 'inUse' : 'busy';
}

/** Marks the head and remembers the raw page. @returns what was known before. Follows folio_set_hugetlb_hwpoison(). */
function setHugetlbHwpoison(kernel: Kernel, folio: Folio, pfn: Pfn): 'new' | 'same-raw' | 'other-raw' {
    const state = folio.hugetlb!;
    const was = state.rawPoison === null || state.rawPoison.size > 0;
    if (was && state.rawPoison?.has(pfn) === true) return 'same-raw';
    state.rawPoison?.add(pfn);
    if (state.rawPoison !== null) kernel.pageChanged(pfn, 'raw_hwp_page', false, true);
    if (!kernel.machine.memory.isPoisoned(folio.head)) kernel.machine.memory.poisoned.set(folio.head, MARKED);
    kernel.pageChanged(folio.head, 'PG_hwpoison', was, true);
    return was ? 'other-raw' : 'new';
}

/**
 * memory_failure() for hugetlb pages. Follows try_memory_failure_hugetlb().
 * @returns undefined when the page is not hugetlb
 */
export function tryMemoryFailureHugetlb(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno | undefined {
    const { memory } = kernel.machine;
    const callerReference = (flags & MF_COUNT_INCREASED) !== 0;
    if (memory.folio(pfn).hugetlb === null) return undefined;
    kernel.choose('W10', pfn);
    let folio = memory.folio(pfn);
    if (folio.hugetlb === null) return undefined;
    let decision = classify(folio, callerReference);
    if (decision === 'busy') {
        // The hugetlb lock is dropped; the second look is the last one.
        kernel.hold('hugetlb', 'busy once');
        kernel.choose('W10', pfn);
        folio = memory.folio(pfn);
        if (folio.hugetlb === null) return undefined;
        decision = classify(folio, callerReference);
    }
    kernel.decide('get_huge_page_for_hwpoison', pfn, `${decision}, head ${hex(folio.head)}`);
    const before = setHugetlbHwpoison(kernel, folio, pfn);
    if (before !== 'new') return alreadyPoisoned(kernel, folio, pfn, flags, current, before, callerReference);
    if (decision === 'busy') return actionResult(kernel, pfn, kernel.profile.has('grabFailureIsUnknown') ? 'MF_MSG_UNKNOWN' : 'MF_MSG_GET_HWPOISON', 'MF_IGNORED');
    if (decision === 'inUse' && !callerReference) folio.references += 1;
    kernel.hold('hugetlb', decision);
    kernel.hold('folio', folio);
    kernel.choose('W10', pfn);
    if (hwpoisonFilter(kernel, pfn)) {
        clearHugetlbHwpoison(kernel, folio);
        if (decision === 'inUse') folioPut(kernel, folio);
        kernel.decide('memory_failure.filtered', pfn);
        return 'EOPNOTSUPP';
    }
    if (decision === 'free') {
        const gone = memory.folio(pfn).hugetlb === null;
        const dissolved = gone ? takePageOffBuddy(kernel, pfn) : dissolveHugetlbFolio(kernel, folio, pfn);
        kernel.decide(dissolved ? 'try_memory_failure_hugetlb.dissolved' : 'try_memory_failure_hugetlb.not-dissolved', pfn);
        return actionResult(kernel, pfn, 'MF_MSG_FREE_HUGE', dissolved ? 'MF_RECOVERED' : 'MF_FAILED');
    }
    const savedFlags = folio.flags;
    kernel.hold('saved flags', savedFlags);
    if (!hwpoisonUserMappings(kernel, folio, pfn, flags, current)) return actionResult(kernel, pfn, 'MF_MSG_UNMAP_FAILED', kernel.profile.has('unmapFailureKills') ? 'MF_IGNORED' : 'MF_FAILED');
    return identifyPageState(kernel, folio, pfn, savedFlags);
}

/** The folio was poisoned before: the same raw page, or another one. */
function alreadyPoisoned(kernel: Kernel, folio: Folio, pfn: Pfn, flags: number, current: Thread | null, before: 'same-raw' | 'other-raw', callerReference: boolean): Errno {
    const hasType = kernel.profile.has('alreadyPoisonedType');
    const isOther = before === 'other-raw' && !kernel.profile.has('secondRawPageIsAlreadyPoisoned');
    const isCounted = kernel.profile.has('alreadyPoisonedIsCounted');
    if (before === 'other-raw' && (!hasType || !isOther)) numPoisonedPagesInc(kernel, pfn);
    if (!hasType || isCounted) kernel.printPfn('alreadyOld', pfn);
    let result: Errno = 'EHWPOISON';
    // Page tables know the head alone.
    const sought = kernel.profile.has('hugetlbWalkFindsHead') ? folio.head : pfn;
    if ((flags & MF_ACTION_REQUIRED) !== 0) result = killAccessingProcess(kernel, sought, flags, current);
    if (callerReference) folioPut(kernel, folio);
    kernel.decide('memory_failure.already-poisoned', pfn, before === 'same-raw' ? 'same raw page' : 'another raw page');
    if (hasType && (!isCounted || (flags & MF_ACTION_REQUIRED) !== 0)) actionResult(kernel, pfn, isOther ? 'MF_MSG_HUGE' : 'MF_MSG_ALREADY_POISONED', 'MF_FAILED');
    return result;
}

/** Follows folio_clear_hugetlb_hwpoison(). @returns the raw pages that were listed */
export function clearHugetlbHwpoison(kernel: Kernel, folio: Folio): readonly Pfn[] {
    const state = folio.hugetlb!;
    const listed = [...state.rawPoison ?? []];
    state.rawPoison = new Set();
    for (const pfn of listed) kernel.pageChanged(pfn, 'raw_hwp_page', true, false);
    kernel.machine.memory.poisoned.delete(folio.head);
    kernel.pageChanged(folio.head, 'PG_hwpoison', true, false);
    return listed;
}
