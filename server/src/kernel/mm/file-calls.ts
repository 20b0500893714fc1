import { OpenDescription, type AddressSpace, type Folio, type Process, type Vma } from '../../machine/mm-types.js';
import type { PageIndex, Pfn, VirtualPage } from '../../machine/units.js';
import type { Errno, Kernel } from '../kernel.js';
import { kernelLoad } from '../ras/consumption.js';
import { attachBuffers, cachedFolios, filemapAddPage, filemapGetFolio, filemapGetPfn, mappingEvictFolio, truncateFolio, unmapFileRange, writebackFolio } from './page-cache.js';
import { entryStride, lookup, setPte } from '../../machine/page-tables.js';
import { folioMarkAccessed } from './lru.js';
import { zapPages } from './page-table-changes.js';
import { folioSplit, tryToSplitThpPage } from './thp.js';

export interface ReadResult { readonly errno: Errno; readonly bytes: number; readonly value: string | undefined; }

/** The file has no such operation (FMODE_CAN_READ or FMODE_CAN_WRITE is not set), or is read-only. Follows vfs_read() and vfs_write(). */
function unsupported(kernel: Kernel, file: AddressSpace, call: 'vfs_read' | 'vfs_write', errno: 'EINVAL' | 'EROFS'): ReadResult {
    kernel.decide(`${call}.no-operation`, undefined, file.type);
    return { errno, bytes: -1, value: undefined };
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
 * read() at an offset. Follows shmem_file_read_iter(), hugetlbfs_read_iter() and filemap_read(); splice and sendfile() read by the same checks.
 * @param offset byte of the file
 * @param bytes length of the request
 * @param visit each page that was read, and how much of it
 */
export function readFile(kernel: Kernel, file: AddressSpace, offset: number, bytes: number, visit?: (pfn: Pfn, bytes: number) => void): ReadResult {
    if (file.traits.readErrno !== null) return unsupported(kernel, file, 'vfs_read', file.traits.readErrno);
    const pageBytes = 2 ** kernel.machine.pageShift;
    const available = Math.max(0, Math.min(bytes, file.size - offset));
    let done = 0;
    let value: string | undefined;
    for (let at = Math.floor(offset / pageBytes); done < available; at += 1) {
        if (poisonedForRead(kernel, file, at)) {
            kernel.decide('read.poisoned', filemapGetPfn(kernel, file, at) ?? undefined, file.type);
            return done > 0 ? { errno: '0', bytes: done, value } : { errno: 'EIO', bytes: -1, value: undefined };
        }
        const pfn = filemapGetPfn(kernel, file, at);
        if (pfn !== null && kernelLoad(kernel, pfn, { in: 'filemap_read', interrupt: false, thread: null }) === 'stopped') return { errno: 'EIO', bytes: -1, value: undefined };
        const content = contentOf(kernel, file, at);
        if (done === 0) value = firstByte(kernel, filemapGetPfn(kernel, file, at), offset % pageBytes, content);
        const folio = file.daxBase === null ? filemapGetFolio(kernel, file, at) : null;
        if (folio !== null && folio.hugetlb === null) folioMarkAccessed(kernel, folio);
        const read = filemapGetPfn(kernel, file, at);
        const part = Math.min(pageBytes - (done === 0 ? offset % pageBytes : 0), available - done);
        if (read !== null) visit?.(read, part);
        done += part;
    }
    return { errno: '0', bytes: done, value };
}

/** A page holds its letter throughout, until a part of it was written: then only its first byte is known. */
export function firstByte({ machine }: Kernel, pfn: Pfn | null, offset: number, content: string): string | undefined {
    return offset > 0 && pfn !== null && machine.memory.partlyWritten.has(pfn) ? undefined : content;
}

function contentOf(kernel: Kernel, file: AddressSpace, index: PageIndex): string {
    const { memory } = kernel.machine;
    if (file.daxBase !== null) return memory.content(file.daxBase + index);
    if (file.hugetlbShift !== null && filemapGetFolio(kernel, file, index) === null) return '\0';
    // Holes of shared memory are read without a page. Follows shmem_file_read_iter().
    const folio = filemapGetFolio(kernel, file, index) ?? (file.traits.errorRemoveFolio === 'shmem' ? null : filemapAddPage(kernel, file, index, 'read'));
    return folio === null ? '\0' : memory.content(folio.head + (index - folio.index));
}

/**
 * write() at an offset. shmem refuses a page, in newer kernels any folio, that holds poison: the write ends there, and fails when nothing was
 * written before. Follows generic_perform_write() and shmem_write_begin().
 * @param offset byte of the file
 * @param text what is written; one character stands for as many of it as `bytes` says
 * @returns bytes, or an errno
 */
export function writeFile(kernel: Kernel, file: AddressSpace, offset: number, text: string, bytes: number): ReadResult {
    const { memory, pageShift } = kernel.machine;
    const pageBytes = 2 ** pageShift;
    if (file.traits.writeErrno !== null) return unsupported(kernel, file, 'vfs_write', file.traits.writeErrno);
    let done = 0;
    while (done < bytes) {
        const at = Math.floor((offset + done) / pageBytes);
        const within = (offset + done) % pageBytes;
        const chunk = Math.min(pageBytes - within, bytes - done);
        const folio = file.daxBase !== null ? null : filemapGetFolio(kernel, file, at) ?? filemapAddPage(kernel, file, at, 'write');
        if (file.daxBase === null && folio === null) return { errno: 'ENOSPC', bytes: -1, value: undefined };
        const pfn = folio === null ? file.daxBase! + at : folio.head + (at - folio.index);
        if (folio !== null && file.traits.errorRemoveFolio === 'shmem' && (kernel.profile.has('shmemWriteChecksFolio') ? memory.folioIsPoisoned(folio) : memory.isPoisoned(pfn))) {
            kernel.decide('write.poisoned', folio.head, file.type);
            break;
        }
        if (within === 0) memory.contents.set(pfn, text.length > 1 ? text[done] ?? text.at(-1)! : text);
        if (chunk === pageBytes && text.length <= 1) memory.partlyWritten.delete(pfn);
        else memory.partlyWritten.add(pfn);
        file.holes.delete(at);
        if (folio !== null) dirtyByWrite(kernel, file, folio);
        done += chunk;
    }
    if (done === 0 && bytes > 0) return { errno: 'EIO', bytes: -1, value: undefined };
    file.size = Math.max(file.size, offset + done);
    return { errno: '0', bytes: done, value: undefined };
}

/** write() leaves its marks on the page, and buffers where the file system keeps some. */
function dirtyByWrite(_kernel: Kernel, file: AddressSpace, folio: Folio): void {
    folio.set('dirty');
    if (file.traits.swapBacked) folio.set('referenced');
    attachBuffers(file, folio);
}

/** Folios that hold any of the pages. Follows filemap_write_and_wait_range(). */
function writebackRange(kernel: Kernel, file: AddressSpace, index: PageIndex, pageCount: number): void {
    for (const folio of cachedFolios(kernel, file)) {
        if (folio.index < index + pageCount && folio.index + folio.pageCount > index) writebackFolio(kernel, file, folio);
    }
}

/** fsync(), and msync(MS_SYNC) on a part of the file: writes back, then reports a recorded error once per open file description. Follows vfs_fsync_range(). */
export function fsyncFile(kernel: Kernel, description: OpenDescription, index: PageIndex = 0, pageCount = Infinity): Errno {
    const { file } = description;
    if (file.traits.fsyncErrno !== null) {
        kernel.decide('vfs_fsync_range.no-operation', undefined, file.type);
        return file.traits.fsyncErrno;
    }
    if (!file.traits.writeback || file.daxBase !== null) return '0';
    writebackRange(kernel, file, index, pageCount);
    if (!description.checkAndAdvance()) return '0';
    kernel.decide('vfs_fsync.error-reported', undefined, file.name);
    return 'EIO';
}

/**
 * msync(MS_SYNC): every part that maps a file shared is written back, and its description tells of an error. What is not mapped is passed over,
 * and gives ENOMEM where nothing else does. Follows msync().
 */
export function msync(kernel: Kernel, process: Process, first: VirtualPage, pageCount: number): Errno {
    const end = first + pageCount;
    const covered = process.mm.vmas.filter((vma) => vma.end > first && vma.start < end).sort((a, b) => a.start - b.start);
    let at = first;
    let hole: Errno = '0';
    for (const vma of covered) {
        if (vma.start > at) hole = 'ENOMEM';
        const from = Math.max(vma.start, at);
        at = Math.min(vma.end, end);
        if (!vma.shared || vma.openFile === null) continue;
        const errno = fsyncFile(kernel, vma.openFile, vma.indexAt(from), at - from);
        if (errno !== '0') return errno;
    }
    return at < end ? 'ENOMEM' : hole;
}

/** fallocate(PUNCH_HOLE) over whole pages: they leave the file; hwpoison entries stay in page tables. Follows shmem_fallocate() and ext4_punch_hole(). */
export function punchHole(kernel: Kernel, file: AddressSpace, index: PageIndex, pageCount: number): Errno {
    if (!file.traits.punchHole) {
        kernel.decide('fallocate.not-supported', undefined, file.type);
        return 'EOPNOTSUPP';
    }
    if (writesBackBeforeHole(kernel, file)) {
        writebackRange(kernel, file, index, pageCount);
        if (file.checkErrors()) {
            kernel.decide('filemap_check_errors', undefined, file.name);
            return 'EIO';
        }
    }
    removePages(kernel, file, index, pageCount);
    // What was never written reads as zeroes in memory-only file systems.
    if (file.traits.writeback) {
        for (let at = index; at < index + pageCount; at += 1) {
            file.disk.set(at, '\0');
            file.holes.add(at);
        }
    } else file.zeroFrom = Math.min(file.zeroFrom, index);
    return '0';
}

/** ext4_punch_hole() of older kernels calls filemap_write_and_wait_range() where any page of the file is dirty. */
function writesBackBeforeHole(kernel: Kernel, file: AddressSpace): boolean {
    return file.type === 'ext4' && file.daxBase === null && kernel.profile.has('punchHoleWritesBack') && cachedFolios(kernel, file).some((folio) => folio.has('dirty'));
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
        if (kernel.profile.has('truncationSplitsUnevenly')) {
            const behind = folio.index + folio.pageCount;
            at = truncatePartialFolio(kernel, file, folio, at, Math.min(index + pageCount, behind)) ? at - 1 : behind - 1;
            continue;
        }
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

/**
 * A large folio of which a part goes: that part is zeroed, then the folio is halved up to the edges of the part. Follows
 * truncate_inode_partial_folio().
 * @returns whether the part consists of whole folios now; else the folio stays as it is where it is dirty, and goes where it is not
 */
function truncatePartialFolio(kernel: Kernel, file: AddressSpace, folio: Folio, first: PageIndex, end: PageIndex): boolean {
    const { head, index, pageCount } = folio;
    for (let at = first; at < end; at += 1) kernel.machine.memory.contents.set(head + (at - index), '\0');
    if (!folioSplit(kernel, folio, head + (first - index))) {
        if (!folio.has('dirty')) truncateFolio(kernel, file, folio);
        return false;
    }
    const behind = end < index + pageCount ? filemapGetFolio(kernel, file, end) : null;
    if (behind?.large === true) folioSplit(kernel, behind, behind.head + (end - behind.index));
    return true;
}

function dropEntry(kernel: Kernel, vma: Vma, index: PageIndex): void {
    const page = vma.pageOfIndex(index);
    if (page !== null && lookup(kernel.machine, vma, page) !== null) setPte(vma, page, null);
}

/**
 * The end of the file comes to lie inside that page: what is behind it is zeroed, and a large folio is taken apart around it. A disk's page is
 * read for that where it is not cached, and is dirty. Follows truncate_inode_partial_folio(), ext4_block_truncate_page() and shmem_get_partial_folio().
 */
function zeroPartialPage(kernel: Kernel, file: AddressSpace, index: PageIndex): void {
    const { memory } = kernel.machine;
    if (file.hugetlbShift !== null || file.daxBase !== null) return;
    const onDisk = file.traits.writeback && !file.isHole(index);
    const folio = filemapGetFolio(kernel, file, index) ?? (onDisk ? filemapAddPage(kernel, file, index, 'read') : null);
    if (folio === null) return;
    const pfn = folio.head + (index - folio.index);
    if (folio.large && kernel.profile.has('truncationSplitsUnevenly')) folioSplit(kernel, folio, pfn);
    const page = memory.folio(pfn);
    memory.partlyWritten.add(pfn);
    if (onDisk) {
        attachBuffers(file, page);
        folioMarkAccessed(kernel, page);
    }
    if (onDisk || file.traits.swapBacked) page.set('dirty');
}

/** ftruncate(), EINVAL where the size is given once or not at all, or is no whole number of huge pages: pages beyond the new end leave the cache and every page table, private copies included. Follows truncate_pagecache(). */
export function truncateFile(kernel: Kernel, file: AddressSpace, size: number): Errno {
    const pageBytes = 2 ** kernel.machine.pageShift;
    if (!file.traits.resizable || file.hugetlbShift !== null && size % 2 ** file.hugetlbShift !== 0) {
        kernel.decide('do_truncate.refused', undefined, file.type);
        return 'EINVAL';
    }
    const first = Math.ceil(size / pageBytes);
    const last = Math.ceil(file.size / pageBytes);
    if (size < file.size) {
        for (const vma of file.vmas) {
            for (let index = Math.max(first, vma.indexBase); index < vma.indexBase + vma.pageCount; index += entryStride(vma, kernel.machine.pageShift)) {
                if (file.daxBase !== null) dropEntry(kernel, vma, index);
                else zapPages(kernel, vma, vma.start + (index - vma.indexBase), 1);
            }
        }
        if (size % pageBytes !== 0) zeroPartialPage(kernel, file, first - 1);
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

/** syncfs(): writes every file of the file system back, then reports an error of any of them once per open file description. Follows ksys_syncfs(). */
export function syncFs(kernel: Kernel, description: OpenDescription): Errno {
    // The file system of a device file is the one that its name is in: the pages of the disk are none of its own.
    if (description.file.type === 'block-device') return '0';
    for (const file of kernel.machine.files.values()) {
        if (file.superblock !== description.file.superblock || !file.traits.writeback || file.daxBase !== null) continue;
        for (const folio of cachedFolios(kernel, file)) writebackFolio(kernel, file, folio);
    }
    if (!description.checkAndAdvanceSuperblock()) return '0';
    kernel.decide('syncfs.error-reported', undefined, description.file.name);
    return 'EIO';
}

/**
 * What cannot be dropped is at least the next to go, by way of a per-CPU batch, which leaves alone what is mapped. Follows deactivate_file_folio().
 */
function deactivateFileFolio({ profile }: Kernel, folio: Folio): void {
    if (folio.has('unevictable') || !folio.has('lru')) return;
    if (profile.has('deactivationForgetsUse')) {
        folio.clear('referenced');
        if (!folio.has('active')) return;
    }
    folio.moveBatch = !folio.large;
}

/** Writing to /proc/sys/vm/drop_caches: what is clean and unmapped leaves the page cache. Follows drop_pagecache_sb() and invalidate_mapping_pages(). */
export function dropPagecache(kernel: Kernel): void {
    for (const file of kernel.machine.files.values()) {
        if (file.traits.unevictable || file.hugetlbShift !== null || file.daxBase !== null) continue;
        for (const folio of cachedFolios(kernel, file)) if (!mappingEvictFolio(kernel, folio, 0)) deactivateFileFolio(kernel, folio);
    }
    kernel.decide('drop_pagecache_sb');
}

/** lseek(SEEK_DATA): the first byte from there on that the file system calls data; a poisoned page of shared memory is. @returns null past the last */
export function seekData(kernel: Kernel, file: AddressSpace, offset: number, hole: boolean): number | null {
    const pageBytes = 2 ** kernel.machine.pageShift;
    if (offset >= file.size) return null;
    for (let at = Math.floor(offset / pageBytes); at * pageBytes < file.size; at += 1) {
        const data = file.traits.swapBacked ? filemapGetFolio(kernel, file, at) !== null : !file.isHole(at);
        if (data !== hole) return Math.max(offset, at * pageBytes);
    }
    return hole ? file.size : null;
}
