import { PG, setFlags } from '../../machine/page-flags.js';
import type { Folio } from '../../machine/mm-types.js';
import { folioRefcount } from '../../machine/page-tables.js';
import { hex, type Pfn } from '../../machine/units.js';
import { ERRNOS } from '../../vocabulary/errnos.js';
import { OLDER_PRINTED_PAGE_FLAGS, PRINTED_PAGE_FLAGS } from '../../vocabulary/page-flags.js';
import { numPoisonedPagesInc } from '../memory-failure/action-result.js';
import { getHwpoisonPage, shakePage } from '../memory-failure/get-hwpoison-page.js';
import { hwpoisonFilter } from '../memory-failure/hwpoison-filter.js';
import { allocHugetlbMigrationTarget, dissolveHugetlbFolio } from '../hugetlb/hugetlb-pool.js';
import type { Errno, Kernel } from '../kernel.js';
import { allocatePage, folioPut, takePageOffBuddy } from '../mm/page-alloc.js';
import { copyMeetsPoison } from '../mm/page-copies.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';
import { markDirtyFromEntries, migrationObstacle, replaceFolio, replaceHugetlbFolio } from '../mm/migrate.js';
import { mappingEvictFolio, writebackFolio } from '../mm/page-cache.js';
import { testSetPageHwpoison } from '../memory-failure/poison.js';
import { tryToSplitThpPage } from '../mm/thp.js';

/** First pfn of ZONE_DMA32 and of ZONE_NORMAL on x86-64. */
const ZONE_DMA32 = 0x1000;
const ZONE_NORMAL = 0x100000;

/** What besides the flags stands in the word of a page: zone and last CPU. All memory of arm64 up to 4 GiB is ZONE_DMA. */
const LAYOUTS = {
    x86: { zoned: true, lastCpu: { value: 0x1fffffn, shift: 30n } },
    arm64: { zoned: false, lastCpu: { value: 0x1ffffn, shift: 40n } },
} as const;

/** `%pGp` of a folio: the raw word, then names, node, zone and last cpu. */
function printFlags(kernel: Kernel, folio: Folio, flags = folio.flags, more: readonly string[] = []): string {
    const printed = kernel.profile.has('olderPageFlagOrder') ? OLDER_PRINTED_PAGE_FLAGS : PRINTED_PAGE_FLAGS;
    const held = new Set<string>([...more, ...setFlags(flags).map((flag) => (flag === 'swapcache' ? 'owner_priv_1' : flag === 'owner_2' && !printed.names.includes('owner_2') ? 'mappedtodisk' : flag))]);
    const names = printed.names.filter((name) => held.has(name));
    const { zoned, lastCpu } = LAYOUTS[kernel.profile.arch.pageFlags];
    const zone = zoned && folio.head >= ZONE_DMA32 ? folio.head < ZONE_NORMAL ? 1 : 2 : 0;
    let word = (lastCpu.value << lastCpu.shift) | (BigInt(zone) << 51n);
    for (const name of names) word |= 1n << BigInt(printed.bits.indexOf(name));
    return `0x${word.toString(16)}(${[...names, `node=${kernel.machine.nodeOf(folio.head)}`, `zone=${zone}`, `lastcpupid=0x${lastCpu.value.toString(16)}`].join('|')})`;
}

/**
 * Moves the contents of a page elsewhere and retires the frame; never kills. Follows soft_offline_page().
 * @param callerReference the caller holds a reference (MF_COUNT_INCREASED)
 * @returns '0', 'ENXIO', 'EIO', 'EOPNOTSUPP', 'EBUSY', 'ENOMEM' or (7.3) 'ENOTRECOVERABLE'
 */
export function softOfflinePage(kernel: Kernel, pfn: Pfn, callerReference: boolean): Errno {
    const { machine } = kernel;
    const { memory } = machine;
    if (!memory.layout.hasStructPage(pfn)) {
        kernel.decide('soft_offline_page.no-struct-page', pfn);
        return 'ENXIO';
    }
    const release = (): void => {
        if (callerReference) folioPut(kernel, memory.folio(pfn));
    };
    if (!memory.layout.isOnline(pfn)) {
        kernel.decide('soft_offline_page.not-online', pfn);
        release();
        return 'EIO';
    }
    if (kernel.profile.has('enableSoftOffline') && machine.sysctl('vm.enable_soft_offline') === 0) {
        if (!machine.softOfflineDisabledPrinted) kernel.print('soDisabled');
        machine.softOfflineDisabledPrinted = true;
        kernel.decide('soft_offline_page.disabled', pfn);
        release();
        return 'EOPNOTSUPP';
    }
    if (memory.isPoisoned(pfn)) {
        kernel.printPfn('soAlready', pfn);
        kernel.decide('soft_offline_page.already-poisoned', pfn);
        release();
        return '0';
    }
    const grab = getHwpoisonPage(kernel, pfn, callerReference, true);
    if (hwpoisonFilter(kernel, pfn)) {
        if (grab === 'inUse') folioPut(kernel, memory.folio(pfn));
        kernel.decide('memory_failure.filtered', pfn);
        return 'EOPNOTSUPP';
    }
    switch (grab) {
        case 'inUse':
            return memory.folio(pfn).hugetlb?.state === 'free' ? softOfflineFree(kernel, pfn) : softOfflineInUsePage(kernel, pfn);
        case 'free':
            return softOfflineFree(kernel, pfn);
        case 'kernelOwned':
            return 'ENOTRECOVERABLE';
        case 'unhandlable':
            return 'EIO';
        case 'race':
            return 'EBUSY';
    }
}

