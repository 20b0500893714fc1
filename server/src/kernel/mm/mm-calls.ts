import { type AnonVma, type Folio, KsmNode, MemoryMap, Process, Thread, Vma } from '../../machine/mm-types.js';
import { entryStride, folioMapped, hugePages, lookup, mappedPfn, setHuge, setPte } from '../../machine/page-tables.js';
import type { VirtualPage } from '../../machine/units.js';
import type { Protection } from '../../machine/page-table-entries.js';
import { completeVfork, sharesMm } from './clone.js';
import { releaseFiles } from './exit.js';
import { getUserPage } from './gup.js';
import { cutsHugePage, isolateRange, munmap } from './mmap.js';
import { hugetlbWp } from '../hugetlb/hugetlb-fault.js';
import type { Errno, Kernel } from '../kernel.js';
import { freeIfUnused } from './page-alloc.js';
import { newAnonPage } from './page-fault.js';
import { folioFreeSwap, mlockFolio, removeVma, splitPmd } from './page-table-changes.js';
import { copyMeetsPoison } from './page-copies.js';
import { kernelLoad } from '../ras/consumption.js';
import { dropPin, takePin } from './pins.js';

/**
 * mprotect(). Entries stay; hwpoison entries are not affected. It goes from one mapping to the next and stops at a gap; a mapping that
 * is protected so already is not cut. Follows do_mprotect_pkey() and mprotect_fixup().
 * @returns '0', 'ENOMEM' at a gap, 'EINVAL' for part of a hugetlb page or of the vdso, 'EACCES' for what may never be written
 */
export function mprotect(kernel: Kernel, process: Process, page: VirtualPage, pageCount: number, protection: Protection): Errno {
    for (let at = page; at < page + pageCount;) {
        const vma = process.mm.find(at);
        if (vma === null) return 'ENOMEM';
        const end = Math.min(vma.end, page + pageCount);
        const { special } = vma;
        if (protection === 'write' && special?.protection?.mayWrite === false) return 'EACCES';
        // What may be executed loses that.
        if (vma.protection !== protection || special?.protection?.exec === true) {
            if (cutsHugePage(kernel, process, at, end - at)) return 'EINVAL';
            for (const each of isolateRange(kernel, process, at, end - at)) {
                each.protection = protection;
                if (losesDirtyBits(kernel)) cleanHugeEntries(kernel, each);
            }
        }
        at = end;
    }
    return '0';
}

/** What changes the protection of a PMD forgets that it was dirty. Follows pmd_modify(). */
export function losesDirtyBits({ profile }: Kernel): boolean {
    return profile.arch.savesDirtyBit && profile.has('mprotectCleansHugePages');
}

function cleanHugeEntries({ machine }: Kernel, vma: Vma): void {
    if (vma.hugetlbShift !== null) return;
    const pages = hugePages(vma, machine.pageShift);
    for (let at = Math.ceil(vma.start / pages) * pages; at + pages <= vma.end; at += pages) {
        const found = lookup(machine, vma, at);
        if (found?.level === 'huge' && found.entry.kind === 'present' && found.entry.dirty) setHuge(vma, at, { ...found.entry, dirty: false });
    }
}

/** How much of a range is mapped without a hole: calls that walk the mappings of a range do so far, and fail there. */
export function pagesBeforeHole(process: Process, page: VirtualPage, pageCount: number): number {
    let end = page;
    for (let vma = process.mm.find(page); vma !== null && end < page + pageCount; vma = process.mm.find(end)) end = vma.end;
    return Math.min(end - page, pageCount);
}

/** Where mremap() takes a range, and what the place is called from then on. */
export interface MremapTarget {
    readonly page: VirtualPage;
    /** Name and first page of the mapping that was there, which the moved pages go by; null: they keep their own. */
    readonly name: { readonly mapping: string; readonly start: VirtualPage } | null;
    /** MREMAP_DONTUNMAP: the old range stays mapped, and is empty. */
    readonly dontUnmap: boolean;
}

