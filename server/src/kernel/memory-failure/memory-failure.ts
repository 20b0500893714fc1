import type { Folio, Thread } from '../../machine/mm-types.js';
import type { Pfn } from '../../machine/units.js';
import type { MfType } from '../../vocabulary/mf-types.js';
import { actionResult } from './action-result.js';
import { memoryFailureDevPagemap } from './dax.js';
import { identifyPageState } from './error-states.js';
import { getHwpoisonPage, shakePage } from './get-hwpoison-page.js';
import { hwpoisonFilter } from './hwpoison-filter.js';
import { tryMemoryFailureHugetlb } from '../hugetlb/hugetlb.js';
import { killAccessingProcess } from './kill-accessing-process.js';
import { collectProcs, killProcs } from './kill-procs.js';
import type { Errno, Kernel } from '../kernel.js';
import { MF_ACTION_REQUIRED, MF_COUNT_INCREASED, MF_SW_SIMULATED } from './mf-flags.js';
import { folioPut, takePageOffBuddy } from '../mm/page-alloc.js';
import { writebackFolio } from '../mm/page-cache.js';
import { memoryFailurePfn } from './pfn-map.js';
import { testClearPageHwpoison, testSetPageHwpoison } from './poison.js';
import { forceOnReturn } from '../signal/signals.js';
import { tryToSplitThpPage } from '../mm/thp.js';
import { hwpoisonUserMappings } from './user-mappings.js';

/**
 * Handles a memory error on a page frame. Follows memory_failure() of mm/memory-failure.c.
 * @param flags enum mf_flags
 * @param current the task in whose context it runs; null for a kernel worker, which has no address space
 * @returns '0', 'EBUSY', 'EHWPOISON', 'EOPNOTSUPP' (filtered), 'ENXIO' (not the kernel's memory), 'EFAULT'
 */