/** What a page without an owner still shows of its past. */
const STALE_FLAGS = PG.uptodate | PG.referenced | PG.dirty | PG.swapbacked;

/**
 * Marks the page and counts it. Follows page_handle_poison().
 * @param ofFile it was a page of a file, which keeps PG_mappedtodisk
 */
function retire(kernel: Kernel, pfn: Pfn, ofFile = false): void {
    kernel.machine.memory.folio(pfn).flags &= STALE_FLAGS | (ofFile ? PG.owner_2 : 0);
    testSetPageHwpoison(kernel, pfn);
    numPoisonedPagesInc(kernel, pfn);
}

function softOfflineFree(kernel: Kernel, pfn: Pfn): Errno {
    const { memory } = kernel.machine;
    const folio = memory.folio(pfn);
    if (folio.hugetlb !== null) {
        folio.references -= folio.references > 0 ? 1 : 0;
        if (!dissolveHugetlbFolio(kernel, folio, pfn)) {
            kernel.decide('soft_offline_page.not-dissolved', pfn);
            return kernel.profile.has('softOfflineForgetsFailure') ? '0' : 'EBUSY';
        }
    } else {
        takePageOffBuddy(kernel, pfn);
        memory.folio(pfn).references = 1;
    }
    retire(kernel, pfn);
    memory.takeOff(pfn);
    kernel.decide('page_handle_poison.free', pfn);
    return '0';
}

/** Follows soft_offline_in_use_page(). The reference of the grab is held. */
function softOfflineInUsePage(kernel: Kernel, pfn: Pfn): Errno {
    const { machine } = kernel;
    let folio = machine.memory.folio(pfn);
    const isHugetlb = folio.hugetlb !== null;
    if (folio.large && !isHugetlb) {
        const part = tryToSplitThpPage(kernel, folio, pfn);
        if (part === null) {
            kernel.printPfn('soSplit', pfn);
            folioPut(kernel, folio);
            return 'EBUSY';
        }
        folio = part;
    }
    if (folio.moveBatch) kernel.recorder.notModelled('soft offline of a page that MADV_FREE, MADV_COLD or drop_caches has left on a per-CPU list, which fails until that is drained');
    shakePage(kernel, folio);
    if (folio.has('writeback') && folio.owner?.kind === 'file') writebackFolio(kernel, folio.owner, folio);
    if (!isHugetlb && folio.has('lru') && !folio.has('swapcache') && mappingEvictFolio(kernel, folio, 1)) {
        kernel.printPfn('soInval', pfn);
        retire(kernel, pfn, true);
        kernel.decide('soft_offline_in_use_page.invalidated', pfn);
        return '0';
    }
    const kind = isHugetlb ? 'hugepage' : 'page';
    if (isHugetlb && folio.hugetlb!.state === 'isolated') {
        folioPut(kernel, folio);
        kernel.printPfn('soIsolate', pfn, { kind, count: folioRefcount(machine, folio), flags: printHugeFlags(kernel, folio, pfn) });
        kernel.decide('soft_offline_in_use_page.not-isolated', pfn);
        return 'EBUSY';
    }
    if (!folio.has('lru') && !folio.movableOps && !isHugetlb) {
        kernel.printPfn('soIsolate', pfn, { kind, count: folio.references, flags: printFlags(kernel, folio) });
        folioPut(kernel, folio);
        kernel.decide('soft_offline_in_use_page.not-isolated', pfn);
        return 'EBUSY';
    }
    // Nothing is unmapped that somebody holds, but an attempt is made.
    markDirtyFromEntries(kernel, folio, pfn);
    const obstacle = migrationObstacle(folio);
    const bad = obstacle === null ? copyMeetsPoison(kernel, folio.head, folio.pageCount, 'migrationPanics', 'folio_mc_copy') : null;
    if (obstacle !== null || bad !== null) {
        kernel.printPfn('soMigrate', pfn, { kind, rc: 1, flags: isHugetlb ? printHugeFlags(kernel, folio, pfn) : printFlags(kernel, folio, folio.flags & ~PG.lru) });
        folioPut(kernel, folio);
        kernel.decide('migrate_pages.failed', pfn, obstacle ?? 'bad memory');
        if (bad !== null) {
            kernel.decide('memory_failure_queue', bad);
            memoryFailure(kernel, bad, 0, null);
        }
        return 'EBUSY';
    }
    return isHugetlb ? migrateHugetlb(kernel, folio, pfn) : migratePage(kernel, folio, pfn);
}

