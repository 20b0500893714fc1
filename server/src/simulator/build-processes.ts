import { AnonVma, AddressSpace, OpenDescription, type Folio, Process, Thread, Vma, type HugetlbPool } from '../machine/mm-types.js';
import { contentAt } from '../machine/contents.js';
import { PG } from '../machine/page-flags.js';
import { hugePages, mappedPfn, pmdPages, setHuge, setPte } from '../machine/page-tables.js';
import { HugetlbReservation } from '../machine/hugetlb-reservation.js';
import { allocHugetlbFolio, dequeueHugetlbFolio, gatherSurplusPages } from '../kernel/hugetlb/hugetlb-pool.js';
import { getHugeZeroFolio } from '../kernel/mm/huge-fault.js';
import type { Kernel } from '../kernel/kernel.js';
import { lazyFree, pageOut } from '../kernel/mm/madvise.js';
import { getUserPage } from '../kernel/mm/gup.js';
import { populateVma } from '../kernel/mm/populate.js';
import { fork, ksmMerge, losesDirtyBits, mlock, mlockPage } from '../kernel/mm/mm-calls.js';
import { anonFlags } from '../kernel/mm/lru.js';
import { userAccess } from '../kernel/mm/page-fault.js';
import { PAGE_KINDS } from '../vocabulary/page-kinds.js';
import { SPECIAL_MAPPINGS, isChanging, reachableByGup, type SpecialMappingName } from '../vocabulary/special-mappings.js';
import { traitsOf } from '../kernel/mm/filesystem-traits.js';
import { fillWithLargeFolios, populateFile } from './populate-files.js';
import { forEachPage } from './uniform-pages.js';
import type { MappingSpec, ProcessSpec, Program } from './program.js';
import { takePin } from '../kernel/mm/pins.js';
import { makeAnonymous } from '../kernel/hugetlb/hugetlb-fault.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Adds the declared processes, forked ones after their parents. */
export function buildProcesses(kernel: Kernel, program: Program): void {
    const pending = [...program.machine.processes];
    while (pending.length > 0) {
        const at = pending.findIndex((spec) => spec.forkedFrom === undefined || kernel.machine.process(spec.forkedFrom) !== undefined);
        if (at < 0) return;
        const [spec] = pending.splice(at, 1);
        buildProcess(kernel, program, spec!);
    }
    // What is declared as reserved includes what the declared mappings were promised.
    for (const pool of kernel.machine.pools.values()) {
        pool.reserved = Math.max(0, pool.reserved - pool.promised);
        gatherSurplusPages(kernel, pool);
    }
    for (const run of program.machine.running) {
        kernel.machine.cpus[run.cpu] = { thread: findThread(kernel, run.task), mode: run.mode, in: run.in ?? null };
    }
    for (const pin of program.machine.pins) pinDeclared(kernel, pin.place, pin.by);
}

/** Thread by `process` or `process.thread`. */
export function findThread(kernel: Kernel, label: string): Thread | null {
    const [name = '', thread = ''] = label.split('.', 2);
    return kernel.machine.process(name)?.threads.find((each) => each.name === thread) ?? null;
}

function buildProcess(kernel: Kernel, program: Program, spec: ProcessSpec): void {
    const { machine } = kernel;
    const parent = spec.forkedFrom === undefined ? undefined : machine.process(spec.forkedFrom);
    let process: Process;
    if (parent !== undefined) {
        process = fork(kernel, parent.main, spec.name, spec.comm);
    } else {
        const pid = spec.pid ?? machine.nextPid;
        machine.nextPid = Math.max(machine.nextPid, pid) + 1;
        process = new Process(spec.name, spec.comm, pid, kernel.profile.arch.firstAddress / 2 ** machine.pageShift);
        machine.processes.push(process);
    }
    process.sigbus = spec.sigbus;
    process.handlerExitStatus = spec.handlerExitStatus ?? 1;
    process.runtime = spec.runtime ?? null;
    process.cgroupInode = program.machine.cgroups.find((group) => group.name === spec.cgroup)?.inode ?? process.cgroupInode;
    spec.threads.forEach((thread, index) => {
        let task = process.threads[index];
        if (task === undefined) {
            const tid = index === 0 ? process.pid : thread.tid ?? machine.nextPid++;
            task = new Thread(process, thread.name, thread.comm ?? process.comm, tid);
            process.threads.push(task);
        }
        if (thread.policy !== 'default' || parent === undefined) {
            task.mceProcess = thread.policy !== 'default';
            task.mceEarly = thread.policy === 'early';
        }
        task.sigbusBlocked = thread.sigbusBlocked;
        task.capSysAdmin = spec.capSysAdmin && (parent?.main.capSysAdmin ?? true);
    });
    for (const mapping of spec.mappings) buildMapping(kernel, process, mapping);
}

