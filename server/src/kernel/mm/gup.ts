import type { Folio, Thread, Vma } from '../../machine/mm-types.js';
import { lookup } from '../../machine/page-tables.js';
import type { Pfn, VirtualPage } from '../../machine/units.js';
import type { Errno, Kernel } from '../kernel.js';
import { folioMarkAccessed } from './lru.js';
import { faultInVma, isMappedToWrite, reportFailedCopy, unshareForPin } from './page-fault.js';

/** Follows check_vma_flags(): by force a private mapping is written that may not be, into a copy; huge pages never are. */
function mayAccess(vma: Vma, write: boolean, force: boolean): boolean {
    if (vma.protection === 'write') return true;
    if (!write) return vma.protection !== 'none' || force;
    return force && !vma.shared && vma.hugetlbShift === null;
}

/** What get_user_pages() asks of a mapping before it looks for pages. Follows check_vma_flags(). */
export function mayGetPages(vma: Vma, write: boolean): boolean {
    return mayAccess(vma, write, false) && vma.special?.gup !== false && vma.file?.type !== 'secretmem';
}

/** Follows get_futex_key() of a futex that processes may share: the page is had for writing, else for reading, where only a file can tell which it is. */
export function getFutexKey(kernel: Kernel, thread: Thread, page: VirtualPage): Errno {
    const writable = getUserPage(kernel, thread, page, true);
    const got = 'errno' in writable ? getUserPage(kernel, thread, page, false) : writable;
    if ('errno' in got) return got.errno;
    const owner = got.pfn < 0 ? null : kernel.machine.memory.folio(got.pfn).owner;
    if (owner === null || 'errno' in writable && owner.kind !== 'file') {
        kernel.decide('get_futex_key.no-object', got.pfn < 0 ? undefined : got.pfn);
        return 'EFAULT';
    }
    return '0';
}

interface GettingPages {
    /** FOLL_HWPOISON: poisoned pages give EHWPOISON instead of EFAULT. */
    readonly hwpoisonErrno?: boolean;
    /** Without FOLL_TOUCH: it does not count as an access. */
    readonly untouched?: boolean;
    /** FOLL_FORCE: a debugger looks past what mprotect() has taken away. */
    readonly force?: boolean;
    /** The page tables are walked under their locks from the start, as for the memory of others, and to populate. */
    readonly walks?: boolean;
    /** FOLL_PIN: the page is to stay the task's own. */
    readonly pins?: boolean;
}

function isMappedFor(kernel: Kernel, vma: Vma, page: VirtualPage, write: boolean): boolean {
    // A driver maps its pages itself.
    if (vma.special !== null) return true;
    const found = lookup(kernel.machine, vma, page);
    return found?.entry.kind === 'present' && (!write || found.entry.writable || isMappedToWrite(vma));
}

/** An entry that allows stores, and has seen none: whoever walks the page tables to write marks the folio instead. Follows follow_page_pte() with FOLL_TOUCH. */
function isCleanToWrite({ machine }: Kernel, vma: Vma, page: VirtualPage): boolean {
    const found = lookup(machine, vma, page);
    return vma.special === null && found?.level === 'pte' && found.entry.kind === 'present' && found.entry.writable && !found.entry.dirty;
}

/** The way without locks marks the page whatever it is, the other one as any access does. Follows gup_fast_pte_range() and follow_page_pte(). */
function touch(kernel: Kernel, folio: Folio, isThere: boolean): void {
    if (isThere || folio.hugetlb !== null) folio.set('referenced');
    else folioMarkAccessed(kernel, folio);
}

/**
 * The frame behind a user page, faulted in. No reference is taken here. Follows get_user_pages_fast() with its way for pages that are mapped as they are asked for,
 * and __get_user_pages() for the others.
 */
export function getUserPage(kernel: Kernel, thread: Thread, page: VirtualPage, write: boolean, { hwpoisonErrno = false, untouched = false, force = false, walks = false, pins = false }: GettingPages = {}): { readonly pfn: Pfn } | { readonly errno: Errno } {
    const vma = thread.process.mm.find(page);
    if (vma === null || !mayAccess(vma, write, force)) {
        kernel.decide('get_user_pages.no-access');
        return { errno: 'EFAULT' };
    }
    if (vma.special !== null && !vma.special.gup) {
        kernel.decide('get_user_pages.special', undefined, vma.special.what);
        return { errno: 'EFAULT' };
    }
    if (vma.file?.type === 'secretmem') {
        kernel.decide('get_user_pages.secretmem');
        return { errno: 'EFAULT' };
    }
    const isThere = !walks && isMappedFor(kernel, vma, page, write);
    // To have a page for writing writes nothing: an entry that allows it stays as clean as it is.
    const marksFolio = write && !isThere && isCleanToWrite(kernel, vma, page);
    const faulted = faultInVma(kernel, thread, vma, page, write && !marksFolio && !(isThere && vma.hugetlbShift === null) ? 'write' : 'read');
    const isPinnedToRead = pins && !write && faulted.kind === 'ok' && vma.special === null && lookup(kernel.machine, vma, page)?.entry.kind === 'present' && !isMappedFor(kernel, vma, page, true);
    const fault = isPinnedToRead ? unshareForPin(kernel, vma, page, faulted.pfn) : faulted;
    if (fault.kind === 'ok') {
        const found = lookup(kernel.machine, vma, page);
        if (found === null && vma.special === null) return { errno: 'EFAULT' };
        if (fault.pfn >= 0) {
            const folio = kernel.machine.memory.folio(fault.pfn);
            if (folio.free) {
                kernel.decide('get_user_pages.no-reference');
                return { errno: 'ENOMEM' };
            }
            if (marksFolio) folio.set('dirty');
            // The huge zero page is special: only its entry is touched.
            if (!untouched && folio.kind !== 'huge-zero') touch(kernel, folio, isThere);
        }
        return { pfn: fault.pfn };
    }
    if (fault.kind === 'hwpoison') {
        reportFailedCopy(kernel, fault);
        kernel.decide('get_user_pages.hwpoison');
        return { errno: hwpoisonErrno ? 'EHWPOISON' : 'EFAULT' };
    }
    kernel.decide('get_user_pages.no-page');
    return { errno: 'EFAULT' };
}
