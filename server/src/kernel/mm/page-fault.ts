import { contentAt } from '../../machine/contents.js';
import type { AddressSpace, Folio, Thread, Vma } from '../../machine/mm-types.js';
import { folioMapcount, folioMapped, folioRefcount, lookup, mappedPfn, pmdPages, setHuge, setPte, type Entry } from '../../machine/page-tables.js';
import type { Pte } from '../../machine/page-table-entries.js';
import type { SwapArea } from '../../machine/swap.js';
import type { Pfn, VirtualPage } from '../../machine/units.js';
import { overwritten, userLoad } from '../ras/consumption.js';
import { doHugeAnonymousPage } from './huge-fault.js';
import { copyMeetsPoison } from './page-copies.js';
import { hugetlbNoPage, hugetlbWp } from '../hugetlb/hugetlb-fault.js';
import type { Errno, Kernel } from '../kernel.js';
import { memoryFailureQueue } from '../memory-failure/memory-failure-queue.js';
import { allocatePage, freeIfUnused } from './page-alloc.js';
import { anonFlags } from './lru.js';
import { attachBuffers, filemapAddPage, filemapGetFolio, filemapGetPfn, mappingEvictFolio, unmapMappingFolio } from './page-cache.js';
import type { AccessKind, FaultResult } from './fault-result.js';
import { deleteFromSwapCache, folioFreeSwap, mlockFolio, munlockVmaFolio, slotIsUsed, splitPmd } from './page-table-changes.js';
import { forceSegv, forceSignal, useOfSigbus } from '../signal/signals.js';

/** Frame behind a user address for an access, faulting it in. Follows handle_mm_fault(). No signal is sent here. */
export function handleMmFault(kernel: Kernel, thread: Thread, page: VirtualPage, access: AccessKind): FaultResult {
    const vma = thread.process.mm.find(page);
    if (vma === null) return { kind: 'segv', code: 'SEGV_MAPERR' };
    if (vma.protection === 'none' || (access === 'write' && vma.protection !== 'write')) return { kind: 'segv', code: 'SEGV_ACCERR' };
    return faultInVma(kernel, thread, vma, page, access);
}

/** The part after the VMA checks, shared with get_user_pages(). */
export function faultInVma(kernel: Kernel, thread: Thread, vma: Vma, page: VirtualPage, access: AccessKind): FaultResult {
    if (vma.special !== null) {
        return vma.special.pfn === null ? { kind: 'ok', pfn: -1 } : { kind: 'ok', pfn: vma.special.pfn + (page - vma.start) };
    }
    // Two rounds suffice: a clean poisoned page is dropped and read again, a swap entry becomes present.
    for (let round = 0; round < 4; round += 1) {
        const found = lookup(kernel.machine, vma, page);
        const result = found === null ? faultMissing(kernel, thread, vma, page, access) : faultEntry(kernel, vma, page, access, found);
        if (result !== 'retry') return result;
    }
    return { kind: 'sigbus' };
}

function faultEntry(kernel: Kernel, vma: Vma, page: VirtualPage, access: AccessKind, found: NonNullable<Entry>): FaultResult | 'retry' {
    const { machine } = kernel;
    if (found.entry.kind === 'hwpoison') {
        const lsbBits = vma.hugetlbShift ?? machine.pageShift;
        kernel.decide('handle_mm_fault.hwpoison-entry', found.entry.pfn);
        return { kind: 'hwpoison', lsbBits };
    }
    if (found.entry.kind === 'swap') return doSwapPage(kernel, vma, page, access, found.entry);
    const pfn = mappedPfn(machine, vma, page)!;
    if (access !== 'write') return { kind: 'ok', pfn };
    if (!found.entry.writable) return doWpPage(kernel, vma, page, pfn);
    markWritten(kernel, vma, page, found);
    return { kind: 'ok', pfn };
}

