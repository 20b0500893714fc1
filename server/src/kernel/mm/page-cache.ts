import { deviceLoad } from './page-copies.js';
import type { AddressSpace, Folio, Vma } from '../../machine/mm-types.js';
import { PG } from '../../machine/page-flags.js';
import { entryStride, folioMapcount, folioRefcount, lookup, setHuge, setPte } from '../../machine/page-tables.js';
import type { PageIndex, Pfn } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import type { Profile } from '../profile.js';
import { allocatePage, folioPut, freeIfUnused } from './page-alloc.js';
import { munlockVmaFolio } from './page-table-changes.js';

/** The cached folio that holds the index, or null. Follows filemap_get_folio(). */
export function filemapGetFolio(kernel: Kernel, file: AddressSpace, index: PageIndex): Folio | null {
    // A hugetlb folio stands in the cache once, under the index of its head.
    const at = file.hugetlbShift === null ? index : Math.floor(index / 2 ** (file.hugetlbShift - kernel.machine.pageShift)) * 2 ** (file.hugetlbShift - kernel.machine.pageShift);
    const known = file.pages.get(at);
    if (known !== undefined) return known;
    const { initial } = file;
    if (initial === null || index >= initial.pageCount || file.absent.has(index)) return null;
    const folio = kernel.machine.memory.folio(initial.pfn + index);
    return folio.owner === file ? folio : null;
}

/** Frame that holds the index in the page cache, or null. */
export function filemapGetPfn(kernel: Kernel, file: AddressSpace, index: PageIndex): Pfn | null {
    if (file.daxBase !== null) return file.daxBase + index;
    const folio = filemapGetFolio(kernel, file, index);
    return folio === null ? null : folio.head + (index - folio.index);
}

/** Flags of a folio that a fault, read() or write() brings into the cache. Multi-generation LRU puts faulted pages into the youngest generation. */
export function newFileFlags(profile: Profile, file: AddressSpace, byFault: boolean): number {
    const { traits } = file;
    if (file.type === 'secretmem') return PG.uptodate | PG.lru | PG.unevictable | (profile.has('secretmemIsMlocked') ? PG.mlocked : 0) | (profile.has('secretmemIsReferenced') ? PG.referenced : 0);
    const unevictable = traits.unevictable || file.locked;
    const active = unevictable || !profile.has('faultedPagesAreActive') ? 0 : PG.active;
    const accessed = byFault ? (profile.has('faultedPagesAreReferenced') ? PG.referenced : 0) | active : 0;
    return PG.uptodate | PG.lru | accessed | (traits.swapBacked ? PG.swapbacked : 0) | (unevictable ? PG.unevictable : 0);
}

/** Buffer heads of a page: PG_private and one reference. Follows folio_create_empty_buffers(). */
export function attachBuffers(file: AddressSpace, folio: Folio): void {
    if (!file.traits.buffers || folio.has('private') || folio.large) return;
    folio.set('private');
    folio.references += 1;
}

/** A page that was read from blocks of a disk carries PG_mappedtodisk, as long as no call writes a fresh one. Follows do_mpage_readpage() and ext4_mpage_readpages(). */
function readFlags(file: AddressSpace, index: PageIndex): number {
    return file.traits.buffers && !file.isHole(index) ? PG.owner_2 : 0;
}

/** Brings a page into the cache: from disk, or zeroed for memory-only file systems and holes; of what write() is about to fill nothing is read. */
export function filemapAddPage(kernel: Kernel, file: AddressSpace, index: PageIndex, by: 'fault' | 'read' | 'write'): Folio | null {
    const folio = allocatePage(kernel, file.type, newFileFlags(kernel.profile, file, by === 'fault') | (by === 'write' ? 0 : readFlags(file, index)), file.diskContent(index));
    if (folio === null) return null;
    folio.owner = file;
    folio.index = index;
    folio.references = 1;
    file.pages.set(index, folio);
    return folio;
}

/** Removes the folio from the page cache; its cache references go, not those of others. Follows filemap_remove_folio(). */
export function filemapRemoveFolio(kernel: Kernel, file: AddressSpace, folio: Folio): void {
    for (let index = folio.index; index < folio.index + folio.pageCount; index += 1) {
        file.pages.delete(index);
        file.absent.add(index);
    }
    const buffers = folio.has('private') ? 1 : 0;
    folio.clear('private');
    folio.clear('dirty');
    folio.owner = null;
    kernel.pageChanged(folio.head, 'mapping', file.name, 'none');
    folio.references -= folio.pageCount + buffers;
    freeIfUnused(kernel, folio);
}

/** Unmaps every page of the folio from every process, leaving nothing behind. Follows unmap_mapping_folio(). */
export function unmapMappingFolio(kernel: Kernel, file: AddressSpace, folio: Folio): void {
    for (const vma of file.vmas) unmapFileRange(kernel, vma, folio.index, folio.pageCount, folio);
}

