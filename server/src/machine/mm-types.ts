/**
 * What a page, its owners and those who map it know of each other, as include/linux/mm_types.h holds it: each of these
 * refers to the others, so they stand in one file.
 */
import type { SigbusRuntimeName } from '../vocabulary/sigbus-runtimes.js';
import { contentAt } from './contents.js';
import type { DeviceNumber, FilesystemTraits } from './filesystem.js';
import { FreeHugePages } from './free-huge-pages.js';
import type { HugetlbReservation } from './hugetlb-reservation.js';
import { PG, type FolioFlag, type PageType } from './page-flags.js';
import type { Backing, HugeEntry, Protection, Pte, SpecialMapping } from './page-table-entries.js';
import type { SigbusDisposition, Siginfo } from './siginfo.js';
import type { PageIndex, Pfn, VirtualPage } from './units.js';

export type FolioOwner = AddressSpace | AnonVma | KsmNode;

/** What a hugetlb folio knows beyond the others. */
export interface HugetlbState {
    readonly pool: HugetlbPool;
    /** free: on the pool's list. inUse: allocated and migratable. isolated: neither (being allocated, moved or demoted). */
    state: 'free' | 'inUse' | 'isolated';
    /** Raw poisoned pages; null once the list could not be kept. */
    rawPoison: Set<Pfn> | null;
}

/**
 * One folio: `1 << order` physically contiguous pages managed together. PG_hwpoison belongs to pages and
 * lives in {@link PhysicalMemory}.
 */
export class Folio {
    readonly head: Pfn;
    /** log2 of the page count. */
    order: number;
    flags: number;
    pageType: PageType;
    /** What it is, in the words of the page-kind table; for explanations only. */
    kind: string;
    /** References besides mappings: page cache (one a page), swap cache, buffers, pins, the handler, an owner in the kernel. */
    references: number;
    owner: FolioOwner | null = null;
    /** Index of the head page in its owner. */
    index: PageIndex = 0;
    movableOps = false;
    hugetlb: HugetlbState | null = null;
    /** Swap slot while PG_swapcache is set. */
    swapSlot: number | null = null;
    /** Long-term pins and pipe references, part of `references`. */
    pins = 0;
    /** Of those, pins taken with FOLL_PIN. */
    longtermPins = 0;
    /** The file system keeps its buffers busy: neither evictable nor migratable. */
    buffersHeld = false;
    /** On a per-CPU list of the LRU (add batch), not yet on the LRU. */
    lruBatch = false;
    /** MADV_FREE, MADV_COLD or drop_caches has put it on a per-CPU batch of those that move on the LRU, which holds a reference until it is drained. */
    moveBatch = false;
    /** On a per-CPU free list of the page allocator. */
    perCpuFree = false;
    /** Poisoned and refused by the allocator when it was freed: nobody's. */
    keptOut = false;
    /** Process whose cgroup is charged. */
    chargedTo: Process | null = null;

    constructor(head: Pfn, order: number, kind: string, pageType: PageType = 'none', flags = 0, references = 1) {
        this.head = head;
        this.order = order;
        this.kind = kind;
        this.pageType = pageType;
        this.flags = flags;
        this.references = references;
    }

    /** Size in base pages. */
    get pageCount(): number {
        return 2 ** this.order;
    }

    /** Free in the buddy allocator or on a per-CPU list. */
    get free(): boolean {
        return this.pageType === 'buddy' || this.perCpuFree;
    }

    get large(): boolean {
        return this.order > 0;
    }

    has(flag: FolioFlag): boolean {
        return (this.flags & PG[flag]) !== 0;
    }

    set(flag: FolioFlag): void {
        this.flags |= PG[flag];
    }

    clear(flag: FolioFlag): void {
        this.flags &= ~PG[flag];
    }

    /** Index in its owner of a page of the folio. */
    indexOf(pfn: Pfn): PageIndex {
        return this.index + (pfn - this.head);
    }
}