export function memoryFailure(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno {
    const { machine } = kernel;
    if (machine.sysctl('vm.memory_failure_recovery') === 0) {
        kernel.decide('memory_failure.recovery-disabled', pfn);
        kernel.panic(`Memory failure on page ${pfn.toString(16)}`);
    }
    if ((flags & MF_SW_SIMULATED) === 0 && !machine.hwMemoryFailure) {
        machine.hwMemoryFailure = true;
        kernel.changed('kernel', 'hw_memory_failure', 'value', false, true);
        kernel.decide('memory_failure.hardware-event', pfn);
    }
    if (!machine.memory.layout.isOnline(pfn)) return notOnline(kernel, pfn, flags, current);
    kernel.schedule.begin();
    // A free page that is allocated under the handler makes everything start again, once.
    for (let retry = true; ; retry = false) {
        kernel.hold('retry', retry);
        const hugetlb = tryMemoryFailureHugetlb(kernel, pfn, flags, current);
        if (hugetlb !== undefined) return hugetlb;
        if (testSetPageHwpoison(kernel, pfn)) return alreadyPoisoned(kernel, pfn, flags, current);
        kernel.decide('memory_failure.marked', pfn);
        kernel.hold('again', undefined);
        kernel.choose('W1', pfn);
        const grabbed = grab(kernel, pfn, flags, retry);
        if (grabbed === 'inUse') return inUsePage(kernel, pfn, flags, current);
        if (grabbed !== 'again') return grabbed;
    }
}

/** Step 4 to 7 of the decision tree: no online page behind the pfn. */
function notOnline(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno {
    const { memory } = kernel.machine;
    if (memory.extentAt(pfn)?.kind === 'sgx') {
        kernel.decide('arch_memory_failure.sgx', pfn);
        if ((flags & MF_ACTION_REQUIRED) !== 0 && current !== null) forceOnReturn(kernel, current, { signal: 'SIGBUS', code: 'SI_KERNEL', address: null, addressLsbBits: null });
        return '0';
    }
    if (memory.layout.isDevice(pfn)) return memoryFailureDevPagemap(kernel, pfn, flags, current);
    if (!memory.layout.hasStructPage(pfn) && kernel.profile.has('pfnMapType')) return memoryFailurePfn(kernel, pfn, flags, current);
    kernel.printPfn('outside', pfn);
    kernel.decide('memory_failure.outside-kernel-control', pfn);
    return 'ENXIO';
}

/** PG_hwpoison was set before. */
function alreadyPoisoned(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno {
    const hasType = kernel.profile.has('alreadyPoisonedType');
    if (!hasType || kernel.profile.has('alreadyPoisonedIsCounted')) kernel.printPfn('alreadyOld', pfn);
    let result: Errno = 'EHWPOISON';
    if ((flags & MF_ACTION_REQUIRED) !== 0) result = killAccessingProcess(kernel, pfn, flags, current);
    if ((flags & MF_COUNT_INCREASED) !== 0) folioPut(kernel, kernel.machine.memory.folio(pfn));
    kernel.decide('memory_failure.already-poisoned', pfn);
    if (hasType) actionResult(kernel, pfn, 'MF_MSG_ALREADY_POISONED', 'MF_FAILED');
    return result;
}

/** Steps 15 and 16: take the reference, or report why there is none. */
function grab(kernel: Kernel, pfn: Pfn, flags: number, retry: boolean): Errno | 'inUse' | 'again' {
    const callerReference = (flags & MF_COUNT_INCREASED) !== 0;
    if (callerReference && kernel.profile.has('callerReferenceSkipsGrab')) return 'inUse';
    const grabbed = getHwpoisonPage(kernel, pfn, callerReference, false);
    kernel.hold('attempt', undefined);
    switch (grabbed) {
        case 'inUse':
            return 'inUse';
        case 'free':
            return freePage(kernel, pfn, retry);
        case 'kernelOwned':
            return actionResult(kernel, pfn, 'MF_MSG_KERNEL', 'MF_IGNORED');
        case 'unhandlable':
        case 'race':
            return actionResult(kernel, pfn, grabFailureType(kernel, pfn), 'MF_IGNORED');
    }
}

/** What a failed grab is reported as. */
function grabFailureType(kernel: Kernel, pfn: Pfn): MfType {
    if (kernel.profile.reservedGrabIsKernel && kernel.machine.memory.folio(pfn).has('reserved')) return 'MF_MSG_KERNEL';
    return kernel.profile.has('grabFailureIsUnknown') ? 'MF_MSG_UNKNOWN' : 'MF_MSG_GET_HWPOISON';
}

/** A free page leaves the free lists, with one reference that keeps it there. */
function freePage(kernel: Kernel, pfn: Pfn, retry: boolean): Errno | 'again' {
    const { memory } = kernel.machine;
    kernel.choose('W3', pfn);
    if (memory.folio(pfn).pageType !== 'buddy') {
        kernel.decide('memory_failure.no-longer-free', pfn);
        return actionResult(kernel, pfn, 'MF_MSG_KERNEL_HIGH_ORDER', 'MF_IGNORED');
    }
    kernel.choose('W4', pfn);
    if (takePageOffBuddy(kernel, pfn)) {
        memory.folio(pfn).references = 1;
        kernel.decide('take_page_off_buddy', pfn);
        return actionResult(kernel, pfn, 'MF_MSG_BUDDY', 'MF_RECOVERED');
    }
    if (!retry) {
        kernel.decide('take_page_off_buddy.failed', pfn);
        return actionResult(kernel, pfn, 'MF_MSG_BUDDY', 'MF_FAILED');
    }
    testClearPageHwpoison(kernel, pfn);
    kernel.decide('memory_failure.starts-again', pfn);
    kernel.hold('again', true);
    // From here to the new mark the page can be freed as any other.
    kernel.choose('W4', pfn);
    return 'again';
}

/** Steps 17 to 24: the handler holds a reference. */
function inUsePage(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno {
    const { machine } = kernel;
    let folio = machine.memory.folio(pfn);
    kernel.hold('folio', folio);
    kernel.choose('W5', pfn);
    const filterFirst = !kernel.profile.has('filterAfterSplit');
    if (filterFirst && hwpoisonFilter(kernel, pfn)) return filtered(kernel, folio, pfn);
    if (folio.large) {
        folio.set('has_hwpoisoned');
        const part = tryToSplitThpPage(kernel, folio, pfn);
        if (part === null) return unsplitThp(kernel, folio, pfn, flags, current);
        folio = part;
        kernel.hold('folio', folio);
    }
    shakePage(kernel, folio);
    kernel.choose('W7', pfn);
    // The folio lock is taken here.
    kernel.choose('W6', pfn);
    const savedFlags = folio.flags;
    kernel.hold('saved flags', savedFlags);
    kernel.choose(folio.has('mlocked') ? 'W11' : 'W6', pfn);
    if (!filterFirst && hwpoisonFilter(kernel, pfn)) return filtered(kernel, folio, pfn);
    if (!folio.has('lru') && !folio.has('writeback')) {
        kernel.decide('memory_failure.not-on-lru', pfn);
        // Whoever isolated the folio may put it back before it is classified.
        kernel.hold('classifies', true);
        kernel.choose('W6', pfn);
        return identifyPageState(kernel, folio, pfn, savedFlags);
    }
    if (folio.has('writeback') && folio.owner?.kind === 'file') {
        writebackFolio(kernel, folio.owner, folio);
        folio.clear('writeback');
        kernel.decide('memory_failure.waited-for-writeback', pfn);
    }
    if (!hwpoisonUserMappings(kernel, folio, pfn, flags, current)) {
        return actionResult(kernel, pfn, 'MF_MSG_UNMAP_FAILED', kernel.profile.has('unmapFailureKills') ? 'MF_IGNORED' : 'MF_FAILED');
    }
    if (folio.has('lru') && !folio.has('swapcache') && folio.owner === null) {
        kernel.decide('memory_failure.truncated', pfn);
        return actionResult(kernel, pfn, 'MF_MSG_TRUNCATED_LRU', 'MF_IGNORED');
    }
    kernel.hold('classifies', true);
    kernel.choose('W8', pfn);
    return identifyPageState(kernel, folio, pfn, savedFlags);
}

function filtered(kernel: Kernel, folio: Folio, pfn: Pfn): Errno {
    testClearPageHwpoison(kernel, pfn);
    folioPut(kernel, folio);
    kernel.decide('memory_failure.filtered', pfn);
    return 'EOPNOTSUPP';
}

/** The folio stays whole and mapped: everybody is signalled with its size. Follows kill_procs_now(). */
function unsplitThp(kernel: Kernel, folio: Folio, pfn: Pfn, flags: number, current: Thread | null): Errno {
    if (kernel.profile.has('unsplitThpIsSilent')) {
        folioPut(kernel, folio);
        return actionResult(kernel, pfn, 'MF_MSG_UNSPLIT_THP', 'MF_IGNORED');
    }
    const lsbBits = kernel.machine.pageShift + folio.order;
    const entries = collectProcs(kernel, folio, pfn, (flags & MF_ACTION_REQUIRED) !== 0, current, lsbBits);
    killProcs(kernel, entries, pfn, flags, current, false);
    folioPut(kernel, folio);
    actionResult(kernel, pfn, 'MF_MSG_UNSPLIT_THP', 'MF_FAILED');
    return 'EHWPOISON';
}