/** Makes a mapping and brings its pages into the declared state. Used for declarations and for mmap() steps. */
export function buildMapping(kernel: Kernel, process: Process, spec: MappingSpec): Vma | null {
    const { machine } = kernel;
    const pageBytes = 2 ** machine.pageShift;
    const alignment = spec.hugetlbShift !== undefined ? 2 ** (spec.hugetlbShift - machine.pageShift) : Math.max(pmdPages(machine.pageShift), spec.folioBytes / pageBytes);
    const start = spec.address === undefined ? process.mm.reserve(spec.pageCount, alignment) : Math.floor(spec.address / pageBytes);
    const file = fileOf(kernel, process, spec);
    const pageOffset = spec.from.kind === 'file' ? spec.from.pageOffset : 0;
    const vma = new Vma(process.mm, spec.name, start, spec.pageCount, file, file === null ? 0 : pageOffset, spec.shared, spec.protection);
    process.mm.vmas.push(vma);
    if (spec.from.kind === 'special' || spec.from.kind === 'region') {
        buildSpecial(kernel, vma, spec);
        return vma;
    }
    if (file !== null) {
        file.vmas.push(vma);
        // Shared anonymous memory has no descriptor that would outlive the mapping.
        vma.openFile = spec.from.kind === 'file' || spec.keptBy === 'memfd' ? openedBy(process, file) : new OpenDescription(file);
    }
    if (!spec.shared) {
        vma.anonVma = new AnonVma();
        vma.anonVma.vmas.push(vma);
    }
    vma.hugetlbShift = spec.hugetlbShift ?? file?.hugetlbShift ?? null;
    vma.uffdPoison = spec.uffdPoison;
    if (file === null) vma.faultOrder = Math.max(0, Math.log2(spec.folioBytes / pageBytes));
    if (vma.hugetlbShift !== null) {
        populateHugetlb(kernel, vma, spec);
        reserveHugetlb(kernel, vma, spec);
    }
    else if (file !== null) populateFile(kernel, process, vma, spec);
    else populateAnon(kernel, vma, spec);
    finishMapping(kernel, process, vma, spec);
    if (spec.populate === true) populateVma(kernel, process.main, vma);
    return vma;
}

/** The process has the file open under its own name: it opens it unless it has done so. */
function openedBy({ descriptors }: Process, file: AddressSpace): OpenDescription {
    const known = descriptors.get(file.name);
    if (known != null) return known;
    const opened = new OpenDescription(file);
    descriptors.set(file.name, opened);
    return opened;
}

function fileOf(kernel: Kernel, process: Process, spec: MappingSpec): AddressSpace | null {
    const { machine } = kernel;
    if (spec.from.kind === 'file') return machine.files.get(spec.from.file) ?? null;
    // MAP_SHARED | MAP_ANONYMOUS is memory of an unnamed file.
    if (spec.from.kind !== 'shared-anon' && !(spec.from.kind === 'anon' && spec.shared)) return null;
    const type = spec.hugetlbShift === undefined ? 'shared-anon' : 'hugetlbfs';
    const file = new AddressSpace(`${type}:${process.name}.${spec.name}`, type, traitsOf(type), { major: 0, minor: 1 }, spec.pageCount * 2 ** machine.pageShift, '');
    file.linked = spec.keptBy === 'sysv';
    file.hugetlbShift = spec.hugetlbShift ?? null;
    machine.files.set(file.name, file);
    fillWithLargeFolios(kernel, file, spec);
    return file;
}