/**
 * mremap(MREMAP_MAYMOVE | MREMAP_FIXED) of a range: its entries move along, hwpoison entries too; a huge page stays one where old and new
 * place are aligned alike. Follows move_vma() and move_page_tables().
 * @returns '0', 'EFAULT' where the range lies in no one mapping, 'EINVAL' for part of a huge page, for places that overlap, or for DONTUNMAP of a special mapping
 */
export function mremap(kernel: Kernel, process: Process, from: VirtualPage, pageCount: number, to: MremapTarget): Errno {
    if (to.page < from + pageCount && from < to.page + pageCount) return 'EINVAL';
    if (!kernel.profile.has('mremapMovesManyVmas')) return moveVma(kernel, process, from, pageCount, to);
    const end = from + pageCount;
    const parts = process.mm.vmas.filter((vma) => vma.start < end && vma.end > from).sort((a, b) => a.start - b.start).map((vma) => ({ start: Math.max(vma.start, from), end: Math.min(vma.end, end), armed: vma.uffdPoison }));
    if (parts[0]?.start !== from) return 'EFAULT';
    for (const [index, { start, end: last, armed }] of parts.entries()) {
        if (armed && (index > 0 || last < end)) return 'EFAULT';
        const errno = moveVma(kernel, process, start, last - start, { ...to, page: to.page + (start - from) });
        if (errno !== '0') return errno;
    }
    return '0';
}

/** A range of one mapping moves, in whole huge pages where it consists of them. Follows check_prep_vma(), align_hugetlb() and move_vma(). */
function moveVma(kernel: Kernel, process: Process, from: VirtualPage, wanted: number, to: MremapTarget): Errno {
    let covering = process.mm.find(from);
    const unit = covering === null || covering.hugetlbShift === null ? 1 : hugePages(covering, kernel.machine.pageShift);
    if (from % unit !== 0 || to.page % unit !== 0) return 'EINVAL';
    const pageCount = Math.ceil(wanted / unit) * unit;
    if (cutsHugePage(kernel, process, from, pageCount)) return 'EINVAL';
    // What is there goes first, and a huge page does not go in part.
    if (covering !== null && cutsHugePage(kernel, process, to.page, pageCount)) return 'EINVAL';
    if (covering === null) return 'EFAULT';
    if (kernel.profile.has('mremapUnmapsFirst')) {
        munmap(kernel, process, to.page, pageCount);
        // That may have cut the mapping which moves.
        covering = process.mm.find(from)!;
    }
    if (from + pageCount > covering.end) return 'EFAULT';
    if (to.dontUnmap && covering.special !== null) return 'EINVAL';
    const shift = to.page - from;
    const pages = hugePages(covering, kernel.machine.pageShift);
    const alignedAlike = shift % pages === 0;
    if (!alignedAlike) for (let at = Math.floor(from / pages) * pages; at < from + pageCount; at += pages) splitPmd(kernel, covering, Math.max(at, from));
    const [source] = isolateRange(kernel, process, from, pageCount);
    munmap(kernel, process, to.page, pageCount);
    const { file } = source!;
    const moved = new Vma(process.mm, to.name?.mapping ?? source!.name, to.page, pageCount, file, source!.indexBase, source!.shared, source!.protection);
    source!.handOn(moved);
    moved.nameStart = to.name?.start ?? source!.nameStart + shift;
    if (source!.backing !== null) moved.backing = { ...source!.backing, order: alignedAlike ? source!.backing.order : 0 };
    process.mm.vmas.push(moved);
    source!.anonVma?.vmas.push(moved);
    file?.vmas.push(moved);
    moveEntries(source!, moved);
    kernel.decide('move_page_tables', undefined, `${pageCount} pages`);
    if (to.dontUnmap) {
        source!.backing = null;
        source!.mlocked = false;
        // The markers have moved along.
        source!.uffdPoison = false;
    } else {
        source!.hugetlbReservation = null;
        removeVma(kernel, source!);
    }
    return '0';
}