/** The hardware sets the dirty bit. */
function markWritten(kernel: Kernel, vma: Vma, page: VirtualPage, found: NonNullable<Entry>): void {
    if (found.entry.kind !== 'present' || found.entry.dirty) return;
    if (found.level === 'huge') setHuge(vma, found.start, { ...(found.entry as Extract<typeof found.entry, { head: number }>), dirty: true });
    else setPte(vma, page, { ...found.entry, dirty: true });
}

/** A read fault maps a page of a shared mapping to be written, too, where nobody wants to know of stores (vma_wants_writenotify()). */
export function isMappedToWrite({ shared, protection, file }: Vma): boolean {
    return shared && protection === 'write' && file !== null && file.daxBase === null && !file.traits.tracksStores;
}

/** The entry of the huge zero page goes, where its whole range lies in the VMA. */
function dropHugeZero({ machine }: Kernel, vma: Vma, page: VirtualPage): void {
    const found = lookup(machine, vma, page);
    if (found?.level !== 'huge') return;
    setHuge(vma, found.start, null);
}

/** The file system hears that a page becomes writable; some prepare its buffers, the others do without. */
function pageMkwrite({ file }: Vma, folio: Folio): void {
    if (!folio.large) file?.holes.delete(folio.index);
    if (file !== null && file.traits.buffersBy.includes('page_mkwrite')) attachBuffers(file, folio);
}

/**
 * Who pins a page to read it wants one that stays the task's: what others have as well is copied, and the copy is as clean as before. Follows
 * gup_must_unshare() and FAULT_FLAG_UNSHARE.
 */
export function unshareForPin(kernel: Kernel, vma: Vma, page: VirtualPage, pfn: Pfn): FaultResult {
    const folio = kernel.machine.memory.folio(pfn);
    const isOf = folio.owner?.kind;
    if (isOf !== 'anon' && isOf !== 'ksm' || folio.has('owner_2') || folio.kind === 'huge-zero') return { kind: 'ok', pfn };
    if (folio.hugetlb !== null) {
        kernel.recorder.notModelled('a pin of a huge page that processes share after fork()');
        return { kind: 'ok', pfn };
    }
    return doWpPage(kernel, vma, page, pfn, true);
}

/**
 * Write to a page that is mapped read-only: reuse it, make a shared file page writable, or copy. Follows do_wp_page().
 * @param unshare nobody writes: the entry stays read-only and clean
 */
function doWpPage(kernel: Kernel, vma: Vma, page: VirtualPage, pfn: Pfn, unshare = false): FaultResult {
    const { machine } = kernel;
    if (vma.hugetlbShift !== null) return hugetlbWp(kernel, vma, page, machine.memory.folio(pfn));
    if (vma.anonVma !== null && machine.memory.folio(pfn).kind === 'huge-zero' && kernel.profile.has('hugeZeroWriteMakesThp')) {
        dropHugeZero(kernel, vma, page);
        const made = doHugeAnonymousPage(kernel, vma, page, 'write', 'do_huge_zero_wp_pmd');
        if (made !== null) return made;
    }
    const found = lookup(machine, vma, page);
    if (found?.level === 'huge' && found.entry.kind === 'present' && isMappedToWrite(vma)) {
        setHuge(vma, found.start, { ...found.entry, dirty: true, writable: true });
        return { kind: 'ok', pfn };
    }
    splitPmd(kernel, vma, page);
    const folio = machine.memory.folio(mappedPfn(machine, vma, page) ?? pfn);
    if (vma.shared) {
        setPte(vma, page, { kind: 'present', pfn, dirty: true, writable: true });
        if (isMappedToWrite(vma)) return { kind: 'ok', pfn };
        folio.set('dirty');
        pageMkwrite(vma, folio);
        return { kind: 'ok', pfn };
    }
    if (wpCanReuseAnonFolio(kernel, folio)) {
        folio.set('owner_2');
        if (!unshare) setPte(vma, page, { kind: 'present', pfn, dirty: true, writable: true });
        return { kind: 'ok', pfn };
    }
    const old = mappedPfn(machine, vma, page) ?? pfn;
    if (copyMeetsPoison(kernel, old, 1, 'copyOnWritePanics') !== null) return { kind: 'hwpoison', lsbBits: machine.pageShift, copied: old };
    const copy = copyAnonPage(kernel, vma, page, old);
    if (copy === null) return { kind: 'sigbus' };
    setPte(vma, page, { kind: 'present', pfn: copy.head, dirty: !unshare, writable: !unshare });
    if (vma.mlocked) {
        munlockVmaFolio(kernel, vma, folio);
        mlockFolio(copy);
    }
    freeIfUnused(kernel, folio);
    return { kind: 'ok', pfn: copy.head };
}

