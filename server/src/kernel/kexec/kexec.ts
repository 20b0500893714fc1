/**
 * From one kernel to the next: kexec, a warm reboot, a power cycle. Physical memory stays, its frames keep their numbers, and what
 * is bad stays bad; processes, mappings, page cache, counters and settings belong to the kernel that ends.
 */
import { MemoryLayout, type Range } from '../../machine/memory-layout.js';
import { Machine } from '../../machine/machine.js';
import { PhysicalMemory } from '../../machine/physical-memory.js';
import { PG } from '../../machine/page-flags.js';
import { PoisonList } from '../../machine/poison-list.js';
import type { Pfn } from '../../machine/units.js';
import { BOOT_USES, type BootUse } from '../../vocabulary/boot-uses.js';
import { CARRIERS, type BootKind, type Carrier } from '../../vocabulary/carriers.js';
import type { DecisionId } from '../../vocabulary/decisions.js';
import { SYSCTLS, type SysctlName } from '../../vocabulary/sysctls.js';
import { placeFrames, type PlacedFrames } from './boot-memory.js';
import { carry, markedFrames, rangesOf, type Carried, type CarrierChoice } from './carriers.js';
import { Kernel } from '../kernel.js';
import { loadsMeetPoison } from '../ras/consumption.js';
import { khoReady } from './kho-hwpoison.js';
import { replayList, type ListReading } from './kho-hwpoison-replay.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';
import { memoryGoesBad } from '../memory-failure/poison.js';
import type { Profile } from '../profile.js';

/** How the next kernel starts, and on what. */
export interface BootPlan {
    readonly boot: BootKind;
    readonly profile: Profile;
    /** `7.3 with kho-hwpoison`: the kernel as people name it. */
    readonly named: { readonly before: string; readonly after: string };
    /** End of its RAM, in pages. */
    readonly pageCount: number;
    /** What the machine's own memory map leaves out. */
    readonly holes: readonly Range[];
    readonly devices: readonly Range[];
    readonly nodes: readonly (Range & { readonly id: number })[];
    readonly carrier: CarrierChoice;
    readonly reading: ListReading;
    /** Frames in use before the list is read. */
    readonly placed: readonly PlacedFrames[];
    /** Frames that errors hit before the list can be published. */
    readonly early: readonly Pfn[];
    /** Settings that init makes once the initcalls are over. */
    readonly sysctls: ReadonlyMap<string, number>;
    /** Entries that memory is to be had for in the next kernel's own list. */
    readonly listLimit: number;
}

export interface Boot {
    /** The kernel that has begun to boot; its initcalls have not run. */
    readonly kernel: Kernel;
    readonly carried: Carried;
}

const BEGINS: Readonly<Record<BootKind, DecisionId>> = { kexec: 'kernel_kexec', reboot: 'kernel_restart', 'power-cycle': 'firmware.power-on' };

/** Ends the old kernel and starts the next one over the same memory, up to where its initcalls begin. */
export function startNextKernel(old: Kernel, plan: BootPlan): Boot {
    const { machine } = old;
    const known = markedFrames(machine.memory);
    const carried = carry(old, plan.carrier, plan.boot);
    const next = new Machine(nextMemory(machine.memory, plan, carried, known), machine.pageShift, nodesOf(plan));
    for (const [name, sysctl] of Object.entries(SYSCTLS)) next.sysctls.set(name, sysctl.default);
    for (const [name, value] of machine.config) next.config.set(name, value);
    for (const [name, region] of machine.regions) next.regions.set(name, region);
    next.cpus.push(...machine.cpus.map(() => ({ thread: null, mode: 'kernel', in: null } as const)));
    next.cpuVendor = machine.cpuVendor;
    next.cpuGeneration = machine.cpuGeneration;
    next.firmwareFirst = machine.firmwareFirst;
    for (const option of machine.bootOptions) next.bootOptions.add(option);
    next.ecc = machine.ecc;
    next.timeNs = machine.timeNs;
    if (keepsList(plan.profile, next)) next.poisonList = new PoisonList(plan.listLimit);
    const kernel = new Kernel(next, plan.profile, old.recorder);
    kernel.running = true;
    loadsMeetPoison(kernel);
    recordWhatEnds(old, kernel, plan, known);
    recordCarried(kernel, plan, carried);
    claimSetAside(next.memory, carried);
    for (const placed of plan.placed) placeFrames(kernel, placed);
    placeZeroPage(next, machine.zeroPage);
    return { kernel, carried };
}

/** Does a kernel of that profile keep a list for the next one? */
export function keepsList(profile: Profile, machine: Machine): boolean {
    return profile.handsOverPoison && machine.config.get('KEXEC_HANDOVER') !== 'n' && machine.config.get('MEMORY_FAILURE_KHO') !== 'n';
}

function nodesOf({ nodes, pageCount }: BootPlan): Machine['nodeStarts'] {
    const within = nodes.filter(({ pfn }) => pfn < pageCount);
    return within.length > 0 ? [...within].sort((a, b) => a.pfn - b.pfn) : [{ id: 0, pfn: 0, pageCount }];
}

