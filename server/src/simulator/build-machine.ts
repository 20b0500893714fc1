import { AddressSpace, OpenDescription, HugetlbPool } from '../machine/mm-types.js';
import { PG, type PageType } from '../machine/page-flags.js';
import { Machine } from '../machine/machine.js';
import { MemoryLayout, geometryOf } from '../machine/memory-layout.js';
import { PhysicalMemory, type Extent } from '../machine/physical-memory.js';
import { SwapArea } from '../machine/swap.js';
import { traitsOf } from '../kernel/mm/filesystem-traits.js';
import { newFileFlags } from '../kernel/mm/page-cache.js';
import type { Profile } from '../kernel/profile.js';
import { pageSizes, pmdShift } from '../vocabulary/architectures.js';
import { DEFAULT_GENERATION } from '../vocabulary/cpu-generations.js';
import { FILESYSTEMS, type Filesystem, type FilesystemType } from '../vocabulary/filesystems.js';
import { PAGE_KINDS, type PageKind, type PageKindName } from '../vocabulary/page-kinds.js';
import { SYSCTLS } from '../vocabulary/sysctls.js';
import { memoryOutsideRam } from './memory-outside-ram.js';
import type { FileSpec, MachineSpec, Program, RegionSpec } from './program.js';

/** The machine as it stands before any process: memory, pools, regions, files. */
export function buildMachine(program: Program, profile: Profile): Machine {
    const spec = program.machine;
    const pageBytes = 2 ** program.pageShift;
    const ramPages = Math.floor(spec.ramBytes / pageBytes);
    const geometry = geometryOf(program.pageShift, { sectionShift: pageSizes(program.arch, program.pageShift)?.sectionShift ?? 27, lowReservedBytes: profile.arch.lowReservedBytes });
    const outside = memoryOutsideRam(spec, ramPages, geometry);
    const startPages = Math.floor((spec.ramStartBytes ?? 0) / pageBytes);
    const holes = startPages === 0 ? outside.holes : [{ pfn: 0, pageCount: startPages }, ...outside.holes];
    const layout = new MemoryLayout(ramPages, holes, spec.offline, outside.devices, { ...geometry, firstFreePage: geometry.firstFreePage + startPages });
    const memory = new PhysicalMemory(layout);
    const nodes = spec.nodes.length > 0 ? [...spec.nodes].sort((a, b) => a.pfn - b.pfn) : [{ id: 0, pfn: startPages, pageCount: layout.pageCount - startPages }];
    const machine = new Machine(memory, program.pageShift, nodes);
    for (const [name, sysctl] of Object.entries(SYSCTLS)) machine.sysctls.set(name, sysctl.default);
    for (const [name, value] of Object.entries(spec.sysctls)) machine.sysctls.set(name, value);
    for (const [name, value] of Object.entries(spec.config)) machine.config.set(name, value);
    for (const [name, value] of Object.entries(spec.filters)) machine.filters.set(name, BigInt(value));
    machine.thp = spec.thp;
    machine.cpuVendor = spec.cpuVendor;
    machine.cpuGeneration = spec.cpuGeneration ?? DEFAULT_GENERATION[spec.cpuVendor];
    machine.firmwareFirst = spec.firmwareFirst ?? false;
    for (const option of spec.boot ?? []) machine.bootOptions.add(option);
    if (machine.bootOptions.has('oops=panic')) machine.sysctls.set('kernel.panic_on_oops', 1);
    machine.ecc = spec.ecc ?? 'poison';
    for (let cpu = 0; cpu < spec.cpus; cpu += 1) machine.cpus.push({ thread: null, mode: 'kernel', in: null });
    spec.swaps.forEach((swap, index) => machine.swaps.push(new SwapArea(swap.name, index * 1e6 + 1, swap.backing === 'zram')));

    const pfnOf = (region: RegionSpec): number | undefined => region.pfn ?? outside.pfns.get(region.name);
    for (const region of spec.regions.filter((each) => pfnOf(each) !== undefined)) claimRegion(machine, profile, region, pfnOf(region)!);
    const low = memory.allocate(1, 0) ?? 0;
    machine.zeroPage = low;
    memory.claim({ ...plainExtent(low, 1), kind: 'zero-page', flags: PG.reserved, references: 1 });
    for (const pool of spec.hugetlbPools) buildPool(machine, pool.shift, pool.pageCount, pool.reserved, pool.overcommit);
    for (const region of spec.regions.filter((each) => pfnOf(each) === undefined)) claimRegion(machine, profile, region, null);
    for (const file of spec.files) buildFile(machine, profile, spec, file);
    return machine;
}

function plainExtent(pfn: number, pageCount: number): Extent {
    return { pfn, pageCount, order: 0, kind: 'reserved', pageType: 'none', flags: 0, references: 1, owner: null, index: 0, content: '' };
}