/** May the page be written where it is: nobody else maps it, has it swapped out, or refers to it? Follows wp_can_reuse_anon_folio(). */
function wpCanReuseAnonFolio(kernel: Kernel, folio: Folio): boolean {
    if (folio.owner?.kind !== 'anon' || folio.has('reserved')) return false;
    if (folio.has('owner_2')) return true;
    if (folioMapcount(kernel.machine, folio, 2) !== 1) return false;
    if (folio.swapSlot !== null) {
        if (slotIsUsed(kernel, folio.swapSlot)) {
            kernel.decide('wp_can_reuse_anon_folio.swapped-elsewhere', folio.head);
            return false;
        }
        folioFreeSwap(kernel, folio);
    }
    return folio.large || folio.references === 0;
}

/** A page of the task's own, with those contents. Follows folio_prealloc() and alloc_anon_folio(). */
export function newAnonPage(kernel: Kernel, vma: Vma, page: VirtualPage, content: string): Folio | null {
    const folio = allocatePage(kernel, 'anon', anonFlags(kernel), content);
    if (folio === null) return null;
    vma.hasAnonPages = true;
    folio.owner = vma.anonVma;
    folio.index = vma.indexAt(page);
    folio.chargedTo = vma.mm.process;
    return folio;
}

/** A page of the task's own that holds what another one does, as far as that is known. */
function copyAnonPage(kernel: Kernel, vma: Vma, page: VirtualPage, from: Pfn): Folio | null {
    const { memory } = kernel.machine;
    const copy = newAnonPage(kernel, vma, page, memory.content(from));
    if (copy !== null && memory.partlyWritten.has(from)) memory.partlyWritten.add(copy.head);
    return copy;
}

function faultMissing(kernel: Kernel, thread: Thread, vma: Vma, page: VirtualPage, access: AccessKind): FaultResult | 'retry' {
    const marker = vma.mm.markers.get(page);
    if (marker === 'guard') return { kind: 'segv', code: 'SEGV_MAPERR' };
    if (marker === 'poison') return { kind: 'hwpoison', lsbBits: kernel.machine.pageShift };
    // The markers of UFFDIO_POISON stand where nothing else has been put or taken away since.
    if (vma.uffdPoison && !vma.mm.ptes.has(page)) return { kind: 'hwpoison', lsbBits: kernel.machine.pageShift };
    if (vma.hugetlbShift !== null) return hugetlbNoPage(kernel, thread, vma, page, access);
    if (vma.file !== null) return doFileFault(kernel, vma, vma.file, page, access);
    return doAnonymousPage(kernel, vma, page, access);
}

/** First touch of private anonymous memory: the zero page for a read, a fresh page for a write. Follows do_anonymous_page(). */
function doAnonymousPage(kernel: Kernel, vma: Vma, page: VirtualPage, access: AccessKind): FaultResult {
    const huge = doHugeAnonymousPage(kernel, vma, page, access);
    if (huge !== null) return huge;
    if (access !== 'write') {
        const zero = kernel.machine.zeroPage;
        setPte(vma, page, { kind: 'present', pfn: zero, dirty: false, writable: false });
        return { kind: 'ok', pfn: zero };
    }
    const folio = newAnonPage(kernel, vma, page, '\0');
    if (folio === null) return { kind: 'sigbus' };
    setPte(vma, page, { kind: 'present', pfn: folio.head, dirty: true, writable: true });
    return { kind: 'ok', pfn: folio.head };
}

