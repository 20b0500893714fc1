import { PG } from '../../machine/page-flags.js';
import { entryStride, folioMapcount, lookup, mappedPfn, pmdPages, setHuge, setPte, type Entry } from '../../machine/page-tables.js';
import type { AddressSpace, Folio, Process, Thread, Vma } from '../../machine/mm-types.js';
import type { PageIndex, VirtualPage } from '../../machine/units.js';
import { punchHole } from './file-calls.js';
import { getUserPage, mayGetPages } from './gup.js';
import { collapseHugePage, collapseRange, mayHoldHugePage } from './khugepaged.js';
import { cutsHugePage } from './mmap.js';
import type { Errno, Kernel } from '../kernel.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';
import { MF_ACTION_REQUIRED, MF_COUNT_INCREASED, MF_SW_SIMULATED } from '../memory-failure/mf-flags.js';
import { filemapAddPage, filemapGetFolio } from './page-cache.js';
import { folioFreeSwap, slotIsUsed, splitPmd, zapPages } from './page-table-changes.js';
import { softOfflinePage } from '../offline/soft-offline.js';
import { levelIn, splitHugePage } from './thp.js';
import { reclaimFolio } from './vmscan.js';

const TOP = 1n << 64n;

/**
 * madvise(). Follows do_madvise().
 * @param address first byte, unsigned 64 bit
 * @param length bytes, unsigned 64 bit
 */
export function doMadvise(kernel: Kernel, thread: Thread, address: bigint, length: bigint, advice: string): Errno {
    const pageBytes = BigInt(2 ** kernel.machine.pageShift);
    if (address % pageBytes !== 0n) return refuse(kernel, 'EINVAL', 'start is not page aligned');
    const rounded = ((length + pageBytes - 1n) / pageBytes) * pageBytes % TOP;
    if (length !== 0n && rounded === 0n) return refuse(kernel, 'EINVAL', 'length rounds to 0');
    if (address + rounded >= TOP) return refuse(kernel, 'EINVAL', 'range wraps');
    if (rounded === 0n) {
        kernel.decide('madvise.empty');
        return '0';
    }
    if (advice === 'MADV_HWPOISON' || advice === 'MADV_SOFT_OFFLINE') return madviseInjectError(kernel, thread, address, length, advice);
    const first = Number(address / pageBytes);
    return adviseRange(kernel, thread, first, Number(rounded / pageBytes), advice);
}

function refuse(kernel: Kernel, errno: Errno, note: string): Errno {
    kernel.decide('madvise.refused', undefined, note);
    return errno;
}

/** Follows madvise_inject_error(): steps by the size of the folio it finds, and stops at the first errno. */
function madviseInjectError(kernel: Kernel, thread: Thread, address: bigint, length: bigint, advice: 'MADV_HWPOISON' | 'MADV_SOFT_OFFLINE'): Errno {
    if (!thread.capSysAdmin) {
        kernel.decide('capable.missing', undefined, 'CAP_SYS_ADMIN');
        return 'EPERM';
    }
    const { machine } = kernel;
    const pageBytes = 2 ** machine.pageShift;
    const end = address + length;
    let flags = MF_COUNT_INCREASED | MF_SW_SIMULATED;
    if (kernel.profile.has('madviseIsActionRequired')) flags |= MF_ACTION_REQUIRED;
    for (let at = address; at < end;) {
        const page = Number(at / BigInt(pageBytes));
        const got = getUserPage(kernel, thread, page, false);
        if ('errno' in got) return got.errno;
        const folio = machine.memory.folio(got.pfn);
        const step = folio.pageCount;
        folio.references += 1;
        const values = { address: at };
        let errno: Errno;
        if (advice === 'MADV_SOFT_OFFLINE') {
            kernel.printPfn('softOfflinePfn', got.pfn, values);
            errno = softOfflinePage(kernel, got.pfn, true);
        } else {
            kernel.printPfn('injectMadvise', got.pfn, values);
            errno = memoryFailure(kernel, got.pfn, flags, thread);
            if (errno === 'EOPNOTSUPP') errno = '0';
        }
        if (errno !== '0') return errno;
        at += BigInt(step * pageBytes);
    }
    return '0';
}

/** What process_madvise() takes for other processes, and older kernels for the own one too. Follows process_madvise_remote_valid(). */
const REMOTE_ADVICES: ReadonlySet<string> = new Set(['MADV_COLD', 'MADV_PAGEOUT', 'MADV_WILLNEED', 'MADV_COLLAPSE']);

