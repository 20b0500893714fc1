/** What a scenario declares of the machine beside memory in use: sysctls, filters, huge pages, swap, frames that are there anyway. */
import type { MachineSpec, Place, Program, SourceId } from '../../simulator/program.js';
import { CONFIG_OPTIONS, usualValue, type ConfigOption, type ConfigOptionName } from '../../vocabulary/config-options.js';
import { HWPOISON_FOLDER } from '../../vocabulary/inject-files.js';
import { sysctlPath } from '../../vocabulary/sysctls.js';
import { THP_FOLDER } from './constants.js';
import { packagedPlatform, platformWords, type Platform } from '../kernels/platforms.js';
import { RAM_BYTES } from '../emulator/machine-types.js';
import { addressWord, word, type PlanWriter } from './plan-writer.js';
import { fileNamed, descriptorOf } from './files.js';

/** Regions that the agent finds by their flags in /proc/kpageflags, or in /proc/iomem. */
const FOUND_REGIONS: ReadonlySet<string> = new Set(['free', 'slab', 'slab-tail', 'page-table', 'hugetlb-free', 'zero-page', 'huge-zero', 'reserved', 'kernel-text', 'kernel-rodata', 'kernel-data', 'kernel-bss']);

/** The guest is booted with it, and nothing but one line of a panic tells. */
const IDLE_CONFIG: ReadonlySet<string> = new Set(['nokaslr']);

/** Is it another value than kernels are built and booted with? */
function isUnusual([name, value]: readonly [string, string], kernel: string): boolean {
    const option: ConfigOption | undefined = Object.hasOwn(CONFIG_OPTIONS, name) ? CONFIG_OPTIONS[name as ConfigOptionName] : undefined;
    return !IDLE_CONFIG.has(name) && (option === undefined || usualValue(option, kernel) !== value);
}

export function makeMachine(writer: PlanWriter, program: Program, source: SourceId): void {
    const { machine } = program;
    refuse(writer, program, source);
    for (const [name, value] of Object.entries(machine.sysctls)) {
        writer.must('r', 'set', sysctlPath(name), value);
        if (name !== 'vm.memory_failure_early_kill') {
            writer.alone(`${name} is the whole machine's`);
        }
    }
    writer.must('r', 'set', `${THP_FOLDER}/enabled`, machine.thp);
    for (const pool of machine.hugetlbPools) {
        if (!writer.guest.hugetlbShifts.includes(pool.shift)) {
            writer.cannot(`hugetlb pages of ${sizeWords(pool.shift)}`, `the guest has pools of ${writer.guest.hugetlbShifts.map(sizeWords).join(', ')} pages`, pool.source);
        } else if (pool.reserved > 0) {
            writer.cannot('hugetlb pages that are reserved', 'the guest promises huge pages to the mappings of the scenario only', pool.source);
        } else {
            writer.alone('huge pages that went bad stay in the pool');
            if (pool.overcommit > 0) {
                writer.must('r', 'set', `/sys/kernel/mm/hugepages/hugepages-${2 ** pool.shift / 1024}kB/nr_overcommit_hugepages`, pool.overcommit);
            }
            writer.must('r', 'pool', 2 ** pool.shift, pool.pageCount);
        }
    }
    for (const { name } of machine.cgroups) {
        writer.alone('a cgroup is the whole machine\'s');
        writer.must('r', 'cgroup', word(name));
    }
    for (const swap of machine.swaps) {
        writer.alone('swap is the whole machine\'s');
        writer.needs({ device: 'loop', zram: 'zram', file: 'ext4' }[swap.backing], `swap on ${swap.backing}`, swap.source);
        writer.must('r', 'swap', swap.backing, swap.bytes);
    }
}

/** What is declared after the processes: filters stop what the set-up does, frames are where processes have put their pages. */
export function finishMachine(writer: PlanWriter, { machine, source }: Program): void {
    for (const region of machine.regions) {
        makeRegion(writer, region);
    }
    for (const frame of machine.frames) {
        const slot = frameWord(writer, machine, frame.place, '', frame.source);
        if (slot !== undefined) {
            writer.must('r', 'next-frame', `$${writer.slot(`frame:${frame.name}`)}`, slot, 0);
        }
    }
    const { 'corrupt-filter-enable': enabled, ...filters } = machine.filters;
    if (Object.keys(machine.filters).length > 0) {
        writer.needs('hwpoison-inject', 'filter', source);
    }
    for (const [name, value] of [...Object.entries(filters), ...enabled === undefined ? [] : [['corrupt-filter-enable', enabled] as const]]) {
        writer.must('r', ...filterLine(machine, name, value));
    }
}

/** What sets a filter; a cgroup has another inode on each machine. */
export function filterLine(machine: MachineSpec, name: string, value: string): readonly string[] {
    const cgroup = name === 'corrupt-filter-memcg' ? machine.cgroups.find(({ inode }) => BigInt(value) === BigInt(inode)) : undefined;
    return cgroup === undefined ? ['set', `${HWPOISON_FOLDER}/${name}`, word(value)] : ['memcg-filter', `${HWPOISON_FOLDER}/${name}`, word(cgroup.name)];
}

