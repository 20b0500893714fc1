import { OpenDescription, type AddressSpace, type Vma } from '../../machine/mm-types.js';
import type { PageIndex } from '../../machine/units.js';
import type { Errno, Kernel } from '../kernel.js';
import { kernelLoad } from '../ras/consumption.js';
import { cachedFolios, filemapAddPage, filemapGetFolio, filemapGetPfn, truncateFolio, unmapFileRange, writebackFolio } from './page-cache.js';
import { entryStride, lookup, setHuge, setPte } from '../../machine/page-tables.js';
import { folioMarkAccessed } from './lru.js';
import { freeIfUnused } from './page-alloc.js';
import { tryToSplitThpPage } from './thp.js';

export interface ReadResult { readonly errno: Errno; readonly bytes: number; readonly value: string; }

/** The file has no such operation (FMODE_CAN_READ or FMODE_CAN_WRITE is not set), or is read-only. Follows vfs_read() and vfs_write(). */
function unsupported(kernel: Kernel, file: AddressSpace, call: 'vfs_read' | 'vfs_write', errno: 'EINVAL' | 'EROFS'): ReadResult {
    kernel.decide(`${call}.no-operation`, undefined, file.type);
    return { errno, bytes: -1, value: '\0' };
}

/** Bytes that a read may return before it meets poison: what shmem and hugetlbfs check; other file systems do not look. */
function poisonedForRead(kernel: Kernel, file: AddressSpace, index: PageIndex): boolean {
    const { memory } = kernel.machine;
    const folio = filemapGetFolio(kernel, file, index);
    if (folio === null) return false;
    if (file.traits.errorRemoveFolio === 'shmem') return memory.isPoisoned(folio.head + (index - folio.index));
    if (folio.hugetlb === null) return false;
    const raw = folio.hugetlb.rawPoison;
    if (raw === null) return true;
    if (!kernel.profile.has('hugetlbPartialRead')) return raw.size > 0;
    return raw.has(folio.head + (index - folio.index));
}

/**
 * read() of whole pages, or of `bytesOfFirst` bytes of one. Follows shmem_file_read_iter(), hugetlbfs_read_iter() and filemap_read().
 * @param bytes length of the request
 */
export function readFile(kernel: Kernel, file: AddressSpace, index: PageIndex, bytes: number): ReadResult {
    if (file.traits.readErrno !== null) return unsupported(kernel, file, 'vfs_read', file.traits.readErrno);
    const pageBytes = 2 ** kernel.machine.pageShift;
    const available = Math.max(0, Math.min(bytes, file.size - index * pageBytes));
    let done = 0;
    let value = '\0';
    for (let at = index; done < available; at += 1) {
        if (poisonedForRead(kernel, file, at)) {
            kernel.decide('read.poisoned', filemapGetPfn(kernel, file, at) ?? undefined, file.type);
            return done > 0 ? { errno: '0', bytes: done, value } : { errno: 'EIO', bytes: -1, value: '\0' };
        }
        const pfn = filemapGetPfn(kernel, file, at);
        if (pfn !== null && kernelLoad(kernel, pfn, { in: 'filemap_read', interrupt: false, thread: null }) === 'stopped') return { errno: 'EIO', bytes: -1, value: '\0' };
        if (at === index) value = contentOf(kernel, file, at);
        const folio = file.daxBase === null ? filemapGetFolio(kernel, file, at) : null;
        if (folio !== null && folio.hugetlb === null) folioMarkAccessed(kernel, folio);
        done += Math.min(pageBytes, available - done);
    }
    return { errno: '0', bytes: done, value };
}

function contentOf(kernel: Kernel, file: AddressSpace, index: PageIndex): string {
    const { memory } = kernel.machine;
    if (file.daxBase !== null) return memory.content(file.daxBase + index);
    if (file.hugetlbShift !== null && filemapGetFolio(kernel, file, index) === null) return '\0';
    const folio = filemapGetFolio(kernel, file, index) ?? filemapAddPage(kernel, file, index, false);
    return folio === null ? '\0' : memory.content(folio.head + (index - folio.index));
}

/** write() of whole pages. shmem refuses any folio that contains poison: the write ends there, and fails when nothing was written before. Follows generic_perform_write(). @returns bytes, or an errno */
export function writeFile(kernel: Kernel, file: AddressSpace, index: PageIndex, pageCount: number, content: string, bytes: number): ReadResult {
    const { memory, pageShift } = kernel.machine;
    if (file.traits.writeErrno !== null) return unsupported(kernel, file, 'vfs_write', file.traits.writeErrno);
    for (let at = index; at < index + pageCount; at += 1) {
        if (file.daxBase !== null) {
            memory.contents.set(file.daxBase + at, content);
            continue;
        }
        const folio = filemapGetFolio(kernel, file, at) ?? filemapAddPage(kernel, file, at, false);
        if (folio === null) return { errno: 'ENOSPC', bytes: -1, value: '\0' };
        if (file.traits.errorRemoveFolio === 'shmem' && memory.folioIsPoisoned(folio)) {
            kernel.decide('write.poisoned', folio.head, file.type);
            return at > index ? { errno: '0', bytes: (at - index) * 2 ** pageShift, value: content } : { errno: 'EIO', bytes: -1, value: '\0' };
        }
        memory.contents.set(folio.head + (at - folio.index), content);
        folio.set('dirty');
        if (file.traits.swapBacked) folio.set('referenced');
    }
    file.size = Math.max(file.size, (index + pageCount - 1) * 2 ** pageShift + Math.min(bytes, 2 ** pageShift));
    return { errno: '0', bytes, value: content };
}