/** process_madvise() of one range: for the own address space every advice, where the kernel takes them at all. @returns errno, or bytes */
export function processMadvise(kernel: Kernel, thread: Thread, target: Process, address: bigint, length: bigint, advice: string): { readonly errno: Errno; readonly bytes: number } {
    const isOwn = target.mm === thread.process.mm;
    if (!REMOTE_ADVICES.has(advice) && (!isOwn || !kernel.profile.has('processMadviseOwnMm'))) return { errno: refuse(kernel, 'EINVAL', 'not accepted for that process'), bytes: 0 };
    const errno = doMadvise(kernel, isOwn ? thread : target.main, address, length, advice);
    return { errno, bytes: errno === '0' ? Number(length) : 0 };
}

/** Advices whose walk takes a huge page as one. */
const VISITING_PMDS: ReadonlySet<string> = new Set(['MADV_PAGEOUT', 'MADV_COLD', 'MADV_COLLAPSE']);

const POPULATING: ReadonlySet<string> = new Set(['MADV_POPULATE_READ', 'MADV_POPULATE_WRITE']);
/** Advices that take large folios apart where they are about a part of one. */
const CUTTING: ReadonlySet<string> = new Set(['MADV_PAGEOUT', 'MADV_COLD']);

/** The advices that work page by page on what is mapped. Follows madvise_walk_vmas(). */
function adviseRange(kernel: Kernel, thread: Thread, first: VirtualPage, pageCount: number, advice: string): Errno {
    let hole: Errno = '0';
    for (let page = first; page < first + pageCount; page += 1) {
        const vma = thread.process.mm.find(page);
        if (vma === null) {
            // What lies behind a gap is advised all the same, but not populated.
            hole = refuse(kernel, 'ENOMEM', 'unmapped');
            if (POPULATING.has(advice)) return hole;
            continue;
        }
        // Whole huge pages only: a range that starts inside one is refused, one that ends inside leaves that one alone.
        if (vma.hugetlbShift !== null && advice === 'MADV_DONTNEED') {
            const pages = entryStride(vma, kernel.machine.pageShift);
            if (page % pages !== 0) return refuse(kernel, 'EINVAL', 'not the start of a huge page');
            if (first + pageCount - page < pages) return '0';
        }
        const end = Math.min(vma.end, first + pageCount);
        if (CUTTING.has(advice) && vma.special === null && !isLocked(kernel, vma) && vma.hugetlbShift === null && !splitAtEdge(kernel, vma, page, first, end)) continue;
        if (advice === 'MADV_HUGEPAGE' && cutsHugePage(kernel, thread.process, page, end - page)) return refuse(kernel, 'EINVAL', 'part of a huge page');
        if (advice === 'MADV_FREE' && isLazilyFreed(vma)) {
            lazyFree(kernel, vma, page, end);
            page = end - 1;
            continue;
        }
        if (advice === 'MADV_COLLAPSE' && mayHoldHugePage(kernel, vma)) {
            const errno = collapseRange(kernel, vma, page, end);
            if (errno !== '0') return errno;
            page = end - 1;
            continue;
        }
        const errno = advisePage(kernel, thread, vma, page, advice);
        if (errno !== '0') return errno;
        const found = lookup(kernel.machine, vma, page);
        // A PMD is visited once.
        const stride = VISITING_PMDS.has(advice) && found?.level === 'huge' && found.start + found.pages <= first + pageCount ? found.pages : entryStride(vma, kernel.machine.pageShift);
        page += stride - 1 - (page % stride);
    }
    return hole;
}

/** VM_LOCKED: by mlock(), and secret memory in older kernels. */
function isLocked(kernel: Kernel, vma: Vma): boolean {
    return vma.mlocked || vma.file?.type === 'secretmem' && kernel.profile.has('secretmemIsLocked');
}