/** Takes every entry of one VMA to the same place in the other. */
function moveEntries(source: Vma, moved: Vma): void {
    const { mm } = source;
    const shift = moved.start - source.start;
    const inside = (page: VirtualPage): boolean => page >= source.start && page < source.end;
    const ptes = [...mm.ptes].filter(([page]) => inside(page));
    const huge = [...mm.hugeEntries].filter(([page]) => inside(page));
    for (const [page, marker] of [...mm.markers]) {
        if (!inside(page)) continue;
        mm.markers.delete(page);
        mm.markers.set(page + shift, marker);
    }
    for (const [page] of ptes) mm.ptes.delete(page);
    for (const [page] of huge) mm.hugeEntries.delete(page);
    for (const [page, entry] of ptes) setPte(moved, page + shift, entry);
    for (const [start, entry] of huge) setHuge(moved, start + shift, entry);
}

/**
 * mlock(): locks what is there, then populates, so poison in the range makes it fail; what lies behind is not brought in any more.
 * Where a part of the range is not mapped nothing is populated. Follows do_mlock(), apply_vma_lock_flags() and __mm_populate().
 */
export function mlock(kernel: Kernel, thread: Thread, page: VirtualPage, pageCount: number): Errno {
    const end = page + pageCount;
    const mapped = page + pagesBeforeHole(thread.process, page, pageCount);
    for (const vma of withLock(kernel, thread.process, page, mapped, false)) {
        vma.mlocked = isLockable(vma);
        for (let at = Math.max(vma.start, page); vma.mlocked && at < Math.min(vma.end, mapped); at += entryStride(vma, kernel.machine.pageShift)) {
            const pfn = mappedPfn(kernel.machine, vma, at);
            if (pfn !== null && pfn >= 0) mlockMapped(kernel, vma, at, kernel.machine.memory.folio(pfn));
        }
    }
    if (mapped < end) return 'ENOMEM';
    return populateLocked(kernel, thread, page, end) ? '0' : 'ENOMEM';
}

/** The parts of a range that are locked, or that are not: a mapping of which nothing changes is not cut. Follows mlock_fixup(). */
function withLock(kernel: Kernel, process: Process, page: VirtualPage, end: VirtualPage, locked: boolean): readonly Vma[] {
    return process.mm.vmas.filter((vma) => vma.start < end && vma.end > page && vma.mlocked === locked && isLockable(vma))
        .flatMap((vma) => isolateRange(kernel, process, Math.max(vma.start, page), Math.min(vma.end, end) - Math.max(vma.start, page)));
}

/** Faults in every page of the range up to the first that cannot be had. @returns whether all are there */
function populateLocked(kernel: Kernel, thread: Thread, page: VirtualPage, end: VirtualPage): boolean {
    for (let at = page; at < end;) {
        const vma = thread.process.mm.find(at);
        if (vma === null) return false;
        if (vma.special === null && !mlockPage(kernel, thread, vma, at)) return false;
        const stride = entryStride(vma, kernel.machine.pageShift);
        at += stride - at % stride;
    }
    return true;
}

/** Huge pages, special mappings and secret memory are never evicted: they do not become VM_LOCKED. Follows mlock_fixup(). */
function isLockable(vma: Vma): boolean {
    return vma.hugetlbShift === null && vma.special === null && vma.file?.type !== 'secretmem';
}

/** Faults one page of an mlocked VMA in and takes it off the evictable lists. @returns whether there is a page */
export function mlockPage(kernel: Kernel, thread: Thread, vma: Vma, page: VirtualPage): boolean {
    const got = getUserPage(kernel, thread, page, vma.protection === 'write' && !vma.shared, { untouched: kernel.profile.has('faultedPagesAreActive'), walks: true });
    if ('errno' in got) return false;
    if (vma.mlocked) mlockMapped(kernel, vma, page, kernel.machine.memory.folio(got.pfn));
    return true;
}

function mlockMapped(kernel: Kernel, vma: Vma, page: VirtualPage, folio: Folio): void {
    if (folio.has('reserved') || folio.hugetlb !== null || folio.kind === 'huge-zero') return;
    // A PMD is locked as a whole; a large folio that PTEs map only where all of it lies in the locked range.
    if (folio.large && lookup(kernel.machine, vma, page)?.level !== 'huge' && !locksWholeFolio(kernel, vma, folio)) return;
    mlockFolio(folio);
}