/** Bytes around a read fault of which the cached pages are mapped along (fault_around_bytes). */
const FAULT_AROUND = 2 ** 16;

/**
 * Maps the healthy pages that the file has in the cache around the one that is asked for, where the mapping has none yet. Follows
 * do_fault_around() and filemap_map_pages().
 */
function doFaultAround(kernel: Kernel, vma: Vma, file: AddressSpace, page: VirtualPage): void {
    const { machine } = kernel;
    if (!file.traits.mapsAround || file.daxBase !== null) return;
    const pages = FAULT_AROUND / 2 ** machine.pageShift;
    const first = Math.max(vma.start, page - page % pages);
    const inFile = vma.start - vma.indexBase + Math.ceil(file.size / 2 ** machine.pageShift);
    const end = Math.min(first + pages, page - page % pmdPages(machine.pageShift) + pmdPages(machine.pageShift), vma.end, inFile);
    for (let at = first; at < end; at += 1) {
        if (at === page || vma.mm.markers.has(at) || vma.uffdPoison || lookup(machine, vma, at) !== null) continue;
        const pfn = filemapGetPfn(kernel, file, vma.indexAt(at));
        if (pfn !== null && !machine.memory.isPoisoned(pfn)) setPte(vma, at, { kind: 'present', pfn, dirty: false, writable: isMappedToWrite(vma) });
    }
}

/**
 * Maps a cached huge page by a PMD, where its place in the mapping is as aligned as it is, no page table stands there yet and nothing of it is known to be bad; a
 * store to a private mapping copies one page instead. Follows do_set_pmd(), as filemap_map_pmd() and finish_fault() call it.
 */
function doSetPmd(kernel: Kernel, vma: Vma, file: AddressSpace, page: VirtualPage, access: AccessKind): FaultResult | null {
    const { machine } = kernel;
    const pages = pmdPages(machine.pageShift);
    const start = page - page % pages;
    const writes = access === 'write';
    if (writes && !vma.shared || start < vma.start || start + pages > vma.end) return null;
    const folio = filemapGetFolio(kernel, file, vma.indexAt(page));
    if (folio === null || folio.pageCount !== pages || folio.index !== vma.indexAt(start) || folio.has('has_hwpoisoned') || machine.memory.folioIsPoisoned(folio)) return null;
    for (let at = start; at < start + pages; at += 1) if (vma.mm.markers.has(at) || lookup(machine, vma, at) !== null) return null;
    if (writes) folio.set('dirty');
    for (let at = start; at < start + pages; at += 1) vma.mm.ptes.delete(at);
    setHuge(vma, start, { kind: 'present', head: folio.head, dirty: writes, writable: writes || isMappedToWrite(vma) });
    return { kind: 'ok', pfn: folio.head + (page - start) };
}

