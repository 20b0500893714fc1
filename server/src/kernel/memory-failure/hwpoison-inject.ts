import type { Thread } from '../../machine/mm-types.js';
import type { Pfn } from '../../machine/units.js';
import { hwpoisonFilter } from './hwpoison-filter.js';
import { shakePage } from './get-hwpoison-page.js';
import type { Errno, Kernel } from '../kernel.js';
import { memoryFailure } from './memory-failure.js';
import { MF_SW_SIMULATED } from './mf-flags.js';
import { softOfflinePage } from '../offline/soft-offline.js';
import { unpoisonMemory } from '../offline/unpoison.js';

function lacksCapability(kernel: Kernel, writer: Thread | null): boolean {
    if (writer === null || writer.capSysAdmin) return false;
    kernel.decide('capable.missing', undefined, 'CAP_SYS_ADMIN');
    return true;
}

/** Write to hwpoison/corrupt-pfn. Follows hwpoison_inject(). `writer` null is root. */
export function hwpoisonInject(kernel: Kernel, pfn: Pfn, writer: Thread | null): Errno {
    const { machine } = kernel;
    if (lacksCapability(kernel, writer)) return 'EPERM';
    if (!machine.memory.layout.hasStructPage(pfn)) {
        kernel.decide('hwpoison_inject.no-struct-page', pfn);
        return 'ENXIO';
    }
    if ((machine.filters.get('corrupt-filter-enable') ?? 0n) !== 0n) {
        const folio = machine.memory.folio(pfn);
        shakePage(kernel, folio);
        const known = machine.memory.folio(pfn);
        if ((!known.has('lru') && known.hugetlb === null && known.pageType !== 'buddy') || hwpoisonFilter(kernel, pfn)) {
            kernel.decide('hwpoison_inject.filtered', pfn);
            return '0';
        }
    }
    kernel.printPfn('injectPfn', pfn);
    if (outsideZone(kernel, pfn)) return '0';
    const result = memoryFailure(kernel, pfn, MF_SW_SIMULATED, writer);
    return result === 'EOPNOTSUPP' ? '0' : result;
}

/** Write to hwpoison/unpoison-pfn. Follows hwpoison_unpoison(). */
export function hwpoisonUnpoison(kernel: Kernel, pfn: Pfn, writer: Thread | null): Errno {
    if (lacksCapability(kernel, writer)) return 'EPERM';
    return unpoisonMemory(kernel, pfn);
}

/** Write of an address in the frame to hard_offline_page. Follows hard_offline_page_store(). */
export function hardOfflinePageStore(kernel: Kernel, pfn: Pfn, writer: Thread | null): Errno {
    if (lacksCapability(kernel, writer)) return 'EPERM';
    if (outsideZone(kernel, pfn)) return '0';
    const result = memoryFailure(kernel, pfn, MF_SW_SIMULATED, writer);
    return result === 'EOPNOTSUPP' ? '0' : result;
}

/** Write of an address in the frame to soft_offline_page. Follows soft_offline_page_store(). */
export function softOfflinePageStore(kernel: Kernel, pfn: Pfn, writer: Thread | null): Errno {
    if (lacksCapability(kernel, writer)) return 'EPERM';
    if (outsideZone(kernel, pfn)) return '0';
    return softOfflinePage(kernel, pfn, false);
}

/** Frames of the range at the end of RAM in which firmware may have put the tables that the kernel reserves early. */
const FIRMWARE_TABLE_PAGES = 8;

/**
 * Firmware's tables lie past the end of the zone, where the kernel reserved them before it knew the zones: the struct page names
 * none, and zone_pcp_disable() follows a wild pointer. Recorded on 7.2.12 and 7.3.4 for the first frame of the range; the last
 * one is an ordinary reserved page. Looks like a kernel bug.
 */
function outsideZone(kernel: Kernel, pfn: Pfn): boolean {
    const { layout } = kernel.machine.memory;
    if (!kernel.profile.has('outsideZoneOops') || !layout.isOnline(pfn) || pfn < layout.zoneEnd || pfn >= layout.pageCount) return false;
    if (pfn >= layout.zoneEnd + FIRMWARE_TABLE_PAGES) return false;
    if (pfn > layout.zoneEnd) {
        kernel.recorder.notModelled('whether firmware keeps its tables in this frame past the end of RAM');
        return false;
    }
    if (kernel.profile.arch.recordedOn !== 'all') {
        kernel.recorder.notModelled('what zone_pcp_disable() does with a page outside its zone, recorded on x86-64 only');
        return false;
    }
    kernel.print('oopsPageFault', { address: 'ffff888000000000' });
    kernel.decide('zone_pcp_disable.outside-zone', pfn);
    kernel.oops('BUG: unable to handle page fault');
    return true;
}