/** vdso, rings, /dev/mem and the like: frames that are not anonymous and not a file's. */
function buildSpecial(kernel: Kernel, vma: Vma, spec: MappingSpec): void {
    const { machine } = kernel;
    if (spec.from.kind === 'region') {
        const region = machine.regions.get(spec.from.region);
        const first = region?.pfn ?? null;
        const pfn = first === null ? null : first + spec.from.pageOffset;
        vma.special = { what: spec.from.region, gup: pfn !== null && machine.memory.layout.hasStructPage(pfn), pfn, content: spec.content };
        return;
    }
    if (spec.from.kind !== 'special') return;
    const name = spec.from.what as SpecialMappingName;
    const row = SPECIAL_MAPPINGS[name];
    if (row === undefined) return;
    // What the kernel shows to all processes nobody writes.
    if (row.ofKernel === true) vma.protection = 'read';
    const kind = PAGE_KINDS[row.pageKind];
    const gup = reachableByGup(name, kernel.profile.release);
    const ofKernel = { ...row.ofKernel === true ? { ofKernel: true as const } : {}, ...row.protection === undefined ? {} : { protection: row.protection }, ...isChanging(name, kernel.profile.release) ? { changes: true as const } : {} };
    if (!kind.structPage) {
        vma.special = { what: name, gup, pfn: null, content: spec.content, ...ofKernel };
        return;
    }
    const order = kind.compound ? Math.max(1, Math.ceil(Math.log2(spec.pageCount))) : 0;
    const pages = kind.compound ? 2 ** order : spec.pageCount;
    // All processes see the same vdso.
    const known = row.ofKernel === true ? machine.sharedSpecial.get(name) : undefined;
    const pfn = known ?? machine.memory.allocate(pages, order);
    if (pfn !== null && row.ofKernel === true) machine.sharedSpecial.set(name, pfn);
    if (pfn !== null && known === undefined) {
        // What the kernel shows to all somebody always maps, which takes a reference. A ring is used through the kernel's mapping and the task's alike.
        const flags = (kind.flags.includes('reserved') ? PG.reserved : 0) | (name === 'io_uring' ? PG.referenced : 0);
        machine.memory.claim({ pfn, pageCount: pages, order, kind: row.pageKind, pageType: 'none', flags, references: row.ofKernel === true ? 2 : 1, owner: null, index: 0, content: row.content ?? spec.content });
    }
    vma.special = { what: name, gup, pfn, content: spec.content, ...ofKernel };
}

/** Letters of an anonymous mapping: page i holds the i-th letter. */
function anonContent(spec: MappingSpec): string {
    if (spec.content !== '') return spec.content;
    return LETTERS.slice(0, spec.pageCount);
}

function populateAnon(kernel: Kernel, vma: Vma, spec: MappingSpec): void {
    const { machine } = kernel;
    if (spec.touched === 'untouched') return;
    const order = Math.max(0, Math.log2(spec.folioBytes / 2 ** machine.pageShift));
    const pmdOrder = Math.log2(pmdPages(machine.pageShift));
    if (spec.touched === 'read') {
        const pages = 2 ** pmdOrder;
        for (let page = vma.start; page < vma.end; page += 1) {
            // Every whole huge page is the one huge zero page, the rest single zero pages.
            if (order >= pmdOrder && page % pages === 0 && page + pages <= vma.end) {
                vma.hasAnonPages = true;
                setHuge(vma, page, { kind: 'present', head: getHugeZeroFolio(kernel), dirty: false, writable: false });
                page += pages - 1;
            } else setPte(vma, page, { kind: 'present', pfn: machine.zeroPage, dirty: false, writable: false });
        }
        return;
    }
    const aligned = Math.ceil(spec.pageCount / 2 ** order) * 2 ** order;
    const pfn = machine.memory.allocate(aligned, order);
    if (pfn === null) return;
    const anonVma = vma.anonVma!;
    vma.hasAnonPages = true;
    machine.memory.claim({
        pfn, pageCount: aligned, order, kind: order >= pmdOrder ? 'thp' : order > 0 ? 'mthp' : 'anon', pageType: 'none', flags: anonFlags(kernel) & (order >= pmdOrder ? ~PG.active : ~0), references: 0, owner: anonVma, index: 0, content: anonContent(spec),
        finish: (folio) => {
            folio.chargedTo = vma.mm.process;
        },
    });
    // Written first, protected then.
    vma.backing = { pfn, dirty: vma.protection === 'write' || order < pmdOrder || !losesDirtyBits(kernel), writable: true, order };
}

function populateHugetlb(kernel: Kernel, vma: Vma, spec: MappingSpec): void {
    const { machine } = kernel;
    if (spec.touched === 'untouched') return;
    const pages = hugePages(vma, machine.pageShift);
    const pool = machine.pools.get(vma.hugetlbShift!);
    if (pool !== undefined && vma.file === null && takeAlike(kernel, vma, spec, pool, pages)) return;
    for (let start = vma.start; start < vma.end; start += pages) {
        const index = vma.indexAt(start);
        let folio: Folio | null = vma.file?.pages.get(index) ?? null;
        const isNew = folio === null;
        if (folio === null && pool !== undefined) {
            folio = allocHugetlbFolio(kernel, pool, true);
            if (folio !== null) fillHugetlb(kernel, vma, folio, index, spec, (start - vma.start) / pages);
        }
        if (folio === null) return;
        if (!isNew && vma.file !== null && !vma.shared && spec.touched === 'written') folio = copyHugetlb(kernel, vma, folio, index, spec, (start - vma.start) / pages);
        if (folio === null) return;
        setHuge(vma, start, { kind: 'present', head: folio.head, dirty: spec.touched === 'written', writable: vma.shared || folio.owner?.kind === 'anon' });
    }
}