/** The pool of huge pages of one size (struct hstate). */
export class HugetlbPool {
    /** log2 bytes. */
    readonly shift: number;
    /** nr_hugepages. */
    total: number;
    /** Folios on the free list, poisoned ones included. */
    readonly free: FreeHugePages<Folio>;
    /** Free pages promised to mappings that the scenario does not tell of. */
    reserved: number;
    /** The same to those that it tells of. */
    promised = 0;
    surplus = 0;
    /** The huge page that the next allocation gets, off the free list already. */
    handOut: Folio | null = null;
    readonly overcommit: number;

    /**
     * @param folioOf the folio of a frame
     * @param pageShift log2 bytes of a base page
     */
    constructor(folioOf: (pfn: Pfn) => Folio, pageShift: number, shift: number, total: number, reserved: number, overcommit: number) {
        this.free = new FreeHugePages(2 ** (shift - pageShift), folioOf);
        this.shift = shift;
        this.total = total;
        this.reserved = reserved;
        this.overcommit = overcommit;
    }
}

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
    /** AS_EIO: nobody has been told by a call that looks at flags, as all did before there was errseq_t. */
    hasErrorFlag = false;
    /** The same for the file system that holds it (s_wb_err), which syncfs() reads. */
    superblock = { errorSequence: 0, errorSeen: true };
    /** On DAX: pages are the device's, nothing is cached. */
    daxBase: Pfn | null = null;
    daxOrder = 0;
    hugetlbShift: number | null = null;
    /** Huge pages promised to its shared mappings. */
    hugetlbReservation: HugetlbReservation | null = null;
    locked = false;
    /** Pages that no block stands behind: they read as zeroes. */
    readonly holes = new Set<PageIndex>();
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

    /** Does no block stand behind the page? */
    isHole(index: PageIndex): boolean {
        return this.holes.has(index) || index >= this.zeroFrom && !this.disk.has(index);
    }

    /** mapping_set_error(mapping, -EIO): every description that is open now will hear of it once. */
    setError(): void {
        this.errorSequence += 1;
        this.errorSeen = false;
        this.hasErrorFlag = true;
        this.superblock.errorSequence += 1;
        this.superblock.errorSeen = false;
    }

    /** true once after an error. Follows filemap_check_errors(). */
    checkErrors(): boolean {
        const told = this.hasErrorFlag;
        this.hasErrorFlag = false;
        return told;
    }
}

/** Errors of writing back, with whether somebody has been told of the latest (errseq_t). */
interface WritebackErrors {
    readonly errorSequence: number;
    readonly errorSeen: boolean;
}

/** Follows errseq_sample(). */
function sample({ errorSequence, errorSeen }: WritebackErrors): number {
    return errorSeen ? errorSequence : errorSequence - 1;
}

/** An open file description (struct file): knows which writeback errors it has reported. */
export class OpenDescription {
    readonly file: AddressSpace;
    /** errseq_t sampled at open: an error nobody has seen yet is reported to new openers too. */
    mark: number;
    /** The same of the file system (f_sb_err). */
    superblockMark: number;
    /** Who opened it in a step. */
    openedBy: Process | null = null;

    /** @param errors what had gone wrong when it was opened, with the file and its file system */
    constructor(file: AddressSpace, errors: WritebackErrors = file, superblockErrors: WritebackErrors = file.superblock) {
        this.file = file;
        this.mark = sample(errors);
        this.superblockMark = sample(superblockErrors);
    }

    /** errseq_check_and_advance(): true once after an error. */
    checkAndAdvance(): boolean {
        this.file.hasErrorFlag = false;
        if (this.mark === this.file.errorSequence) return false;
        this.mark = this.file.errorSequence;
        this.file.errorSeen = true;
        return true;
    }

    /** The same for the file system, which every description asks by itself. */
    checkAndAdvanceSuperblock(): boolean {
        const { superblock } = this.file;
        if (this.superblockMark === superblock.errorSequence) return false;
        this.superblockMark = superblock.errorSequence;
        superblock.errorSeen = true;
        return true;
    }
}

/** Where anonymous pages are mapped: every VMA that may hold one of them, through fork included. */
export class AnonVma {
    readonly kind = 'anon';
    readonly vmas: Vma[] = [];
}

/** One place where a merged page is mapped: an rmap item of the stable tree. */
export interface KsmRmapItem {
    readonly mm: MemoryMap;
    readonly page: VirtualPage;
}

