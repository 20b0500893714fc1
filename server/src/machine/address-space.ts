import type { HugetlbReservation } from './hugetlb-reservation.js';
import type { Folio } from './folio.js';
import type { PageIndex, Pfn } from './units.js';
import type { Vma } from './vma.js';

/** What the model needs to know of a file system; rows of vocabulary/filesystems have this shape. */
export interface FilesystemTraits {
    /** Which error_remove_folio() it has. */
    readonly errorRemoveFolio: 'generic' | 'shmem' | 'hugetlbfs' | 'guest_memfd' | 'none';
    /** Its backing device supports writeback (mapping_can_writeback()). */
    readonly writeback: boolean;
    readonly swapBacked: boolean;
    readonly unevictable: boolean;
    readonly punchHole: boolean;
    /** Pages carry buffer heads: PG_private and one reference. */
    readonly buffers: boolean;
    /** Its dirty pages can be moved (it has a migrate_folio operation). */
    readonly migratable: boolean;
    /** What read() and write() fail with where it has no such operation, else null. */
    readonly readErrno: 'EINVAL' | null;
    readonly writeErrno: 'EINVAL' | 'EROFS' | null;
}

/** Device of the file system that a page belongs to. */
export interface DeviceNumber { readonly major: number; readonly minor: number; }

/** A file's page cache (struct address_space) and the little of its inode that matters here. */
export class AddressSpace {
    readonly kind = 'file';
    readonly name: string;
    /** Row of the file-system table. */
    readonly type: string;
    readonly traits: FilesystemTraits;
    readonly device: DeviceNumber;
    /** Size in bytes. */
    size: number;
    /** Folios in the cache, by index of every page that was looked at. */
    readonly pages = new Map<PageIndex, Folio>();
    /** Pages cached when the machine was set up: index i is at pfn + i, in folios of that order, unless `pages` or `absent` says otherwise. */
    initial: { readonly pfn: Pfn; readonly pageCount: number; readonly order: number; readonly flags: number } | null = null;
    /** Indexes of `initial` that have left the cache. */
    readonly absent = new Set<PageIndex>();
    /** VMAs that map the file, in the order in which they were made (i_mmap). */
    readonly vmas: Vma[] = [];
    /** Contents on disk by page; what is not here comes from `defaultContent`. */
    readonly disk = new Map<PageIndex, string>();
    readonly defaultContent: string;
    /** Pages from here on were cut off once: zeroes unless written again. */
    zeroFrom: PageIndex = Infinity;
    /** Errors recorded by mapping_set_error(); open file descriptions compare their own mark with it. */
    errorSequence = 0;
    /** Somebody has been told about the latest error. */
    errorSeen = true;
    readonly descriptions = new Map<string, OpenDescription>();
    /** On DAX: pages are the device's, nothing is cached. */
    daxBase: Pfn | null = null;
    daxOrder = 0;
    hugetlbShift: number | null = null;
    /** Huge pages promised to its shared mappings. */
    hugetlbReservation: HugetlbReservation | null = null;
    locked = false;
    /** References besides mappings and descriptions of the program (the declared file itself). */
    linked = true;
    /** Its pages have been given back after the last user went. */
    released = false;

    constructor(name: string, type: string, traits: FilesystemTraits, device: DeviceNumber, size: number, defaultContent: string) {
        this.name = name;
        this.type = type;
        this.traits = traits;
        this.device = device;
        this.size = size;
        this.defaultContent = defaultContent;
    }

    /** One character: what the disk (or a hole) gives for the page. */
    diskContent(index: PageIndex): string {
        return this.disk.get(index) ?? (index >= this.zeroFrom ? '\0' : contentAt(this.defaultContent, index));
    }

    /** mapping_set_error(mapping, -EIO): every description that is open now will hear of it once. */
    setError(): void {
        this.errorSequence += 1;
        this.errorSeen = false;
    }
}

/** An open file description (struct file): knows which writeback errors it has reported. */
export class OpenDescription {
    readonly file: AddressSpace;
    /** errseq_t sampled at open: an error nobody has seen yet is reported to new openers too. */
    mark: number;

    constructor(file: AddressSpace) {
        this.file = file;
        this.mark = file.errorSeen ? file.errorSequence : file.errorSequence - 1;
    }

    /** errseq_check_and_advance(): true once after an error. */
    checkAndAdvance(): boolean {
        if (this.mark === this.file.errorSequence) return false;
        this.mark = this.file.errorSequence;
        this.file.errorSeen = true;
        return true;
    }
}

/** Character of the page in a contents string; the last one repeats; '' is all zeroes. */
export function contentAt(content: string, index: number): string {
    if (content === '') return '\0';
    return content[Math.min(index, content.length - 1)] ?? '\0';
}
