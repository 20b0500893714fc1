/**
 * What a scenario declares, beside the nodes that declare it: the specs go into the program, the
 * nodes are where validation points.
 */
import type { AstNode } from 'langium';
import type {
    CgroupSpec, CpuRunSpec, FilesystemSpec, FileSpec, GuestSpec, HugetlbPoolSpec, KernelChoice, MappingSpec, PfnRange, PinSpec, Place, PmemSpec, ProcessSpec,
    RegionSpec, SwapSpec, ThreadSpec,
} from '../../../simulator/program.js';
import type { BootOptionName } from '../../../vocabulary/boot-options.js';
import type { CpuGenerationName } from '../../../vocabulary/cpu-generations.js';
import type { Cgroup, File, Filesystem, Frame, Guest, Introduction, Mapping, Pmem, Process, Region, Swap, Thread } from '../../generated/ast.js';

export interface Declared<Spec, Node extends AstNode> {
    readonly spec: Spec;
    readonly node: Node;
}

/** A value of the machine, and where the text says so; no node: the default. */
export interface Setting<Value> {
    readonly value: Value;
    readonly node?: AstNode;
}

export interface DeclaredThread extends Declared<ThreadSpec, Thread> {}

export interface DeclaredProcess extends Declared<ProcessSpec, Process> {
    readonly mappings: readonly Declared<MappingSpec, Mapping>[];
    readonly threads: readonly DeclaredThread[];
}

export interface DeclaredRange {
    readonly range: PfnRange;
    readonly node: AstNode;
    /** Node number, where it is a node's. */
    readonly id?: number;
}

export interface Facts {
    kernel: Setting<KernelChoice>;
    /** Every kernel that the scenario runs on: several when it varies them. */
    kernels: readonly KernelChoice[];
    arch: Setting<'x86-64' | 'arm64'>;
    pageBytes: Setting<number>;
    /** Where RAM begins, and where it ends. */
    ramStart: Setting<number>;
    ramBytes: Setting<number>;
    cpus: Setting<number>;
    vendor: Setting<'intel' | 'amd'>;
    generation: Setting<CpuGenerationName | undefined>;
    firmware: Setting<'first' | 'native' | undefined>;
    readonly boot: Map<BootOptionName, AstNode>;
    ecc: Setting<'poison' | 'deliver' | 'simulated'>;
    thp: Setting<'always' | 'madvise' | 'never'>;
    readonly nodes: DeclaredRange[];
    readonly holes: DeclaredRange[];
    readonly offline: DeclaredRange[];
    readonly movable: DeclaredRange[];
    readonly pools: Declared<HugetlbPoolSpec, AstNode>[];
    readonly sysctls: Map<string, Setting<number>>;
    readonly filters: Map<string, Setting<string>>;
    readonly config: Map<string, Setting<string>>;
    readonly swaps: Declared<SwapSpec, Swap>[];
    readonly cgroups: Declared<CgroupSpec, Cgroup>[];
    readonly pmems: Declared<PmemSpec, Pmem>[];
    readonly filesystems: Declared<FilesystemSpec, Filesystem | Pmem>[];
    readonly files: Declared<FileSpec, File | Pmem>[];
    readonly regions: Declared<RegionSpec, Region | AstNode>[];
    readonly processes: DeclaredProcess[];
    readonly frames: Declared<{ readonly name: string; readonly place: Place }, Frame>[];
    readonly pins: Declared<PinSpec, AstNode>[];
    readonly running: Declared<CpuRunSpec, AstNode>[];
    /** Files and children that steps bring in. */
    readonly guests: Declared<GuestSpec, Guest>[];
    readonly introduced: Declared<string, Introduction>[];
}