/** Follows allow_mlock_folio(). */
function locksWholeFolio(kernel: Kernel, vma: Vma, folio: Folio): boolean {
    const first = folio.index - vma.indexBase;
    return kernel.profile.has('mlocksLargeFolios') && first >= 0 && first + folio.pageCount <= vma.pageCount;
}

/** munlock(): as far as the range is mapped. */
export function munlock(kernel: Kernel, process: Process, page: VirtualPage, pageCount: number): Errno {
    const mapped = pagesBeforeHole(process, page, pageCount);
    for (const vma of withLock(kernel, process, page, page + mapped, true)) {
        vma.mlocked = false;
        for (let at = vma.start; at < vma.end; at += entryStride(vma, kernel.machine.pageShift)) {
            const pfn = mappedPfn(kernel.machine, vma, at);
            if (pfn === null) continue;
            const folio = kernel.machine.memory.folio(pfn);
            folio.clear('mlocked');
            if (folio.owner?.kind !== 'file' || !folio.owner.traits.unevictable) folio.clear('unevictable');
        }
    }
    return mapped < pageCount ? 'ENOMEM' : '0';
}

/** Lasting references on a range. Follows pin_user_pages() for io_uring and others, vmsplice() for a pipe. @returns errno of the first failure */
export function pinPages(kernel: Kernel, thread: Thread, page: VirtualPage, pageCount: number, longterm: boolean): Errno {
    const seen = new Set<number>();
    for (let at = page; at < page + pageCount; at += 1) {
        const vma = thread.process.mm.find(at);
        // Follows writable_file_mapping_allowed(): a file system is not told of a write through a pin that lasts.
        if (longterm && kernel.profile.has('longtermPinsNoFiles') && vma?.shared === true && vma.file?.traits.tracksStores === true) {
            kernel.decide('get_user_pages.no-access');
            return 'EFAULT';
        }
        // A pin that lasts is one to write by: memory that may only be read is refused.
        const got = getUserPage(kernel, thread, at, longterm);
        if ('errno' in got) return got.errno;
        const folio = kernel.machine.memory.folio(got.pfn);
        const start = at;
        if (folio.hugetlb !== null) at += folio.head + folio.pageCount - got.pfn - 1;
        if (seen.has(folio.head)) continue;
        seen.add(folio.head);
        takePin(kernel, thread.process, folio, got.pfn, Math.min(folio.head + folio.pageCount - got.pfn, page + pageCount - start), longterm);
        kernel.decide('pin_user_pages', got.pfn, longterm ? 'FOLL_PIN' : 'FOLL_GET');
    }
    return '0';
}

/** Drops the lasting references on the pages of a range. */
export function unpinPages(kernel: Kernel, process: Process, pfns: ReadonlySet<number> | null): void {
    for (const pinned of [...process.pinned]) {
        if (pfns !== null && ![...pfns].some((pfn) => pfn >= pinned.folio.head && pfn < pinned.folio.head + pinned.folio.pageCount)) continue;
        process.pinned.splice(process.pinned.indexOf(pinned), 1);
        dropPin(kernel, pinned);
    }
}

/** fork(): anonymous pages become shared copy-on-write, hwpoison entries are copied, policies are inherited. Follows copy_process() and dup_mmap(). */
export function fork(kernel: Kernel, parent: Thread, name: string, comm: string): Process {
    const { machine } = kernel;
    const pid = machine.nextPid;
    machine.nextPid += 1;
    const child = new Process(name, comm, pid, kernel.profile.arch.childFirstAddress / 2 ** machine.pageShift);
    child.cgroupInode = parent.process.cgroupInode;
    child.sigbus = parent.process.sigbus;
    child.handlerExitStatus = parent.process.handlerExitStatus;
    child.runtime = parent.process.runtime;
    const thread = new Thread(child, '', comm, pid);
    thread.mceProcess = parent.mceProcess;
    thread.mceEarly = parent.mceEarly;
    thread.capSysAdmin = parent.capSysAdmin;
    thread.sigbusBlocked = parent.sigbusBlocked;
    child.threads.push(thread);
    for (const [open, description] of parent.process.descriptors) child.descriptors.set(open, description);
    for (const vma of parent.process.mm.vmas) copyVma(kernel, vma, child);
    machine.processes.push(child);
    kernel.decide('copy_process', undefined, `${name}, pid ${pid}`);
    return child;
}