function makeRegion(writer: PlanWriter, region: MachineSpec['regions'][number]): void {
    if (!FOUND_REGIONS.has(region.kind) || region.pfn !== undefined || region.content !== '' && region.content !== '\0') {
        writer.cannot(region.pfn === undefined ? `region ${region.kind}` : 'region at a frame', `the guest finds ${[...FOUND_REGIONS].join(', ')} and no other memory of the kernel`, region.source);
        return;
    }
    writer.harms(`a bad page of kind ${region.kind} stays in use`);
    writer.must('r', 'frame', `$${writer.slot(`region:${region.name}`)}`, region.kind, region.kind === 'hugetlb-free' ? 1 : region.pageCount);
}

function refuse(writer: PlanWriter, { arch, kernel, machine, guests, pageShift }: Program, source: SourceId): void {
    const refused: readonly (readonly [boolean, string, string])[] = [
        [arch !== writer.guest.arch || pageShift !== writer.guest.pageShift, `arch ${platformWords({ arch, pageShift })}`, otherMachine(writer.guest, { arch, pageShift })],
        [(guests ?? []).length > 0, 'guest', 'the machine is one itself: a machine inside it is not made'],
        [machine.nodes.length > 1, 'node', 'the guest has one NUMA node'],
        [machine.pmems.length > 0, 'pmem', 'the guest has no persistent memory'],
        [machine.firmwareFirst === true, 'firmware first', 'the emulated firmware takes no errors'],
        [machine.offline.length > 0, 'offline memory', 'the guest has all of its memory online'],
        [(machine.boot ?? []).length > 0, 'boot options', 'all scenarios share one command line'],
        [machine.filesystems.length > 0, 'filesystem', 'the guest has its file systems mounted before'],
        [arch === 'x86-64' && machine.cpuVendor !== 'intel', 'cpu amd', 'the emulated processor is an Intel one'],
        [Object.entries(machine.config).some((option) => isUnusual(option, kernel.written)), 'config', 'the kernel is built as it is'],
    ];
    for (const [is, construct, reason] of refused) {
        if (is) {
            writer.cannot(construct, reason, source);
        }
    }
}

function sizeWords(shift: number): string {
    return shift < 20 ? `${2 ** (shift - 10)} KiB` : `${2 ** (shift - 20)} MiB`;
}

function otherMachine(guest: Platform, wanted: Platform): string {
    const packaged = packagedPlatform(wanted);
    return `the kernel is one for ${platformWords(guest)}; ${packaged === undefined ? 'Debian has none for that' : `hwp lab setup --arch ${packaged.name} fetches one for that`}`;
}

/** `$slot` of the frame behind a place, after lines that look it up; undefined, and said, where that cannot be. */
export function frameWord(writer: PlanWriter, machine: MachineSpec, place: Place, actor: string, source: SourceId): string | undefined {
    switch (place.kind) {
        case 'frame':
            return offsetFrame(writer, `$${writer.slot(`frame:${place.frame}`)}`, Math.floor(place.byteOffset / writer.guest.pageBytes));
        case 'region':
            return offsetFrame(writer, `$${writer.slot(`region:${place.region}`)}`, place.page + Math.floor(place.byteOffset / writer.guest.pageBytes));
        case 'mapping': {
            const owner = ownerOf(writer, place.process, place.mapping, actor);
            const address = owner === undefined ? undefined : addressWord(writer, { ...place, byteOffset: 0 }, owner);
            if (owner === undefined || address === undefined) {
                break;
            }
            const slot = `$${writer.slot(`of ${owner}:${place.mapping}[${place.page}]`)}`;
            writer.must('r', 'frame-of', writer.taskOf(owner)!, address, slot);
            return slot;
        }
        case 'file': {
            const file = fileNamed(machine.files, place.file);
            const descriptor = file === undefined ? undefined : descriptorOf(writer, '', file);
            if (descriptor === undefined) {
                break;
            }
            const slot = `$${writer.slot(`of file ${place.file}[${place.page}]`)}`;
            writer.must('r', 'file-frame', descriptor, place.page * writer.guest.pageBytes, slot);
            return slot;
        }
        case 'pfn':
        case 'phys':
            if (machine.ramBytes === writer.guest.ramStartBytes + RAM_BYTES && (machine.ramStartBytes ?? 0) === writer.guest.ramStartBytes && machine.holes.every(({ pfn }) => pfn >= writer.guest.endPfn)) {
                writer.harms('what lies at a given frame differs from boot to boot');
                return String(place.kind === 'pfn' ? place.pfn : Math.floor(place.address / writer.guest.pageBytes));
            }
            writer.cannot('a frame by its number', `the guest has ${RAM_BYTES / 2 ** 30} GiB of RAM in one piece${writer.guest.ramStartBytes === 0 ? '' : `, from ${writer.guest.ramStartBytes / 2 ** 30} GiB on`}, the scenario others`, source);
            return undefined;
        default:
            break;
    }
    writer.cannot(`the frame behind a ${place.kind}`, 'nothing in the guest leads to it', source);
    return undefined;
}

/** The process whose address space leads to the page: that of the place, else of who acts. */
function ownerOf(writer: PlanWriter, process: string, mapping: string, actor: string): string | undefined {
    const acting = actor.split('.', 1)[0]!;
    return [process, acting].find((each) => writer.taskOf(each) !== undefined && writer.range(each, mapping) !== undefined);
}

function offsetFrame(writer: PlanWriter, slot: string, pages: number): string {
    if (pages === 0) {
        return slot;
    }
    const other = `$${writer.slot(`${slot}+${pages}`)}`;
    writer.must('r', 'next-frame', other, slot, pages);
    return other;
}