/** Fault on a file mapping. Follows __do_fault(), do_read_fault(), do_cow_fault() and do_shared_fault(). */
function doFileFault(kernel: Kernel, vma: Vma, file: AddressSpace, page: VirtualPage, access: AccessKind): FaultResult | 'retry' {
    const { machine } = kernel;
    const { memory } = machine;
    const index = vma.indexAt(page);
    if (index * 2 ** machine.pageShift >= file.size) return { kind: 'sigbus' };
    const writable = access === 'write' && vma.shared;
    if (file.daxBase !== null) {
        const pfn = file.daxBase + index;
        setPte(vma, page, { kind: 'present', pfn, dirty: writable, writable });
        return { kind: 'ok', pfn };
    }
    const whole = doSetPmd(kernel, vma, file, page, access);
    if (whole !== null) return whole;
    // All pages of a declared mapping are touched, one after the other: there is nothing around them.
    if (access !== 'write' && kernel.running) doFaultAround(kernel, vma, file, page);
    const folio = filemapGetFolio(kernel, file, index) ?? filemapAddPage(kernel, file, index, 'fault');
    if (folio === null) return { kind: 'sigbus' };
    const pfn = folio.head + (index - folio.index);
    if (memory.isPoisoned(pfn)) {
        if (folioMapped(machine, folio)) unmapMappingFolio(kernel, file, folio);
        if (mappingEvictFolio(kernel, folio, 0)) {
            kernel.decide('__do_fault.poisoned-page-dropped', pfn);
            return 'retry';
        }
        kernel.decide('__do_fault.poisoned-page', pfn);
        return { kind: 'hwpoison', lsbBits: machine.pageShift };
    }
    if (access === 'write' && !vma.shared) {
        if (copyMeetsPoison(kernel, pfn, 1, 'faultCopyPanics', 'do_cow_fault') !== null) return { kind: 'hwpoison', lsbBits: machine.pageShift, copied: pfn };
        const copy = copyAnonPage(kernel, vma, page, pfn);
        if (copy === null) return { kind: 'sigbus' };
        setPte(vma, page, { kind: 'present', pfn: copy.head, dirty: true, writable: true });
        return { kind: 'ok', pfn: copy.head };
    }
    if (writable) {
        folio.set('dirty');
        pageMkwrite(vma, folio);
    }
    setPte(vma, page, { kind: 'present', pfn, dirty: writable, writable: writable || isMappedToWrite(vma) });
    return { kind: 'ok', pfn };
}

/** Reads a slot into the swap cache; the page belongs to nobody until it is mapped. Follows read_swap_cache_async(). */
function readSwapCache(kernel: Kernel, area: SwapArea, slot: number): Folio | null {
    const folio = allocatePage(kernel, 'anon', anonFlags(kernel), area.slots.get(slot) ?? '\0');
    if (folio === null) return null;
    folio.set('swapcache');
    folio.clear('active');
    folio.clear('referenced');
    folio.swapSlot = slot;
    folio.references += 1;
    area.cache.set(slot, folio);
    return folio;
}

/**
 * Readahead brings a page back that is on swap; no page table changes.
 * @returns '0', or 'ENOENT' when the page is not on swap
 */
export function swapInReadahead(kernel: Kernel, vma: Vma, page: VirtualPage): Errno {
    const entry = lookup(kernel.machine, vma, page)?.entry;
    const area = entry?.kind === 'swap' ? kernel.machine.swaps.find(({ slots }) => slots.has(entry.slot)) : undefined;
    if (entry?.kind !== 'swap' || area === undefined) return 'ENOENT';
    if (!area.cache.has(entry.slot)) {
        const folio = readSwapCache(kernel, area, entry.slot);
        if (folio === null) return 'ENOMEM';
        kernel.decide('read_swap_cache_async', folio.head);
    }
    return '0';
}

/** Is nothing gained by keeping the slot beside the page? Follows should_try_to_free_swap(); the caller holds a reference. */
function shouldTryToFreeSwap(kernel: Kernel, area: SwapArea, folio: Folio, vma: Vma, access: AccessKind): boolean {
    if (area.synchronous && kernel.profile.has('synchronousSwapIsFreed')) return true;
    if (vma.mlocked || folio.has('mlocked')) return true;
    // The references of the fault and of the swap cache alone: nobody else has the page.
    return access === 'write' && folioRefcount(kernel.machine, folio) === 2;
}

