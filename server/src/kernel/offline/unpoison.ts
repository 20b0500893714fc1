import { folioMapped, folioRefcount } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import { numPoisonedPagesSub } from '../memory-failure/action-result.js';
import { clearHugetlbHwpoison } from '../hugetlb/hugetlb.js';
import type { DecisionId } from '../../vocabulary/decisions.js';
import type { MessageId } from '../../vocabulary/messages.js';
import type { Errno, Kernel } from '../kernel.js';
import { mayPrint } from '../print-limited.js';
import { folioPut, freePage } from '../mm/page-alloc.js';
import { testClearPageHwpoison } from '../memory-failure/poison.js';

/**
 * Takes the mark off a page again, for tests. Follows unpoison_memory().
 * @returns '0', 'EIO' (no online page), 'EOPNOTSUPP' (after a hardware failure, huge zero folio), 'EBUSY'
 */
export function unpoisonMemory(kernel: Kernel, pfn: Pfn): Errno {
    const { machine } = kernel;
    const { memory } = machine;
    if (!memory.layout.isOnline(pfn)) {
        if (kernel.profile.has('unpoisonNeedsStructPage') && memory.layout.hasStructPage(pfn)) return unpoisonOffline(kernel, pfn);
        kernel.decide('unpoison_memory.not-online', pfn);
        return kernel.profile.has('unpoisonNeedsStructPage') ? 'ENXIO' : 'EIO';
    }
    const folio = memory.folio(pfn);
    if (machine.hwMemoryFailure) {
        say(kernel, 'unDisabled', pfn);
        kernel.decide('unpoison_memory.disabled', pfn);
        return 'EOPNOTSUPP';
    }
    if (folio.kind === 'huge-zero' && kernel.profile.has('unpoisonTakesHugeZero')) {
        kernel.recorder.notModelled('unpoison-pfn of the huge zero page, which drops a reference that is not its own');
        return '0';
    }
    if (folio.kind === 'huge-zero') {
        say(kernel, 'unHzp', pfn);
        kernel.decide('unpoison_memory.huge-zero', pfn);
        return 'EOPNOTSUPP';
    }
    const refuse = (message: 'unAlready' | 'unGrab' | 'unMaps' | 'unMapping' | null, decision: DecisionId): Errno => {
        if (message !== null) say(kernel, message, pfn);
        kernel.decide(decision, pfn);
        return 'EBUSY';
    };
    if (!memory.isPoisoned(pfn)) return refuse('unAlready', 'unpoison_memory.not-poisoned');
    const refcount = folioRefcount(machine, folio);
    if (refcount > 1) return refuse('unGrab', 'unpoison_memory.grabbed');
    const silentType = folio.pageType === 'slab' || folio.pageType === 'table' || folio.has('reserved');
    const silentOffline = folio.pageType === 'offline';
    if (!kernel.profile.has('mappedTestedFirstInUnpoison') && (silentType || silentOffline)) return refuse(null, 'unpoison_memory.page-type');
    if (folioMapped(machine, folio)) return refuse('unMaps', 'unpoison_memory.mapped');
    if (folio.owner?.kind === 'file') return refuse('unMapping', 'unpoison_memory.has-mapping');
    if (silentType) return refuse(null, 'unpoison_memory.page-type');

    if (memory.poisoned.get(pfn)?.takenOff === true) {
        testClearPageHwpoison(kernel, pfn);
        freePage(kernel, pfn);
        return succeed(kernel, pfn, [pfn], 'put back on the free lists');
    }
    if (folio.hugetlb !== null) {
        if (folio.hugetlb.rawPoison === null) return refuse(null, 'unpoison_memory.raw-list-lost');
        const listed = clearHugetlbHwpoison(kernel, folio);
        if (refcount === 1) folioPut(kernel, folio);
        return succeed(kernel, pfn, listed, `${listed.length} raw pages`);
    }
    // The mark of a large folio is looked for on its head: a tail has no count of its own to take (get_page_unless_zero()).
    if (folio.large && folio.head !== pfn) return refuse(null, 'unpoison_memory.tail');
    testClearPageHwpoison(kernel, pfn);
    if (refcount === 1) folioPut(kernel, folio);
    return succeed(kernel, pfn, [pfn], refcount === 1 ? 'its last reference dropped' : 'no reference');
}

/** Kernels that do not ask whether the page is online find it as they left it: memory that goes offline has no marks. */
function unpoisonOffline(kernel: Kernel, pfn: Pfn): Errno {
    const { hwMemoryFailure, memory } = kernel.machine;
    if (!hwMemoryFailure && memory.layout.isDevice(pfn)) {
        kernel.recorder.notModelled('unpoison-pfn of device memory on a kernel that does not refuse it');
        return 'EIO';
    }
    say(kernel, hwMemoryFailure ? 'unDisabled' : 'unAlready', pfn);
    kernel.decide(hwMemoryFailure ? 'unpoison_memory.disabled' : 'unpoison_memory.not-poisoned', pfn);
    return hwMemoryFailure ? 'EOPNOTSUPP' : 'EBUSY';
}

/** Prints, unless there was too much to print lately. Follows unpoison_pr_info(). */
function say(kernel: Kernel, message: MessageId, pfn: Pfn): void {
    if (mayPrint(kernel, kernel.machine.unpoisonMessages, 'unpoison_memory')) kernel.printPfn(message, pfn);
    else kernel.decide('unpoison_memory.not-printed', pfn);
}

/** @param pages those that were counted as poisoned: of a huge page its raw ones, whichever page was named */
function succeed(kernel: Kernel, pfn: Pfn, pages: readonly Pfn[], note: string): Errno {
    for (const page of pages) {
        numPoisonedPagesSub(kernel, page);
        kernel.machine.memory.remembered.delete(page);
    }
    say(kernel, 'unOk', pfn);
    kernel.decide('unpoison_memory.done', pfn, note);
    return '0';
}