function copyVma(kernel: Kernel, vma: Vma, child: Process): void {
    const copy = new Vma(child.mm, vma.name, vma.start, vma.pageCount, vma.file, vma.indexBase, vma.shared, vma.protection);
    vma.handOn(copy);
    copy.uffdPoison = vma.uffdPoison && !vma.shared;
    child.mm.vmas.push(copy);
    vma.anonVma?.vmas.push(copy);
    vma.file?.vmas.push(copy);
    // Follows vma_needs_copy(): a fault fills in what is of a file, or of nobody.
    if (!vma.hasAnonPages && !copy.uffdPoison) return;
    for (const [page, marker] of vma.mm.markers) if (page >= vma.start && page < vma.end) child.mm.markers.set(page, marker);
    if (vma.backing !== null) {
        vma.backing = { ...vma.backing, writable: false };
        copy.backing = vma.backing;
    }
    for (const [page, pte] of [...vma.mm.ptes].filter(([each]) => each >= vma.start && each < vma.end).sort(([a], [b]) => a - b)) {
        const shared = pte?.kind === 'present' ? { ...pte, writable: false } : pte?.kind === 'swap' ? { ...pte, shared: true as const } : pte;
        vma.mm.ptes.set(page, shared);
        child.mm.ptes.set(page, shared);
        if (pte?.kind === 'present') copyKsmItem(kernel, pte.pfn, vma, child, page);
    }
    for (const [start, entry] of vma.mm.hugeEntries) {
        if (start < vma.start || start >= vma.end) continue;
        const shared = entry?.kind === 'present' ? { ...entry, writable: false } : entry;
        vma.mm.hugeEntries.set(start, shared);
        child.mm.hugeEntries.set(start, shared);
    }
    if (vma.anonVma !== null) shareAnonymous(kernel, vma, copy, vma.anonVma);
}

/** Anonymous pages are nobody's alone from here on, but those with long-term pins: the child gets copies of them at once. Follows folio_try_dup_anon_rmap_pte() and copy_present_page(). */
function shareAnonymous(kernel: Kernel, vma: Vma, copy: Vma, owner: AnonVma): void {
    const { memory } = kernel.machine;
    memory.startWithout('owner_2', owner);
    for (const folio of memory.touchedFolios()) {
        if (folio.owner !== owner || !folioMapped(kernel.machine, folio)) continue;
        if (folio.longtermPins === 0) folio.clear('owner_2');
        else copyPinned(kernel, vma, copy, folio);
    }
}

function copyPinned(kernel: Kernel, vma: Vma, copy: Vma, folio: Folio): void {
    for (let pfn = folio.head; pfn < folio.head + folio.pageCount; pfn += entryStride(vma, kernel.machine.pageShift)) {
        const page = vma.pageOfIndex(folio.indexOf(pfn));
        if (page === null || mappedPfn(kernel.machine, vma, page) !== pfn) continue;
        if (vma.hugetlbShift !== null) {
            hugetlbWp(kernel, copy, page, folio);
            setHuge(vma, page, { kind: 'present', head: folio.head, dirty: true, writable: true });
        } else {
            splitPmd(kernel, copy, page);
            splitPmd(kernel, vma, page);
            if (copyMeetsPoison(kernel, pfn, 1, 'faultCopyPanics', 'copy_present_page') !== null && !kernel.profile.has('faultCopyPanics')) kernel.recorder.notModelled('fork() that fails because a pinned page is bad memory');
            const fresh = newAnonPage(kernel, copy, page, kernel.machine.memory.content(pfn));
            if (fresh !== null) setPte(copy, page, { kind: 'present', pfn: fresh.head, dirty: true, writable: true });
            setPte(vma, page, { kind: 'present', pfn, dirty: true, writable: true });
        }
        kernel.decide('copy_present_page.pinned', pfn);
    }
}