/** What the page itself shows: a tail has no flags of its own, but the first one holds the order of the folio in the lowest bits of the word. */
function printHugeFlags(kernel: Kernel, folio: Folio, pfn: Pfn): string {
    if (pfn === folio.head) return printFlags(kernel, folio, folio.flags, ['head']);
    const { bits } = kernel.profile.has('olderPageFlagOrder') ? OLDER_PRINTED_PAGE_FLAGS : PRINTED_PAGE_FLAGS;
    const holdsOrder = pfn === folio.head + 1 && kernel.profile.has('firstTailHoldsOrder');
    return printFlags(kernel, folio, 0, holdsOrder ? bits.filter((_name, bit) => (folio.order >> bit & 1) !== 0) : []);
}

/** There is nothing to move to: what migrate_pages() gives is negative, and becomes the errno. */
function noMemory(kernel: Kernel, folio: Folio, pfn: Pfn, kind: 'page' | 'hugepage'): Errno {
    kernel.printPfn('soMigrate', pfn, { kind, rc: -ERRNOS.ENOMEM.value, flags: kind === 'hugepage' ? printHugeFlags(kernel, folio, pfn) : printFlags(kernel, folio) });
    folioPut(kernel, folio);
    kernel.decide('migrate_pages.failed', pfn, `no ${kind} to move to`);
    return 'ENOMEM';
}

/** Gives the page a new frame everywhere and retires the old one. Follows migrate_pages() with unmap_and_move(). */
function migratePage(kernel: Kernel, old: Folio, pfn: Pfn): Errno {
    const fresh = allocatePage(kernel, old.kind, old.flags, kernel.machine.memory.content(pfn));
    if (fresh === null) return noMemory(kernel, old, pfn, 'page');
    replaceFolio(kernel, old, fresh, 1, ({ vma, page }) => {
        kernel.entryChanged(vma, page, pfn, fresh.head);
    });
    const ofFile = old.owner?.kind === 'file';
    leaveBehind(kernel, old);
    retire(kernel, pfn, ofFile);
    kernel.decide('migrate_pages.moved', pfn, `to ${hex(fresh.head)}`);
    return '0';
}

/** The old page after its contents have moved. A mapping takes the dirty bit along; that memory was anonymous stays visible. Follows folio_migrate_mapping() and folio_migrate_flags(). */
function leaveBehind(kernel: Kernel, old: Folio): void {
    const { owner } = old;
    if (owner?.kind === 'file' || old.has('swapcache')) old.clear('dirty');
    if (old.movableOps && kernel.profile.has('movableOpsAreUptodate')) old.set('uptodate');
    const keepsType = old.pageType === 'offline' && kernel.profile.has('migratedPagesStayOffline');
    Object.assign(old, { owner: null, swapSlot: null, movableOps: false, references: 1, kind: owner === null || owner.kind === 'file' ? 'poisoned' : owner.kind, pageType: keepsType ? 'offline' : 'none' });
}

/** As migratePage(), for a whole huge page: the replacement comes from the pool or is made fresh, the old one is dissolved. */
function migrateHugetlb(kernel: Kernel, old: Folio, pfn: Pfn): Errno {
    const { machine } = kernel;
    const target = allocHugetlbMigrationTarget(kernel, old.hugetlb!.pool);
    if (target === null) return noMemory(kernel, old, pfn, 'hugepage');
    replaceHugetlbFolio(kernel, old, target, 1);
    // One that was not the pool's own, or beyond its size, has left it already.
    const taken = machine.memory.folio(pfn).hugetlb === null ? takePageOffBuddy(kernel, pfn) : dissolveHugetlbFolio(kernel, old, pfn);
    if (!taken) {
        kernel.decide('soft_offline_page.not-dissolved', pfn);
        return 'EBUSY';
    }
    machine.memory.folio(pfn).pageType = 'none';
    machine.memory.folio(pfn).references = 1;
    retire(kernel, pfn);
    machine.memory.takeOff(pfn);
    kernel.decide('migrate_pages.moved', pfn, `to ${hex(target.folio.head)}`);
    return '0';
}