function buildPool(machine: Machine, shift: number, pageCount: number, reserved: number, overcommit: number): void {
    const order = shift - machine.pageShift;
    const pool = new HugetlbPool((pfn) => machine.memory.folio(pfn), machine.pageShift, shift, pageCount, reserved, overcommit);
    machine.pools.set(shift, pool);
    const pfn = machine.memory.allocate(pageCount * 2 ** order, order);
    if (pfn === null || pageCount === 0) return;
    machine.memory.claim({
        ...plainExtent(pfn, pageCount * 2 ** order), order, kind: 'hugetlb-free', pageType: 'hugetlb', references: 0,
        finish: (folio) => {
            folio.hugetlb = { pool, state: 'free', rawPoison: new Set() };
        },
    });
    pool.free.pushRun(pfn, pageCount);
}

/** PG bits of a page kind. */
function kindFlags(kind: PageKind): number {
    let bits = 0;
    for (const flag of kind.flags) if (flag !== 'head') bits |= PG[flag];
    return bits;
}

/** Frames of a declared region. Kinds without struct page or outside RAM only get a name for their pfn. */
function claimRegion(machine: Machine, profile: Profile, region: RegionSpec, at: number | null): void {
    const { memory } = machine;
    const kind: PageKind = PAGE_KINDS[region.kind as PageKindName] ?? PAGE_KINDS.driver;
    if (region.kind === 'hugetlb-free') {
        claimFreeHugetlb(machine, region);
        return;
    }
    const order = kind.compound && !kind.tail ? Math.max(1, Math.ceil(Math.log2(Math.max(2, region.pageCount)))) : 0;
    const pages = kind.compound && !kind.tail ? 2 ** order : region.pageCount;
    const { pmdPages } = memory.layout.geometry;
    const huge = region.kind === 'huge-zero' ? Math.log2(pmdPages) : order;
    const outside = !kind.structPage ? beyondRam(memory) : null;
    const pfn = at ?? outside ?? memory.allocate(region.kind === 'huge-zero' ? pmdPages : pages, huge);
    if (pfn === null) return;
    machine.regions.set(region.name, { pfn, pageCount: region.pageCount });
    // Nobody has set up the pages of a hole, as little as the free ones.
    if (region.kind === 'free' || region.kind === 'hole') return;
    const references = profile.has('frozenKernelPages') ? kind.refcount : kind.unfrozenRefcount ?? kind.refcount;
    memory.claim({
        ...plainExtent(pfn, region.kind === 'huge-zero' ? pmdPages : pages), order: huge, kind: region.kind, pageType: pageTypeOf(kind), flags: kindFlags(kind), references, content: region.content,
        finish: (folio) => {
            folio.movableOps = kind.movableOps;
            if (region.kind === 'free-pcp') {
                folio.perCpuFree = true;
                folio.kind = 'free';
            }
            if (region.kind === 'lru-batch') {
                folio.lruBatch = true;
                folio.references = 1;
                folio.kind = 'anon';
                folio.set('owner_2');
                if (!profile.has('faultedPagesAreReferenced')) folio.clear('referenced');
            }
            if (region.kind === 'file-held-superblock') {
                folio.owner = superblockFile(machine, folio.head);
                folio.index = 0;
                folio.buffersHeld = true;
                folio.set('owner_2');
            }
        },
    });
}

function pageTypeOf(kind: PageKind): PageType {
    return kind.pageType === 'hugetlb' ? 'none' : kind.pageType;
}

/** A pfn past every section that holds RAM. */
function beyondRam(memory: PhysicalMemory): number {
    const { sectionPages } = memory.layout.geometry;
    let pfn = Math.ceil(memory.layout.pageCount / sectionPages) * sectionPages + sectionPages;
    while (!memory.isUnclaimed(pfn, sectionPages)) pfn += sectionPages;
    return pfn;
}

/** The declared name stands for the last free huge page that no other name stands for: mappings are given the first ones. */
function claimFreeHugetlb(machine: Machine, region: RegionSpec): void {
    const pool = machine.pools.get(region.hugetlbShift ?? pmdShift(machine.pageShift)) ?? [...machine.pools.values()][0];
    if (pool === undefined) return;
    const named = new Set([...machine.regions.values()].map(({ pfn }) => pfn));
    const folio = pool.free.findLast((each) => !named.has(each.head));
    if (folio !== null) machine.regions.set(region.name, { pfn: folio.head, pageCount: region.pageCount });
}

/** Page cache of the block device under a mounted file system. */
function superblockFile(machine: Machine, pfn: number): AddressSpace {
    const file = new AddressSpace(`superblock@${pfn}`, 'block-device', traitsOf('block-device'), { major: 1, minor: 0 }, 4096, '');
    machine.files.set(file.name, file);
    return file;
}