/** fsync(), and msync(MS_SYNC) on a part of the file: writes back, then reports a recorded error once per open file description. Follows vfs_fsync_range(). */
export function fsyncFile(kernel: Kernel, description: OpenDescription, index: PageIndex = 0, pageCount = Infinity): Errno {
    const { file } = description;
    if (!file.traits.writeback || file.daxBase !== null) return '0';
    for (const folio of cachedFolios(kernel, file)) {
        if (folio.index < index + pageCount && folio.index + folio.pageCount > index) writebackFolio(kernel, file, folio);
    }
    if (!description.checkAndAdvance()) return '0';
    kernel.decide('vfs_fsync.error-reported', undefined, file.name);
    return 'EIO';
}

/** fallocate(PUNCH_HOLE) over whole pages: they leave the file; hwpoison entries stay in page tables. Follows shmem_fallocate() and ext4_punch_hole(). */
export function punchHole(kernel: Kernel, file: AddressSpace, index: PageIndex, pageCount: number): Errno {
    if (!file.traits.punchHole) {
        kernel.decide('fallocate.not-supported', undefined, file.type);
        return 'EOPNOTSUPP';
    }
    removePages(kernel, file, index, pageCount);
    // What was never written reads as zeroes in memory-only file systems.
    if (file.traits.writeback) for (let at = index; at < index + pageCount; at += 1) file.disk.set(at, '\0');
    else file.zeroFrom = Math.min(file.zeroFrom, index);
    return '0';
}

/** Takes pages out of the cache; a large folio that reaches beyond the range is split, or zeroed in place when it cannot be. */
function removePages(kernel: Kernel, file: AddressSpace, index: PageIndex, pageCount: number): void {
    const { memory, pageShift } = kernel.machine;
    const stride = file.hugetlbShift === null ? 1 : 2 ** (file.hugetlbShift - pageShift);
    for (let at = index; at < index + pageCount; at += stride) {
        if (file.daxBase !== null) {
            for (const vma of file.vmas) dropEntry(kernel, vma, at);
            memory.contents.set(file.daxBase + at, '\0');
            continue;
        }
        const folio = filemapGetFolio(kernel, file, at);
        if (folio === null) continue;
        const whole = folio.index >= index && folio.index + folio.pageCount <= index + pageCount;
        if (folio.hugetlb !== null || whole || !folio.large) {
            if (folio.hugetlb !== null) for (const vma of file.vmas) unmapFileRange(kernel, vma, folio.index, folio.pageCount, null);
            truncateFolio(kernel, file, folio);
            continue;
        }
        const pfn = folio.head + (at - folio.index);
        memory.contents.set(pfn, '\0');
        folio.references += 1;
        const part = tryToSplitThpPage(kernel, folio, pfn);
        if (part === null) {
            folio.references -= 1;
            if (!folio.has('dirty')) truncateFolio(kernel, file, folio);
            continue;
        }
        part.references -= 1;
        truncateFolio(kernel, file, part);
    }
}

function dropEntry(kernel: Kernel, vma: Vma, index: PageIndex): void {
    const page = vma.pageOfIndex(index);
    if (page !== null && lookup(kernel.machine, vma, page) !== null) setPte(vma, page, null);
}

/** ftruncate(): pages beyond the new end leave the cache and every page table, private copies included. Follows truncate_pagecache(). */
export function truncateFile(kernel: Kernel, file: AddressSpace, size: number): Errno {
    const pageBytes = 2 ** kernel.machine.pageShift;
    const first = Math.ceil(size / pageBytes);
    const last = Math.ceil(file.size / pageBytes);
    if (size < file.size) {
        for (const vma of file.vmas) {
            for (let index = Math.max(first, vma.indexBase); index < vma.indexBase + vma.pageCount; index += entryStride(vma, kernel.machine.pageShift)) {
                const page = vma.start + (index - vma.indexBase);
                const found = lookup(kernel.machine, vma, page);
                if (found === null) continue;
                if (found.level === 'huge') {
                    setHuge(vma, found.start, null);
                    if (vma.hugetlbShift === null) for (let each = found.start; each < found.start + found.pages; each += 1) setPte(vma, each, null);
                    continue;
                }
                setPte(vma, page, null);
                if (found.entry.kind === 'present' && file.daxBase === null) freeIfUnused(kernel, kernel.machine.memory.folio(found.entry.pfn));
            }
        }
        removePages(kernel, file, first, last - first);
        for (const index of [...file.disk.keys()]) if (index >= first) file.disk.delete(index);
        file.zeroFrom = Math.min(file.zeroFrom, first);
    }
    file.size = size;
    return '0';
}

/** open(): a new open file description. */
export function openFile(file: AddressSpace): OpenDescription {
    return new OpenDescription(file);
}