/** What mmap() of huge pages promises: those that the mapping, or the file that it shares, does not have yet. Follows hugetlb_reserve_pages(). */
function reserveHugetlb(kernel: Kernel, vma: Vma, spec: MappingSpec): void {
    const pool = kernel.machine.pools.get(vma.hugetlbShift!);
    if (pool === undefined) return;
    const pages = hugePages(vma, kernel.machine.pageShift);
    const reservation = (taken: readonly number[] | 'all'): HugetlbReservation => new HugetlbReservation(pool, vma.indexBase, vma.pageCount, pages, taken);
    if (!vma.shared) {
        vma.hugetlbReservation = reservation(spec.touched === 'untouched' ? [] : vma.file === null ? 'all' : ownHugePages(kernel, vma));
    } else if (vma.file !== null && vma.file.hugetlbReservation === null) {
        vma.file.hugetlbReservation = reservation([...vma.file.pages.keys()].filter((index) => index >= vma.indexBase && index < vma.indexBase + vma.pageCount));
    }
}

/** Where a private mapping of a file has huge pages of its own: where it was written, and where it found none in the file. */
function ownHugePages({ machine }: Kernel, vma: Vma): readonly number[] {
    const found: number[] = [];
    for (let page = vma.start; page < vma.end; page += hugePages(vma, machine.pageShift)) {
        const pfn = mappedPfn(machine, vma, page);
        if (pfn !== null && machine.memory.folio(pfn).owner?.kind === 'anon') found.push(vma.indexAt(page));
    }
    return found;
}

/** What a write to a private mapping of a hugetlb file leaves: a huge page of its own, with the contents of the mapping where it states some. */
function copyHugetlb(kernel: Kernel, vma: Vma, from: Folio, index: number, spec: MappingSpec, ordinal: number): Folio | null {
    const { memory, pools } = kernel.machine;
    const pool = pools.get(vma.hugetlbShift!);
    const copy = pool === undefined ? null : dequeueHugetlbFolio(kernel, pool);
    if (copy === null) return null;
    memory.copyContents(from, copy.head);
    if (spec.content !== '') memory.fill(copy, contentAt(spec.content, ordinal));
    makeAnonymous(copy, vma, index);
    return copy;
}

/** What was only read holds zeroes. */
function unwritten({ touched }: MappingSpec): string | undefined {
    return touched === 'written' ? undefined : '\0';
}

/** Private huge pages from a part of the pool that nobody has looked at: all are alike, and none of them is visited. */
function takeAlike({ machine: { memory } }: Kernel, vma: Vma, spec: MappingSpec, pool: HugetlbPool, pages: number): boolean {
    const count = vma.pageCount / pages;
    if (pool.handOut !== null || !Number.isInteger(count)) return false;
    const pfn = pool.free.takeRun(count);
    if (pfn === null) return false;
    const content = spec.content === '' ? unwritten(spec) ?? LETTERS.slice(0, Math.min(count, LETTERS.length)) : spec.content;
    vma.hasAnonPages = true;
    memory.carve(pfn, vma.pageCount, {
        kind: 'hugetlb', flags: PG.uptodate | PG.owner_2, references: 0, owner: vma.anonVma, index: vma.indexBase, content, contentStep: pages,
        finish: (folio) => {
            folio.hugetlb = { pool, state: 'inUse', rawPoison: new Set() };
            folio.chargedTo = vma.mm.process;
        },
    });
    vma.backing = { pfn, dirty: spec.touched === 'written', writable: true, order: Math.log2(pages) };
    return true;
}

function fillHugetlb(kernel: Kernel, vma: Vma, folio: Folio, index: number, spec: MappingSpec, ordinal: number): void {
    const { memory } = kernel.machine;
    const character = spec.content === '' ? unwritten(spec) ?? contentAt(LETTERS, ordinal) : contentAt(spec.content, ordinal);
    memory.fill(folio, character);
    // What a private mapping of a file makes first is its own, and no page of the file.
    const file = vma.shared ? vma.file : null;
    if (file === null) {
        makeAnonymous(folio, vma, index);
        return;
    }
    file.pages.set(index, folio);
    Object.assign(folio, { flags: PG.uptodate | PG.dirty, owner: file, index, references: 1, chargedTo: vma.mm.process });
}