/** ksmd visits the child's pages from the lowest on: each joins the stable node it is a copy of, newest first. Follows cmp_and_merge_page(). */
function copyKsmItem(kernel: Kernel, pfn: number, vma: Vma, child: Process, page: VirtualPage): void {
    const { owner } = kernel.machine.memory.folio(pfn);
    if (owner instanceof KsmNode && owner.items.some((item) => item.mm === vma.mm)) owner.items.unshift({ mm: child.mm, page });
}

/** KSM merges two pages: the first one's frame becomes the stable page, mapped read-only in both places. Follows try_to_merge_two_pages(). */
export function ksmMerge(kernel: Kernel, first: { readonly vma: Vma; readonly page: VirtualPage }, second: { readonly vma: Vma; readonly page: VirtualPage }): Errno {
    const { machine } = kernel;
    const stable = mappedPfn(machine, first.vma, first.page);
    const duplicate = mappedPfn(machine, second.vma, second.page);
    if (stable === null || duplicate === null || machine.memory.content(stable) !== machine.memory.content(duplicate)) return 'EINVAL';
    // Both are read, by code that no fix-up guards.
    for (const pfn of [stable, duplicate]) if (kernelLoad(kernel, pfn, { in: 'memcmp_pages', interrupt: false, thread: null }) === 'stopped') return 'EINVAL';
    for (const { vma, page } of [first, second]) splitPmd(kernel, vma, page);
    const folio = machine.memory.folio(stable);
    const other = machine.memory.folio(duplicate);
    let node = folio.owner;
    if (!(node instanceof KsmNode)) {
        node = new KsmNode();
        node.items.push({ mm: first.vma.mm, page: first.page });
        folio.owner = node;
        folio.set('dirty');
        // ksmd has looked at the page as it compared it.
        folio.set('referenced');
        folio.clear('owner_2');
        folio.kind = 'ksm';
        setPte(first.vma, first.page, { kind: 'present', pfn: stable, dirty: false, writable: false });
    }
    node.items.unshift({ mm: second.vma.mm, page: second.page });
    setPte(second.vma, second.page, { kind: 'present', pfn: stable, dirty: false, writable: false });
    freeIfUnused(kernel, other);
    kernel.decide('try_to_merge_with_ksm_page', stable);
    return '0';
}

/** swapoff(): swap entries become present pages again, or hwpoison entries where the cached page is poisoned. Follows try_to_unuse() and unuse_pte(). */
export function swapoff(kernel: Kernel, name: string): Errno {
    const { machine } = kernel;
    const area = machine.swaps.find((swap) => swap.name === name);
    if (area === undefined || !area.on) return 'EINVAL';
    for (const process of machine.processes) {
        if (!process.alive) continue;
        for (const [page, pte] of [...process.mm.ptes]) {
            if (pte?.kind !== 'swap' || !area.slots.has(pte.slot)) continue;
            const vma = process.mm.find(page);
            if (vma === null) continue;
            const cached = area.cache.get(pte.slot);
            if (cached !== undefined && machine.memory.isPoisoned(cached.head)) {
                // A slot that no area has: do_swap_page() answers with VM_FAULT_SIGBUS.
                setPte(vma, page, kernel.profile.has('swapoffKeepsPoison') ? { kind: 'hwpoison', pfn: cached.head } : { kind: 'swap', slot: -1 });
                kernel.decide('unuse_pte.poisoned', cached.head);
            } else {
                getUserPage(kernel, process.main, page, false);
            }
        }
    }
    for (const folio of [...area.cache.values()]) folioFreeSwap(kernel, folio);
    area.on = false;
    return '0';
}

/** The address space of a fresh program. Follows exec_mmap(). */
export function execve(kernel: Kernel, process: Process): void {
    if (sharesMm(kernel, process)) process.mm = new MemoryMap(process, kernel.profile.arch.firstAddress / 2 ** kernel.machine.pageShift);
    else for (const vma of [...process.mm.vmas]) removeVma(kernel, vma);
    completeVfork(kernel, process);
    releaseFiles(kernel);
    process.sigbus = process.sigbus === 'ignored' ? 'ignored' : 'default';
    process.runtime = null;
    process.threads.splice(1);
    kernel.decide('begin_new_exec', undefined, 'the kill policy stays');
}