/** Drops the entries of a VMA that cover those indexes; with `only`, those that map that folio. Private copies stay. */
export function unmapFileRange(kernel: Kernel, vma: Vma, index: PageIndex, pageCount: number, only: Folio | null): void {
    const { machine } = kernel;
    const first = Math.max(index, vma.indexBase);
    const last = Math.min(index + pageCount, vma.indexBase + vma.pageCount);
    for (let at = first; at < last; at += entryStride(vma, machine.pageShift)) {
        const page = vma.start + (at - vma.indexBase);
        const found = lookup(machine, vma, page);
        if (found === null) continue;
        if (found.level === 'huge') {
            if (found.entry.kind === 'hwpoison' && only !== null) continue;
            if (found.entry.kind === 'present' && found.entry.dirty && vma.hugetlbShift === null) machine.memory.folio(found.entry.head).set('dirty');
            if (vma.mlocked && found.entry.kind === 'present') munlockVmaFolio(kernel, vma, machine.memory.folio(found.entry.head));
            setHuge(vma, found.start, null);
            if (vma.hugetlbShift === null) for (let each = found.start; each < found.start + found.pages; each += 1) setPte(vma, each, null);
            continue;
        }
        if (found.entry.kind !== 'present') {
            continue;
        }
        const owner = machine.memory.folio(found.entry.pfn).owner;
        if (owner !== vma.file || (only !== null && machine.memory.folio(found.entry.pfn) !== only)) continue;
        if (found.entry.dirty) machine.memory.folio(found.entry.pfn).set('dirty');
        if (vma.mlocked) munlockVmaFolio(kernel, vma, machine.memory.folio(found.entry.pfn));
        setPte(vma, page, null);
    }
}

/**
 * Evicts a clean page-cache folio that nobody else refers to. Follows mapping_evict_folio().
 * @param extra references the caller holds
 */
export function mappingEvictFolio(kernel: Kernel, folio: Folio, extra: number): boolean {
    const file = folio.owner;
    if (file === null || file.kind !== 'file') return false;
    if (folio.has('dirty') || folio.has('writeback')) return false;
    if (folio.buffersHeld) return false;
    if (folioMapcount(kernel.machine, folio, 1) > 0) return false;
    const buffers = folio.has('private') ? 1 : 0;
    if (folioRefcount(kernel.machine, folio) > folio.pageCount + buffers + extra) return false;
    filemapRemoveFolio(kernel, file, folio);
    return true;
}

/** Takes the folio out of the file, unmapping it first; what is dropped and was dirty is lost. Follows truncate_inode_folio(). */
export function truncateFolio(kernel: Kernel, file: AddressSpace, folio: Folio): void {
    unmapMappingFolio(kernel, file, folio);
    if (file.hugetlbShift !== null) {
        file.pages.delete(folio.index);
        // Follows hugetlb_delete_from_page_cache().
        folio.clear('dirty');
        folio.clear('uptodate');
        folio.owner = null;
        folioPut(kernel, folio);
        return;
    }
    folio.clear('unevictable');
    removeTruncated(kernel, file, folio);
}

/** Removes a folio that is truncated, not evicted: it is no longer mapped to disk. Follows truncate_cleanup_folio(). */
export function removeTruncated(kernel: Kernel, file: AddressSpace, folio: Folio): void {
    folio.clear('owner_2');
    filemapRemoveFolio(kernel, file, folio);
}

/** Writes a dirty folio to disk. tmpfs and the like have nowhere to write to. Follows folio_clear_dirty_for_io() and writepages(). */
export function writebackFolio(kernel: Kernel, file: AddressSpace, folio: Folio): void {
    const { memory } = kernel.machine;
    for (const vma of file.vmas) {
        for (let index = folio.index; index < folio.index + folio.pageCount; index += 1) {
            const page = vma.pageOfIndex(index);
            if (page === null) continue;
            const found = lookup(kernel.machine, vma, page);
            if (found?.level !== 'pte' || found.entry.kind !== 'present' || !found.entry.dirty) continue;
            if (memory.folio(found.entry.pfn) !== folio) continue;
            setPte(vma, page, { ...found.entry, dirty: false, writable: false });
            folio.set('dirty');
        }
    }
    if (!folio.has('dirty') || !file.traits.writeback) return;
    for (let index = folio.index; index < folio.index + folio.pageCount; index += 1) {
        deviceLoad(kernel, folio.head + (index - folio.index));
        file.disk.set(index, memory.content(folio.head + (index - folio.index)));
    }
    folio.clear('dirty');
    folio.clear('writeback');
    if (file.traits.buffersBy.includes('writeback')) attachBuffers(file, folio);
}

/** The dirty folio is on its way to disk. Follows folio_start_writeback(). @returns 'EINVAL' where there is nothing to write or nowhere to write it to */
export function startWriteback(kernel: Kernel, folio: Folio): 'EINVAL' | '0' {
    if (folio.owner?.kind !== 'file' || !folio.owner.traits.writeback) return 'EINVAL';
    const wasDirty = folio.has('dirty');
    writebackFolio(kernel, folio.owner, folio);
    kernel.pageChanged(folio.head, 'PG_dirty', wasDirty, folio.has('dirty'));
    kernel.pageChanged(folio.head, 'PG_writeback', folio.has('writeback'), true);
    folio.set('writeback');
    kernel.decide('folio_start_writeback', folio.head);
    return '0';
}

/** The folio has reached the disk. Follows folio_end_writeback(). @returns 'EINVAL' when it was not on its way */
export function endWriteback(kernel: Kernel, folio: Folio): 'EINVAL' | '0' {
    if (!folio.has('writeback')) return 'EINVAL';
    kernel.pageChanged(folio.head, 'PG_writeback', true, false);
    folio.clear('writeback');
    kernel.decide('folio_end_writeback', folio.head);
    return '0';
}

/** Every cached folio of the file, each once, by index. */
export function cachedFolios(kernel: Kernel, file: AddressSpace): Folio[] {
    const found = new Set<Folio>(file.pages.values());
    if (file.initial !== null) {
        for (let index = 0; index < file.initial.pageCount; index += 1) {
            const folio = filemapGetFolio(kernel, file, index);
            if (folio === null) continue;
            found.add(folio);
            index = folio.index + folio.pageCount - 1;
        }
    }
    return [...found].sort((a, b) => a.index - b.index);
}