/** The states that are reached by a system call or by reclaim after the page was touched. */
function finishMapping(kernel: Kernel, process: Process, vma: Vma, spec: MappingSpec): void {
    if (spec.mlocked) mlockDeclared(kernel, process, vma);
    if (spec.lazyFree) lazyFreeDeclared(kernel, vma);
    if (spec.swap !== 'none') for (let page = vma.start; page < vma.end; page += 1) swapDeclared(kernel, process, vma, page, spec.swap);
    if (spec.ksm !== undefined) mergeDeclared(kernel, vma, spec.ksm);
}

/** Folio by folio, so that none is split. */
function lazyFreeDeclared(kernel: Kernel, vma: Vma): void {
    const size = 2 ** (vma.backing?.order ?? 0);
    forEachPage(kernel, vma, (page) => {
        if ((page - vma.start) % size !== 0) return;
        lazyFree(kernel, vma, page, Math.min(vma.end, page + size));
        // That was long ago.
        const pfn = mappedPfn(kernel.machine, vma, page);
        if (pfn !== null) kernel.machine.memory.folio(pfn).moveBatch = false;
    });
}

function mlockDeclared(kernel: Kernel, process: Process, vma: Vma): void {
    if (vma.hugetlbShift !== null) {
        mlock(kernel, process.main, vma.start, vma.pageCount);
        return;
    }
    vma.mlocked = true;
    forEachPage(kernel, vma, (page) => mlockPage(kernel, process.main, vma, page));
}

function swapDeclared(kernel: Kernel, process: Process, vma: Vma, page: number, state: MappingSpec['swap']): void {
    const { machine } = kernel;
    const pfn = mappedPfn(machine, vma, page);
    if (pfn === null) return;
    const content = machine.memory.content(pfn);
    if (state === 'cache-unmapped') {
        const folio = machine.memory.folio(pfn);
        folio.pins += 1;
        folio.references += 1;
        pageOut(kernel, vma, page);
        folio.pins -= 1;
        folio.references -= 1;
        return;
    }
    pageOut(kernel, vma, page);
    if (state === 'entry') return;
    userAccess(kernel, process.main, page, 0, 'read', '');
    if (state === 'cache-dirty') userAccess(kernel, process.main, page, 0, 'write', content);
}

function mergeDeclared(kernel: Kernel, vma: Vma, group: string): void {
    const { machine } = kernel;
    const first = machine.ksmGroups.get(group);
    for (let page = vma.start; page < vma.end; page += 1) {
        if (first === undefined && page === vma.start) {
            machine.ksmGroups.set(group, { vma, page });
            continue;
        }
        const stable = machine.ksmGroups.get(group)!;
        const pfn = mappedPfn(machine, vma, page);
        const stablePfn = mappedPfn(machine, stable.vma, stable.page);
        if (pfn !== null && stablePfn !== null) machine.memory.contents.set(pfn, machine.memory.content(stablePfn));
        ksmMerge(kernel, stable, { vma, page });
    }
}

/** A declared pin: the references are simply there. */
function pinDeclared(kernel: Kernel, place: import('./program.js').Place, by: string): void {
    if (place.kind !== 'mapping') return;
    const process = kernel.machine.process(place.process);
    const vma = process?.mm.vmas.find((each) => each.name === place.mapping);
    if (process === undefined || vma === undefined) return;
    const pinned = new Map<Folio, { readonly pfn: number; pageCount: number }>();
    for (let page = place.page; page < place.page + place.pageCount; page += 1) {
        // Who pins to write by writes first: what is shared with others, or holds zeroes, becomes a page of its own.
        if (by !== 'vmsplice' && vma.protection === 'write' && mappedPfn(kernel.machine, vma, vma.start + page) !== null) getUserPage(kernel, process.main, vma.start + page, true, { untouched: true });
        const pfn = mappedPfn(kernel.machine, vma, vma.start + page);
        if (pfn === null) continue;
        const folio = kernel.machine.memory.folio(pfn);
        const known = pinned.get(folio);
        if (known === undefined) pinned.set(folio, { pfn, pageCount: 1 });
        else known.pageCount += 1;
    }
    for (const [folio, { pfn, pageCount }] of pinned) {
        takePin(kernel, process, folio, pfn, pageCount, by !== 'vmsplice');
        if (by === 'vmsplice' || !kernel.profile.has('pinsEachPage')) folio.set('referenced');
    }
}