function advisePage(kernel: Kernel, thread: Thread, vma: Vma, page: VirtualPage, advice: string): Errno {
    switch (advice) {
        case 'MADV_DONTNEED':
            if (isLocked(kernel, vma)) return refuse(kernel, 'EINVAL', 'locked memory');
            zapPages(kernel, vma, page, 1);
            return '0';
        case 'MADV_FREE':
            return refuse(kernel, 'EINVAL', 'not anonymous memory, locked, or hugetlb');
        case 'MADV_PAGEOUT':
        case 'MADV_COLD':
            if (isLocked(kernel, vma) || vma.hugetlbShift !== null || vma.special?.gup === false) return refuse(kernel, 'EINVAL', 'locked, hugetlb or a PFN map');
            // Pages of the kernel and of drivers are on no LRU list: they stay as they are.
            if (vma.special !== null) return '0';
            if (advice === 'MADV_PAGEOUT') pageOut(kernel, vma, page, true);
            else deactivate(kernel, vma, page);
            return '0';
        case 'MADV_POPULATE_READ':
        case 'MADV_POPULATE_WRITE': {
            if (!mayGetPages(vma, advice === 'MADV_POPULATE_WRITE')) return refuse(kernel, 'EINVAL', 'not allowed to, or memory without pages');
            const got = getUserPage(kernel, thread, page, advice === 'MADV_POPULATE_WRITE', { hwpoisonErrno: true, walks: true });
            return 'errno' in got ? got.errno : '0';
        }
        case 'MADV_COLLAPSE':
            return collapseHugePage(kernel, vma, page);
        case 'MADV_REMOVE':
            if (vma.special !== null && vma.special.ofKernel !== true) return refuse(kernel, 'ENODEV', 'neither a file nor a disk');
            // Huge pages come from a file of the kernel's own, private ones too.
            if (isLocked(kernel, vma) || vma.file === null && vma.hugetlbShift === null) return refuse(kernel, 'EINVAL', 'locked, or no file');
            return !vma.shared || vma.file === null ? refuse(kernel, 'EACCES', 'a private mapping') : punchHole(kernel, vma.file, vma.indexAt(page), entryStride(vma, kernel.machine.pageShift));
        case 'MADV_GUARD_INSTALL':
            if (!kernel.profile.has('guardMarkers')) return refuse(kernel, 'EINVAL', 'unknown advice');
            if (vma.special !== null || vma.hugetlbShift !== null || isLocked(kernel, vma)) return refuse(kernel, 'EINVAL', 'special, hugetlb or locked memory');
            if (!mayHoldGuards(kernel, vma)) return refuse(kernel, 'EINVAL', 'memory of a file');
            zapPages(kernel, vma, page, 1);
            // So that a child gets them too.
            vma.hasAnonPages = true;
            vma.mm.markers.set(page, 'guard');
            return '0';
        case 'MADV_GUARD_REMOVE':
            if (!kernel.profile.has('guardMarkers') || vma.special !== null || vma.hugetlbShift !== null || !mayHoldGuards(kernel, vma)) return refuse(kernel, 'EINVAL', 'unknown advice, or memory that takes no guards');
            if (vma.mm.markers.get(page) === 'guard') vma.mm.markers.delete(page);
            return '0';
        case 'MADV_HUGEPAGE':
            if (vma.anonVma !== null && vma.hugetlbShift === null && vma.file === null) vma.faultOrder = Math.max(vma.faultOrder, Math.log2(pmdPages(kernel.machine.pageShift)));
            return '0';
        case 'MADV_WILLNEED':
            if (vma.file !== null) readAhead(kernel, vma.file, vma.indexAt(page));
            return '0';
        case 'MADV_MERGEABLE':
            return '0';
        default:
            return refuse(kernel, 'EINVAL', 'unknown advice');
    }
}

/** A page of a file on disk is read into the cache, as far as the file goes; nobody has used it yet. Follows force_page_cache_readahead(). */
function readAhead(kernel: Kernel, file: AddressSpace, index: PageIndex): void {
    if (!file.traits.writeback || file.daxBase !== null || index * 2 ** kernel.machine.pageShift >= file.size) return;
    if (filemapGetFolio(kernel, file, index) === null) filemapAddPage(kernel, file, index, 'read');
}

/** Private anonymous memory at first, then files too. Follows is_valid_guard_vma(). */
function mayHoldGuards({ profile }: Kernel, { file }: Vma): boolean {
    return file === null || profile.has('guardMarkersInFiles');
}

function isLazilyFreed(vma: Vma): boolean {
    return vma.file === null && vma.special === null && !vma.mlocked && vma.hugetlbShift === null;
}

/**
 * MADV_FREE of a range of one anonymous mapping: its pages may be dropped until they are written again. A huge page that lies in the range stays one;
 * one that the range cuts is split, and left alone where that cannot be. Follows madvise_free_pte_range() and madvise_free_huge_pmd().
 * @param end the page behind the last one
 */