/** The memory map of the next kernel: RAM, less what is left out of it. */
function nextMemory(old: PhysicalMemory, plan: BootPlan, carried: Carried, known: readonly Pfn[]): PhysicalMemory {
    const placedAs = (form: BootUse['form']): readonly Pfn[] => plan.placed.filter(({ use }) => BOOT_USES[use].form === form).flatMap(({ pfns }) => pfns);
    const { sectionPages } = old.layout.geometry;
    const notRam = [...carried.setAside].filter(([, by]) => CARRIERS[by].form === 'not-ram').map(([pfn]) => pfn);
    const holes = [...plan.holes, ...rangesOf([...new Set([...notRam, ...placedAs('not-ram')])].sort((a, b) => a - b))];
    const blocks = new Set(placedAs('offline').map((pfn) => Math.floor(pfn / sectionPages) * sectionPages));
    const memory = new PhysicalMemory(new MemoryLayout(plan.pageCount, holes, [...blocks].map((pfn) => ({ pfn, pageCount: sectionPages })), plan.devices, old.layout.geometry));
    for (const [pfn, since] of old.bad) if (!carried.repaired.has(pfn)) memory.bad.set(pfn, since);
    for (const pfn of [...old.remembered, ...known, ...old.setAside.keys()]) if (!carried.repaired.has(pfn)) memory.remembered.add(pfn);
    for (const [pfn, by] of carried.setAside) memory.setAside.set(pfn, by);
    return memory;
}

function recordWhatEnds(old: Kernel, kernel: Kernel, { boot, named }: BootPlan, known: readonly Pfn[]): void {
    for (const pfn of known) kernel.pageChanged(pfn, 'PG_hwpoison', true, false);
    kernel.changed('counter', 'HardwareCorrupted', 'pages', old.machine.counters.poisonedPages, 0);
    kernel.changed('kernel', 'hw_memory_failure', 'value', old.machine.hwMemoryFailure, false);
    kernel.changed('kernel', 'running', 'version', named.before, named.after);
    kernel.decide(BEGINS[boot], undefined, named.after);
}

function recordCarried(kernel: Kernel, { carrier }: BootPlan, carried: Carried): void {
    if (carried.commandLine !== '') kernel.print('commandLine', { parameters: carried.commandLine });
    for (const { pfn, pageCount } of rangesOf([...carried.setAside.keys()].sort((a, b) => a - b))) {
        const by = carried.setAside.get(pfn)!;
        kernel.decide((CARRIERS[by] as Carrier).form === 'reserved' ? 'memblock_reserve.bad' : 'setup_arch.not-ram', pfn, pageCount === 1 ? by : `${by}, ${pageCount} pages`);
    }
    for (const pfn of carried.repaired) kernel.decide('firmware.retired', pfn);
    if (carrier.name !== 'nothing' && carried.count === 0) kernel.decide('setup_arch.nothing-carried', undefined, carrier.name);
}

function claimSetAside(memory: PhysicalMemory, { setAside }: Carried): void {
    const reserved = [...setAside].filter(([pfn, by]) => (CARRIERS[by] as Carrier).form === 'reserved' && memory.layout.isRam(pfn)).map(([pfn]) => pfn);
    for (const range of rangesOf(reserved.sort((a, b) => a - b))) {
        memory.claim({ ...range, order: 0, kind: 'reserved', pageType: 'none', flags: PG.reserved, references: 1, owner: null, index: 0, content: '' });
    }
}

/** In the kernel image, which goes where the last one was if that is memory. */
function placeZeroPage(machine: Machine, previous: Pfn): void {
    const { memory } = machine;
    const usable = previous >= memory.layout.geometry.lowReservedPages && memory.layout.isRam(previous) && memory.layout.isOnline(previous) && memory.isUnclaimed(previous, 1);
    const pfn = usable ? previous : memory.allocate(1, 0) ?? 0;
    machine.zeroPage = pfn;
    if (memory.isUnclaimed(pfn, 1)) memory.claim({ pfn, pageCount: 1, order: 0, kind: 'zero-page', pageType: 'none', flags: PG.reserved, references: 1, owner: null, index: 0, content: '' });
}

/**
 * The initcalls of the kernel that has begun to boot, and what init does first: early errors, the replay of the list, settings.
 * The machine may stop in it.
 */
export function runInitcalls(kernel: Kernel, plan: BootPlan, { replay }: Carried): void {
    for (const pfn of plan.early) {
        memoryGoesBad(kernel, pfn);
        kernel.decide('start_kernel.early-error', pfn);
        memoryFailure(kernel, pfn, 0, null);
    }
    if (replay !== null) {
        const isKho = plan.carrier.name === 'kho';
        if (!isKho || kernel.machine.poisonList !== null) replayList(kernel, replay, plan.reading, isKho);
        else kernel.decide('hwpoison_kho.no-reader');
    }
    khoReady(kernel);
    for (const [name, value] of plan.sysctls) setAtBoot(kernel, name, value);
    recordForgotten(kernel);
}

function setAtBoot(kernel: Kernel, name: string, value: number): void {
    const { machine } = kernel;
    if (machine.sysctl(name) === value) return;
    kernel.changed('kernel', name, 'value', SYSCTLS[name as SysctlName]?.default ?? 0, value);
    machine.sysctls.set(name, value);
    kernel.decide('do_sysctl_args', undefined, `${name} = ${value}`);
}

/** Frames that some kernel before knew to be bad, and that are ordinary memory of this one. */
function recordForgotten(kernel: Kernel): void {
    const { memory } = kernel.machine;
    const marked = new Set(markedFrames(memory));
    for (const pfn of [...memory.remembered].sort((a, b) => a - b)) {
        if (!memory.layout.isRam(pfn) || !memory.layout.isOnline(pfn) || marked.has(pfn) || memory.setAside.has(pfn)) continue;
        kernel.decide('memblock_free_all.known-bad', pfn, memory.folio(pfn).kind);
    }
}