/** A swap entry: the swap cache first, then the device. Follows do_swap_page(). */
function doSwapPage(kernel: Kernel, vma: Vma, page: VirtualPage, access: AccessKind, { slot, shared }: Extract<Pte, { readonly kind: 'swap' }>): FaultResult | 'retry' {
    const { machine } = kernel;
    const area = machine.swaps.find((swap) => swap.slots.has(slot));
    if (area === undefined) return { kind: 'sigbus' };
    let folio = area.cache.get(slot) ?? null;
    if (folio !== null && machine.memory.isPoisoned(folio.head)) {
        kernel.decide('do_swap_page.poisoned-swapcache', folio.head);
        return { kind: 'hwpoison', lsbBits: machine.pageShift };
    }
    const wasCached = folio !== null;
    folio ??= readSwapCache(kernel, area, slot);
    if (folio === null) return { kind: 'sigbus' };
    if (folio.owner === null) {
        folio.owner = vma.anonVma;
        folio.index = vma.indexAt(page);
        folio.chargedTo = vma.mm.process;
    }
    setPte(vma, page, null);
    // The page is the task's alone where the entry says so, or where nobody else can reach it.
    const exclusive = shared !== true || (!slotIsUsed(kernel, slot) && !folioMapped(machine, folio));
    folio.references += 1;
    if (!wasCached && area.synchronous && kernel.profile.has('synchronousSwapSkipsCache') && !slotIsUsed(kernel, slot)) {
        kernel.decide('do_swap_page.swap-freed', folio.head, 'past the swap cache');
        area.slots.delete(slot);
        deleteFromSwapCache(kernel, folio);
    } else if (shouldTryToFreeSwap(kernel, area, folio, vma, access) && !slotIsUsed(kernel, slot)) {
        kernel.decide('do_swap_page.swap-freed', folio.head, area.synchronous ? 'SWP_SYNCHRONOUS_IO' : undefined);
        folioFreeSwap(kernel, folio);
    }
    const alone = shared !== true || (exclusive && folio.swapSlot === null);
    folio.references -= 1;
    setPte(vma, page, { kind: 'present', pfn: folio.head, dirty: false, writable: alone && vma.protection === 'write' });
    if (alone) folio.set('owner_2');
    else folio.clear('owner_2');
    return 'retry';
}

/** How a load, store or fetch of a task ended. */
export type AccessResult =
    | { readonly kind: 'ok'; readonly pfn: Pfn; readonly value: string }
    | { readonly kind: 'signal' };

/** Accesses that are made again after bad memory was dealt with, until they get through. */
const RESTARTS = 4;

/**
 * A user access and the signal that it may end in. Follows do_user_addr_fault() and do_sigbus() on x86, do_page_fault()
 * on arm64. A load from bad memory is stopped and, unless it ends in a signal, made again.
 */
export function userAccess(kernel: Kernel, thread: Thread, page: VirtualPage, byteOffset: number, access: AccessKind, content: string): AccessResult {
    const { machine } = kernel;
    const address = page * 2 ** machine.pageShift + byteOffset;
    const forced = thread.forcedSignals;
    for (let round = 0; round < RESTARTS; round += 1) {
        const fault = handleMmFault(kernel, thread, page, access);
        if (fault.kind !== 'ok') {
            signalFault(kernel, thread, fault, address);
            reportFailedCopy(kernel, fault);
            if (fault.kind === 'hwpoison' && isRemapped(kernel, thread, page)) continue;
            if (fault.kind === 'hwpoison') triesAgain(kernel, thread, page);
            return { kind: 'signal' };
        }
        // A store takes the place of poison, unless it is the host's, behind the memory of a virtual machine.
        if ((access !== 'write' || kernel.host !== null || !machine.memory.layout.isRam(fault.pfn)) && userLoad(kernel, fault.pfn, thread, address, access === 'exec', access === 'write') === 'stopped') {
            if (thread.pending !== null || thread.forcedSignals > forced || !thread.process.alive) {
                triesAgain(kernel, thread, page);
                return { kind: 'signal' };
            }
            continue;
        }
        if (access === 'write') storeContent(kernel, fault.pfn, content);
        return { kind: 'ok', pfn: fault.pfn, value: fault.pfn < 0 ? specialContent(thread, page) : machine.memory.content(fault.pfn) };
    }
    kernel.decide('memory.poison-again', undefined, thread.label);
    return { kind: 'signal' };
}