export function lazyFree(kernel: Kernel, vma: Vma, first: VirtualPage, end: VirtualPage): void {
    const { machine } = kernel;
    for (let page = first; page < end;) {
        const found = lookup(machine, vma, page);
        if (found?.level === 'huge') {
            if (lazyFreePmd(kernel, vma, found, page, end)) page = found.start + found.pages;
            continue;
        }
        if (found?.entry.kind !== 'present') {
            // Swap entries and marks of poison go; there is nothing to keep.
            if (found !== null || vma.uffdPoison || vma.mm.markers.has(page)) dropEntry(kernel, vma, page);
            page += 1;
            continue;
        }
        const folio = machine.memory.folio(found.entry.pfn);
        const pages = mappedRun(kernel, vma, page, end, folio);
        page += lazyFreeFolio(kernel, vma, page, pages, folio) ? pages : 0;
    }
}

function dropEntry(kernel: Kernel, vma: Vma, page: VirtualPage): void {
    if (vma.mm.markers.get(page) === 'guard') return;
    zapPages(kernel, vma, page, 1);
    kernel.decide('madvise_free.entry-dropped');
}

/** Pages from there on that map the folio one after the other. */
function mappedRun(kernel: Kernel, vma: Vma, page: VirtualPage, end: VirtualPage, folio: Folio): number {
    const first = mappedPfn(kernel.machine, vma, page)!;
    const most = Math.min(end - page, folio.head + folio.pageCount - first);
    let pages = 1;
    while (pages < most && mappedPfn(kernel.machine, vma, page + pages) === first + pages) pages += 1;
    return pages;
}

/** @returns whether the huge page is dealt with; else its pages have entries of their own now */
function lazyFreePmd(kernel: Kernel, vma: Vma, found: Extract<Entry, { readonly level: 'huge' }>, page: VirtualPage, end: VirtualPage): boolean {
    if (found.entry.kind !== 'present') return true;
    const folio = kernel.machine.memory.folio(found.entry.head);
    if (folio.kind === 'huge-zero' || folioMapcount(kernel.machine, folio, 2) > 1) return true;
    if (page > found.start || end < found.start + found.pages) return splitHugePage(kernel, folio, found.entry.head) !== '0';
    setHuge(vma, found.start, { ...found.entry, dirty: false });
    markLazyFree(kernel, folio);
    return true;
}

/** @returns whether those pages are dealt with; else the folio has been split */
function lazyFreeFolio(kernel: Kernel, vma: Vma, page: VirtualPage, pages: number, folio: Folio): boolean {
    if (folio.owner === null || folio.owner.kind === 'file') return true;
    const mapcount = folioMapcount(kernel.machine, folio, folio.pageCount + 1);
    if (folio.large && pages < folio.pageCount) return mapcount > pages || splitHugePage(kernel, folio, mappedPfn(kernel.machine, vma, page)!) !== '0';
    if (folio.swapSlot !== null || folio.has('dirty')) {
        if (mapcount !== folio.pageCount || folio.swapSlot !== null && slotIsUsed(kernel, folio.swapSlot)) return true;
        if (folio.swapSlot !== null) folioFreeSwap(kernel, folio);
    }
    for (let at = page; at < page + pages; at += 1) {
        const found = lookup(kernel.machine, vma, at);
        if (found?.level === 'pte' && found.entry.kind === 'present') setPte(vma, at, { ...found.entry, dirty: false });
    }
    markLazyFree(kernel, folio);
    return true;
}

/** Follows folio_mark_lazyfree(). */
function markLazyFree(kernel: Kernel, folio: Folio): void {
    folio.flags &= ~(PG.dirty | PG.swapbacked | PG.active);
    // A batch that gets a large folio is drained at once.
    folio.moveBatch = !folio.large;
    kernel.pageChanged(folio.head, 'PG_swapbacked', true, false);
    kernel.decide('madvise_free.lazy', folio.head);
}

/**
 * A large folio that the range cuts is split first, so that only the pages of the range are reclaimed; not where others map it, too. Follows
 * madvise_cold_or_pageout_pte_range().
 * @returns whether the page can be advised
 */
function splitAtEdge(kernel: Kernel, vma: Vma, page: VirtualPage, first: VirtualPage, end: VirtualPage): boolean {
    const pfn = mappedPfn(kernel.machine, vma, page);
    if (pfn === null || pfn < 0) return true;
    const folio = kernel.machine.memory.folio(pfn);
    const start = page - (pfn - folio.head);
    if (!folio.large || folio.hugetlb !== null || start >= first && start + folio.pageCount <= end) return true;
    return !isMappedShared(kernel, folio) && splitHugePage(kernel, folio, pfn) === '0';
}