/** Node of the stable tree. Items stand newest first, as hlist_add_head() leaves them. */
export class KsmNode {
    readonly kind = 'ksm';
    readonly items: KsmRmapItem[] = [];
}

/** A virtual memory area. Its page indexes count from `indexBase`. */
export class Vma {
    backing: Backing | null = null;
    anonVma: AnonVma | null = null;
    /** It has, or had, pages of its own: fork() copies the entries of those mappings only, the others fault again (vm_area_struct.anon_vma is set). */
    hasAnonPages = false;
    special: SpecialMapping | null = null;
    mlocked = false;
    /** log2 bytes of the pages of a hugetlb VMA, else null. */
    hugetlbShift: number | null = null;
    /** Of a private hugetlb mapping that the process made itself (HPAGE_RESV_OWNER); after fork() the child has none. */
    hugetlbReservation: HugetlbReservation | null = null;
    /** A huge page of the mapping was given to whoever made it, as the pool had no other (HPAGE_RESV_UNMAPPED). */
    hugetlbTakenAway = false;
    uffdPoison = false;
    /** Order of the folios that a fault makes where it can: that of a huge page, of an mTHP, or 0. */
    faultOrder = 0;
    mm: MemoryMap;
    /** Name in the program; parts of a split mapping share it. */
    readonly name: string;
    /** First page of the mapping the name stands for, so that offsets survive splits. */
    nameStart: VirtualPage;
    start: VirtualPage;
    pageCount: number;
    file: AddressSpace | null;
    /** The description that was mapped (vm_file): it lasts as long as the mapping, whatever is closed. */
    openFile: OpenDescription | null = null;
    indexBase: PageIndex;
    shared: boolean;
    protection: Protection;

    constructor(mm: MemoryMap, name: string, start: VirtualPage, pageCount: number, file: AddressSpace | null, indexBase: PageIndex, shared: boolean, protection: Protection) {
        this.mm = mm;
        this.name = name;
        this.nameStart = start;
        this.start = start;
        this.pageCount = pageCount;
        this.file = file;
        this.indexBase = indexBase;
        this.shared = shared;
        this.protection = protection;
    }

    /**
     * What another VMA of the mapping has of this one: a part that is cut off, the place that it moves to, a child's. Not where its pages lie.
     * Follows vm_area_dup(); what is locked or reserved stays with the process.
     */
    handOn(to: Vma): void {
        const { anonVma, hasAnonPages, openFile, special, hugetlbShift, uffdPoison, faultOrder, nameStart } = this;
        Object.assign(to, { anonVma, hasAnonPages, openFile, special, hugetlbShift, uffdPoison, faultOrder, nameStart });
        if (to.mm !== this.mm) return;
        const { mlocked, hugetlbReservation, hugetlbTakenAway } = this;
        Object.assign(to, { mlocked, hugetlbReservation, hugetlbTakenAway });
    }

    /** First page after the VMA. */
    get end(): VirtualPage {
        return this.start + this.pageCount;
    }

    /** Index, in the file or anonymous object, of a page of the VMA. */
    indexAt(page: VirtualPage): PageIndex {
        return this.indexBase + (page - this.start);
    }

    /** Virtual page that maps the index, or null when the VMA does not cover it. */
    pageOfIndex(index: PageIndex): VirtualPage | null {
        const offset = index - this.indexBase;
        return offset >= 0 && offset < this.pageCount ? this.start + offset : null;
    }
}

/** An address space of a process (struct mm_struct): VMAs and the page-table entries that differ from their backing. */
export class MemoryMap {
    readonly process: Process;
    readonly vmas: Vma[] = [];
    /** null: explicitly nothing, whatever the backing says. */
    readonly ptes = new Map<VirtualPage, Pte | null>();
    /** Keyed by the first page of the huge page. null: no huge entry here (any more). */
    readonly hugeEntries = new Map<VirtualPage, HugeEntry | null>();
    /** Pages that user space has marked where nothing is mapped: MADV_GUARD_INSTALL, UFFDIO_POISON. */
    readonly markers = new Map<VirtualPage, 'guard' | 'poison'>();
    private next: VirtualPage;