/** A declared file and what of it is cached. */
export function buildFile(machine: Machine, profile: Profile, spec: MachineSpec, file: FileSpec): AddressSpace {
    const row: Filesystem = FILESYSTEMS[file.type as FilesystemType] ?? FILESYSTEMS.tmpfs;
    const filesystem = spec.filesystems.find((each) => each.name === file.filesystem);
    const device = { major: filesystem?.major ?? row.defaultMajor, minor: filesystem?.minor ?? row.defaultMinor };
    const space = new AddressSpace(file.name, file.type, traitsOf(file.type), device, file.bytes, file.content);
    machine.files.set(file.name, space);
    const sibling = file.filesystem === undefined ? undefined : spec.files.find((other) => other !== file && other.filesystem === file.filesystem && machine.files.has(other.name));
    if (sibling !== undefined) space.superblock = machine.files.get(sibling.name)!.superblock;
    machine.descriptors.set(file.name, new OpenDescription(space));
    space.locked = file.locked;
    space.linked = !ANONYMOUS_FILES.has(file.type);
    const pageBytes = 2 ** machine.pageShift;
    const pageCount = Math.ceil(file.bytes / pageBytes);
    if (row.hugetlb) {
        space.hugetlbShift = file.folioBytes > pageBytes ? Math.log2(file.folioBytes) : pmdShift(machine.pageShift);
        fillHugetlbFile(machine, space, file);
        return space;
    }
    const daxOn = filesystem?.dax === undefined ? undefined : spec.pmems.find((pmem) => pmem.name === filesystem.dax);
    if (daxOn !== undefined || row.dax) {
        buildDaxFile(machine, spec, space, file, daxOn?.pfn, pageCount);
        return space;
    }
    if (file.cached === 'absent' || pageCount === 0) return space;
    const order = Math.max(0, Math.log2(file.folioBytes / pageBytes));
    const aligned = Math.ceil(pageCount / 2 ** order) * 2 ** order;
    const pfn = machine.memory.allocate(aligned, order);
    if (pfn === null) return space;
    const { traits } = space;
    const dirty = file.cached === 'dirty' || (file.cached === 'clean' && traits.swapBacked && file.content !== '') || (file.cached === 'clean' && traits.unevictable && !traits.writeback && traits.errorRemoveFolio !== 'guest_memfd');
    // memfd_secret has no write(): its pages can only come from faults.
    // A declared page was written once, which left buffers.
    const flags = newFileFlags(profile, space, file.type === 'secretmem') | (traits.buffers ? PG.private : 0) | (dirty ? PG.dirty : 0) | (file.cached === 'writeback' ? PG.writeback : 0) | (traits.swapBacked || !isMapped(spec, file) ? PG.referenced : 0);
    space.initial = { pfn, pageCount, order, flags };
    machine.memory.claim({
        ...plainExtent(pfn, aligned), order, kind: file.type, flags, references: 2 ** order + (traits.buffers ? 1 : 0), owner: space, content: file.content,
        finish: (folio) => {
            folio.buffersHeld = file.held;
        },
    });
    return space;
}

/** Does any declared process map the file? What nobody maps was read and written by calls, which count as accesses. */
function isMapped({ processes }: MachineSpec, { name }: FileSpec): boolean {
    return processes.some(({ mappings }) => mappings.some(({ from }) => from.kind === 'file' && from.file === name));
}

/** Files that go with their last user. */
const ANONYMOUS_FILES: ReadonlySet<string> = new Set(['memfd', 'memfd-hugetlb', 'shared-anon', 'secretmem', 'guest_memfd']);

function fillHugetlbFile(machine: Machine, space: AddressSpace, file: FileSpec): void {
    const shift = space.hugetlbShift!;
    const pages = 2 ** (shift - machine.pageShift);
    if (file.cached === 'absent') return;
    for (let index = 0; index * 2 ** machine.pageShift < file.bytes; index += pages) {
        const pool = machine.pools.get(shift);
        const folio = pool?.free.find(() => true) ?? null;
        if (folio === null) return;
        pool!.free.remove(folio);
        folio.hugetlb!.state = 'inUse';
        folio.kind = 'hugetlb';
        folio.owner = space;
        folio.index = index;
        folio.references = 1;
        folio.flags = PG.uptodate | PG.dirty;
        const character = space.defaultContent[Math.min(index / pages, space.defaultContent.length - 1)] ?? '\0';
        machine.memory.fill(folio, character);
        space.pages.set(index, folio);
    }
}

function buildDaxFile(machine: Machine, spec: MachineSpec, space: AddressSpace, file: FileSpec, pmemPfn: number | undefined, pageCount: number): void {
    const pfn = pmemPfn ?? spec.pmems.find((pmem) => pmem.mode !== 'raw')?.pfn;
    if (pfn === undefined) return;
    const used = [...machine.files.values()].filter((each) => each !== space && each.daxBase !== null && each.daxBase >= pfn).reduce((sum, each) => sum + Math.ceil(each.size / 2 ** machine.pageShift), 0);
    const pmem = spec.pmems.find((each) => each.pfn === pfn);
    space.daxOrder = pmem?.mode === 'devdax' ? Math.log2(pmem.alignBytes / 2 ** machine.pageShift) : 0;
    space.daxBase = pfn + used;
    machine.memory.claim({ ...plainExtent(space.daxBase, pageCount), kind: 'fsdax', references: 1, owner: space, content: file.content });
}