/** More than one address space maps the folio. Follows folio_maybe_mapped_shared(). */
function isMappedShared(kernel: Kernel, folio: Folio): boolean {
    const { owner } = folio;
    if (owner === null || owner.kind === 'ksm') return false;
    return new Set(owner.vmas.filter((vma) => levelIn(kernel, vma, folio) !== null).map(({ mm }) => mm)).size > 1;
}

/**
 * MADV_COLD of a page that nobody else maps: it goes to the end of the LRU, by way of a per-CPU batch. Follows folio_deactivate(): with the
 * multi-generation LRU, what is of the oldest generation already stays where it is.
 */
function deactivate(kernel: Kernel, vma: Vma, page: VirtualPage): void {
    const pfn = mappedPfn(kernel.machine, vma, page);
    if (pfn === null || pfn < 0) return;
    const folio = kernel.machine.memory.folio(pfn);
    if (!folio.has('lru') || isMappedBesides(kernel, folio)) return;
    folio.clear('referenced');
    if (folio.has('unevictable') || !folio.has('active')) return;
    folio.clear('active');
    folio.moveBatch = !folio.large;
}

/**
 * Reclaim of the page that is mapped there. Follows reclaim_pages() and shrink_folio_list().
 * @param advised by MADV_PAGEOUT, which leaves alone what others map too
 */
export function pageOut(kernel: Kernel, vma: Vma, page: VirtualPage, advised = false): void {
    const { machine } = kernel;
    const pfn = mappedPfn(machine, vma, page);
    if (pfn === null || pfn < 0) return;
    const folio = machine.memory.folio(pfn);
    if (advised && folio.has('lru') && isMappedBesides(kernel, folio) && !machine.memory.folioIsPoisoned(folio)) {
        kernel.decide('madvise_cold_or_pageout.shared', pfn);
        return;
    }
    reclaimFolio(kernel, folio, pfn);
}

/** More page-table entries map it than one task needs for all of it. */
function isMappedBesides({ machine }: Kernel, folio: Folio): boolean {
    const mapcount = folioMapcount(machine, folio, folio.pageCount + 1);
    return mapcount > 1 && mapcount !== folio.pageCount;
}

/** Attached by shmat(): the mapping is one of System V, not of shmem. */
function isSegment({ type, linked }: AddressSpace): boolean {
    return type === 'sysv-shm' || type === 'shared-anon' && linked;
}

/** Anonymous memory, shared memory and huge pages. Follows vma_can_userfault(). */
function canUserfault(vma: Vma): boolean {
    return vma.special === null && (vma.file === null || vma.hugetlbShift !== null || vma.file.traits.errorRemoveFolio === 'shmem' && !isSegment(vma.file));
}

/** UFFDIO_REGISTER of the range, then ioctl(UFFDIO_POISON): marks pages where nothing is mapped; who touches one is told of poison, though no frame is bad. Follows mfill_atomic_pte_poison(). */
export function uffdioPoison(kernel: Kernel, process: Process, page: VirtualPage, pageCount: number): Errno {
    if (!kernel.profile.has('uffdioPoison')) return refuse(kernel, 'EINVAL', 'no UFFD_FEATURE_POISON');
    const end = page + pageCount;
    for (const at of [page, end - 1]) {
        const vma = process.mm.find(at);
        if (vma === null || !canUserfault(vma)) return refuse(kernel, 'EINVAL', 'unmapped, or no memory that userfaultfd knows');
        if (cutsHugePage(kernel, process, page, pageCount)) return refuse(kernel, 'EINVAL', 'part of a huge page');
        // Registering the range cuts the mapping: no PMD lies across its edges any more.
        for (const cut of [page, end]) if (cut > vma.start && cut < vma.end) splitPmd(kernel, vma, cut);
    }
    for (let at = page; at < end; at += 1) {
        const vma = process.mm.find(at);
        if (vma === null) return refuse(kernel, 'EINVAL', 'unmapped');
        if (lookup(kernel.machine, vma, at) !== null || vma.mm.markers.has(at) || vma.uffdPoison && !vma.mm.ptes.has(at)) return refuse(kernel, at > page ? 'EAGAIN' : 'EEXIST', 'something is mapped there');
        vma.mm.markers.set(at, 'poison');
        // So that a child gets them too; what is shared it finds by its own faults, without the marker.
        if (!vma.shared) vma.hasAnonPages = true;
    }
    kernel.decide('mfill_atomic_pte_poison');
    return '0';
}