    constructor(process: Process, firstPage: VirtualPage) {
        this.process = process;
        this.next = firstPage;
    }

    find(page: VirtualPage): Vma | null {
        for (const vma of this.vmas) if (page >= vma.start && page < vma.end) return vma;
        return null;
    }

    /** Picks a free start for that many pages, aligned (in pages), with a guard gap. */
    reserve(pageCount: number, alignment: number): VirtualPage {
        const start = Math.ceil(this.next / alignment) * alignment;
        this.next = start + pageCount + 16;
        return start;
    }
}

/** A thread (struct task_struct). */
export class Thread {
    readonly process: Process;
    /** '' for the main thread. */
    readonly name: string;
    readonly comm: string;
    readonly tid: number;
    /** PF_MCE_PROCESS: an explicit policy was set. */
    mceProcess = false;
    /** PF_MCE_EARLY. */
    mceEarly = false;
    sigbusBlocked = false;
    /** Capabilities are those of a task: capset() changes them for its caller alone. */
    capSysAdmin = true;
    pending: Siginfo | null = null;
    /** The pending signal was forced. */
    pendingForced = false;
    /** How many signals were forced on it at once, in the middle of an access. */
    forcedSignals = 0;
    /** It waits for a lock that it holds itself, for good. */
    hung = false;
    /** SIGKILL was sent: nothing holds it up. */
    killed = false;
    /** It has ended by itself while others of its process go on. The main one stays a zombie until the last has ended. */
    exited = false;
    /** Waits in vfork() until that child ends or runs another program. */
    waitsFor: Process | null = null;
    /** Its load or store is tried again without end: the handler returned, and the page is as it was. */
    stuckAt: VirtualPage | null = null;
    /** It runs a virtual CPU, which is in its guest. */
    inGuest = false;


    constructor(process: Process, name: string, comm: string, tid: number) {
        this.process = process;
        this.name = name;
        this.comm = comm;
        this.tid = tid;
    }

    /** `process` or `process.thread`, as a program names it. */
    get label(): string {
        return this.name === '' ? this.process.name : `${this.process.name}.${this.name}`;
    }
}

/** One lasting reference. */
export interface PinnedFolio {
    readonly folio: Folio;
    readonly pfn: number;
    readonly longterm: boolean;
    /** One for the folio, or one for each page of it. */
    readonly references: number;
    /** What a pipe still has to give of it. */
    bytes: number;
}

/** A process: threads that share a memory map and a disposition of SIGBUS. */
export class Process {
    readonly name: string;
    readonly comm: string;
    readonly pid: number;
    readonly threads: Thread[] = [];
    /** Shared with the process that it was made by with CLONE_VM, until it runs another program. */
    mm: MemoryMap;
    /** SIGSTOP: nothing is delivered and nothing is done until SIGCONT. */
    stopped = false;
    sigbus: SigbusDisposition = 'default';
    /** What a handler that ends the process makes it exit with. */
    handlerExitStatus = 1;
    /** The runtime whose handlers it has; null for a program that says itself what SIGBUS does. */
    runtime: SigbusRuntimeName | null = null;
    cgroupInode: number | null = null;
    /** References on pages that last: io_uring buffers, pipes, other long-term users. */
    readonly pinned: PinnedFolio[] = [];
    /** What it has open, by the name of the file or the one given by open(); null: it has closed that. A child has the same descriptions. */
    readonly descriptors = new Map<string, OpenDescription | null>();
    alive = true;
    /** What killed it; null while alive or after a voluntary exit. */
    killedBy: 'SIGBUS' | 'SIGKILL' | 'SIGSEGV' | null = null;

    /** @param mm the address space of another process, where it is shared */
    constructor(name: string, comm: string, pid: number, firstPage: number, mm?: MemoryMap) {
        this.name = name;
        this.comm = comm;
        this.pid = pid;
        this.mm = mm ?? new MemoryMap(this, firstPage);
    }

    get main(): Thread {
        return this.threads[0]!;
    }

    hasOpen(file: AddressSpace): boolean {
        for (const description of this.descriptors.values()) if (description?.file === file) return true;
        return false;
    }
}