/** Has the handler put another page in the place of the bad one? The access is made again, and meets that. */
function isRemapped({ machine: { pageShift } }: Kernel, { process }: Thread, page: VirtualPage): boolean {
    return process.alive && useOfSigbus(process, { code: 'BUS_MCEERR_AR', address: page * 2 ** pageShift }, pageShift) === 'remapping';
}

/** After a handler that returns the same access is made again, and meets the same page: it never ends. */
function triesAgain(kernel: Kernel, thread: Thread, page: VirtualPage): void {
    const use = useOfSigbus(thread.process, { code: 'BUS_MCEERR_AR', address: page * 2 ** kernel.machine.pageShift }, kernel.machine.pageShift);
    if (use !== 'returning' || !thread.process.alive || thread.sigbusBlocked) return;
    thread.stuckAt = page;
    kernel.decide('exc_page_fault.again', undefined, thread.label);
}

/** Would the access that a thread makes again and again still meet poison? */
export function isStuck(kernel: Kernel, thread: Thread): boolean {
    if (thread.stuckAt === null) return false;
    const vma = thread.process.mm.find(thread.stuckAt);
    const found = vma === null ? null : lookup(kernel.machine, vma, thread.stuckAt);
    const cached = vma?.file == null || found !== null ? null : filemapGetFolio(kernel, vma.file, vma.indexAt(thread.stuckAt));
    if (found?.entry.kind === 'hwpoison' || vma !== null && found === null && vma.uffdPoison || cached !== null && kernel.machine.memory.folioIsPoisoned(cached)) return true;
    thread.stuckAt = null;
    return false;
}

function signalFault(kernel: Kernel, thread: Thread, fault: Exclude<FaultResult, { readonly kind: 'ok' }>, address: number): void {
    const { faults, poisonFaultLine } = kernel.profile.arch;
    if (fault.kind === 'segv') {
        kernel.decide(fault.code === 'SEGV_MAPERR' ? faults.noVma : faults.protection);
        forceSegv(kernel, thread, fault.code, address);
    } else if (fault.kind === 'sigbus') {
        kernel.decide(faults.noPage);
        forceSignal(kernel, thread, { signal: 'SIGBUS', code: 'BUS_ADRERR', address, addressLsbBits: null });
    } else {
        if (poisonFaultLine !== null) kernel.print(poisonFaultLine, { task: `${thread.comm}:${thread.tid}`, address: address.toString(16) });
        kernel.decide(faults.poison);
        forceSignal(kernel, thread, { signal: 'SIGBUS', code: 'BUS_MCEERR_AR', address, addressLsbBits: fault.lsbBits });
    }
}

/** A copy on write that met bad memory hands the frame to the CPU's queue, which is worked off after the fault. Follows copy_mc_user_highpage(). */
export function reportFailedCopy(kernel: Kernel, fault: FaultResult): void {
    if (fault.kind === 'hwpoison' && fault.copied !== undefined) memoryFailureQueue(kernel, fault.copied, 0, null);
}

/** What a mapping without frames shows. */
function specialContent(thread: Thread, page: VirtualPage): string {
    return contentAt(thread.process.mm.find(page)?.special?.content ?? '', 0);
}

/** A store of the whole page changes the contents of the frame, and takes the place of poison. */
export function storeContent(kernel: Kernel, pfn: Pfn, content: string): void {
    if (pfn < 0) return;
    kernel.machine.memory.contents.set(pfn, content);
    kernel.machine.memory.partlyWritten.delete(pfn);
    overwritten(kernel, pfn);
}
