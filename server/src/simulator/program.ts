/**
 * The program: a scenario after lowering, as plain JSON-able data. The simulator runs it;
 * it knows no language. Ids lead back to the text through `sources`.
 *
 * Units: pfn counts base pages, `...Bytes` bytes, `...Ns` nanoseconds, page indexes count base
 * pages from the start of the mapping, region or file. Ranges are start inclusive, count in pages.
 */
import type { ErrnoName } from '../vocabulary/errnos.js';
import type { ArchitectureName, PageShift } from '../vocabulary/architectures.js';
import type { KernelVersion } from '../vocabulary/kernels.js';
import type { SigbusRuntimeName } from '../vocabulary/sigbus-runtimes.js';

/** Index into `Program.sources`. */
export type SourceId = number;

/** A place in a text document: zero-based lines and UTF-16 columns, end exclusive. */
export interface SourceRange {
    readonly uri: string;
    readonly startLine: number;
    readonly startColumn: number;
    readonly endLine: number;
    readonly endColumn: number;
}

export interface KernelChoice {
    /** As written, e.g. `6.16`. */
    readonly written: string;
    /** The described version that it behaves as, e.g. `6.12`. */
    readonly version: KernelVersion;
    /** Out-of-tree series applied on top, e.g. `panic-unrecoverable-v4`. */
    readonly proposals: readonly string[];
}

export interface Program {
    readonly title: string;
    readonly source: SourceId;
    readonly sources: readonly SourceRange[];
    readonly kernel: KernelChoice;
    readonly arch: ArchitectureName;
    readonly pageShift: PageShift;
    readonly machine: MachineSpec;
    /** Virtual machines, whose memory is a mapping of a process. */
    readonly guests?: readonly GuestSpec[];
    readonly steps: readonly Step[];
    readonly expectations: readonly Expectation[];
    /** Constructs that parse and lower but that no model describes yet. */
    readonly notModelled: readonly { readonly source: SourceId; readonly step: number; readonly what: string }[];
}

/** A virtual machine: its own program without steps; its `sources` are those of the scenario. */
export interface GuestSpec {
    readonly name: string;
    readonly source: SourceId;
    /** The process on the host that runs it (the VMM), and the mapping that is the guest's memory from address 0 on. */
    readonly process: string;
    readonly mapping: string;
    readonly program: Program;
}

export interface MachineSpec {
    /** End of RAM; it begins at 0, or where the first hole ends. */
    readonly ramBytes: number;
    /** Where RAM begins; default 0. */
    readonly ramStartBytes?: number;
    readonly cpus: number;
    readonly cpuVendor: 'intel' | 'amd';
    /** A row of vocabulary/cpu-generations; default: what the vendor means without one. */
    readonly cpuGeneration?: string;
    /** Firmware takes errors first, also on x86. */
    readonly firmwareFirst?: boolean;
    /** Parameters of the kernel command line: rows of vocabulary/boot-options. */
    readonly boot?: readonly string[];
    /** What memory does with the data of an uncorrected error; default `poison`. */
    readonly ecc?: EccBehaviour;
    /** Ranges of physical addresses inside RAM's span that firmware keeps: not RAM. */
    readonly holes: readonly PfnRange[];
    /** Memory blocks set offline. */
    readonly offline: readonly PfnRange[];
    /** Node 0 spans all RAM unless listed. */
    readonly nodes: readonly (PfnRange & { readonly id: number })[];
    readonly config: Readonly<Record<string, string>>;
    readonly sysctls: Readonly<Record<string, number>>;
    /** hwpoison-inject filter files, by file name; 64-bit values as decimal or hex text. */
    readonly filters: Readonly<Record<string, string>>;
    readonly thp: 'always' | 'madvise' | 'never';
    readonly hugetlbPools: readonly HugetlbPoolSpec[];
    readonly swaps: readonly SwapSpec[];
    readonly cgroups: readonly CgroupSpec[];
    readonly pmems: readonly PmemSpec[];
    readonly filesystems: readonly FilesystemSpec[];
    readonly files: readonly FileSpec[];
    readonly regions: readonly RegionSpec[];
    readonly processes: readonly ProcessSpec[];
    /** Frames bound with `page NAME = PLACE`, resolved once everything is set up. */
    readonly frames: readonly { readonly name: string; readonly source: SourceId; readonly place: Place }[];
    readonly pins: readonly PinSpec[];
    /** Which task each CPU runs, for machine checks. */
    readonly running: readonly CpuRunSpec[];
}

/** poison: a load is stopped. deliver: it gets the wrong data. simulated: the error was made up, the memory is healthy. */
export type EccBehaviour = 'poison' | 'deliver' | 'simulated';

export interface PfnRange { readonly pfn: number; readonly pageCount: number; }

export interface HugetlbPoolSpec {
    readonly source: SourceId;
    /** log2 bytes: 21 or 30 on x86-64, those of vocabulary/architectures elsewhere. */
    readonly shift: number;
    readonly pageCount: number;
    /** Huge pages promised to mappings and not yet faulted in. */
    readonly reserved: number;
    readonly overcommit: number;
}

export interface SwapSpec { readonly name: string; readonly source: SourceId; readonly backing: 'device' | 'file' | 'zram'; readonly bytes: number; }
export interface CgroupSpec { readonly name: string; readonly source: SourceId; readonly inode: number; }

export interface PmemSpec {
    readonly name: string;
    readonly source: SourceId;
    readonly pfn: number;
    readonly pageCount: number;
    readonly mode: 'fsdax' | 'devdax' | 'raw';
    /** devdax mapping granule in bytes. */
    readonly alignBytes: number;
}

export interface FilesystemSpec {
    readonly name: string;
    readonly source: SourceId;
    /** A row of vocabulary/filesystems. */
    readonly type: string;
    readonly major: number;
    readonly minor: number;
    /** Mounted `-o dax` on this pmem. */
    readonly dax?: string;
    /** tmpfs huge=always and the like. */
    readonly huge: boolean;
}

export interface FileSpec {
    readonly name: string;
    readonly source: SourceId;
    /** A row of vocabulary/filesystems: ext4, tmpfs, memfd, hugetlbfs, secretmem, block-device, ... */
    readonly type: string;
    /** The declared file system it is on; absent: one of its own with default major:minor. */
    readonly filesystem?: string;
    readonly bytes: number;
    /** Page-cache state of all pages at the start. */
    readonly cached: 'absent' | 'clean' | 'dirty' | 'writeback';
    /** Size of its page-cache folios in bytes (a power of two, at least a page). */
    readonly folioBytes: number;
    /** Contents by page, one character a page; the last one repeats. */
    readonly content: string;
    /** SHM_LOCKed segment. */
    readonly locked: boolean;
    /** The file system holds the buffers of the page (superblock, journal). */
    readonly held: boolean;
}

export interface RegionSpec {
    readonly name: string;
    readonly source: SourceId;
    /** A row of vocabulary/page-kinds: slab, vmalloc, free, reserved, ... */
    readonly kind: string;
    /** e.g. the slab cache's name. */
    readonly label?: string;
    readonly pageCount: number;
    /** First pfn when the text gives it. */
    readonly pfn?: number;
    /** Of a free huge page: the pool that it belongs to, by the log2 of its pages' bytes; default that of the PMD size. */
    readonly hugetlbShift?: number;
    readonly content: string;
}

export type KillPolicy = 'default' | 'early' | 'late';
/** What the process does with SIGBUS; a handler leaves the access, returns to it, maps an empty page in its place and returns, or ends the process. */
export type SigbusDisposition = 'default' | 'ignored' | 'longjmp' | 'returning' | 'remapping' | 'exiting';

export interface ThreadSpec {
    /** '' for the main thread. */
    readonly name: string;
    readonly source: SourceId;
    readonly policy: KillPolicy;
    readonly sigbusBlocked: boolean;
    readonly tid?: number;
    /** Its own command name; absent: that of the thread that created it. */
    readonly comm?: string;
}

export interface ProcessSpec {
    readonly name: string;
    readonly source: SourceId;
    readonly comm: string;
    readonly pid?: number;
    readonly capSysAdmin: boolean;
    readonly cgroup?: string;
    readonly sigbus: SigbusDisposition;
    /** Of a handler that ends the process; 1 unless given. */
    readonly handlerExitStatus?: number;
    /** The runtime whose handlers take SIGBUS: a row of vocabulary/sigbus-runtimes; then `sigbus` says nothing. */
    readonly runtime?: SigbusRuntimeName;
    /** First one is the main thread. */
    readonly threads: readonly ThreadSpec[];
    /** Copies the address space, policies and disposition of that process at the start. */
    readonly forkedFrom?: string;
    readonly mappings: readonly MappingSpec[];
}

export type MappingSource =
    | { readonly kind: 'anon' }
    | { readonly kind: 'shared-anon' }
    | { readonly kind: 'file'; readonly file: string; readonly pageOffset: number }
    | { readonly kind: 'region'; readonly region: string; readonly pageOffset: number }
    /** vdso, vvar, io_uring, perf, packet, devmem, pmem, ... : a row of vocabulary/page-kinds. */
    | { readonly kind: 'special'; readonly what: string };

export interface MappingSpec {
    readonly name: string;
    readonly source: SourceId;
    readonly from: MappingSource;
    readonly pageCount: number;
    readonly shared: boolean;
    readonly protection: 'none' | 'read' | 'write' | 'exec';
    /** What the owner has done with every page. */
    readonly touched: 'untouched' | 'read' | 'written';
    /** Contents by page, one character a page; the last one repeats. '' takes the default letters. */
    readonly content: string;
    /** Folio size in bytes: a page, 64 KiB (mTHP), 2 MiB (THP); with larger base pages a THP is what a PMD maps. */
    readonly folioBytes: number;
    /** log2 bytes of the huge page of a hugetlb mapping. */
    readonly hugetlbShift?: number;
    readonly mlocked: boolean;
    /** MADV_FREEd after it was written. */
    readonly lazyFree: boolean;
    readonly swap: 'none' | 'entry' | 'cache-clean' | 'cache-dirty' | 'cache-unmapped';
    /** Name of a group of pages merged by KSM, shared by all mappings that name it. */
    readonly ksm?: string;
    /** Marked with UFFDIO_POISON. */
    readonly uffdPoison: boolean;
    /** MAP_POPULATE. */
    readonly populate?: true;
    /** Shared memory that outlives its mappings: the descriptor of the process keeps it, or the segment itself. */
    readonly keptBy?: 'memfd' | 'sysv';
    readonly address?: number;
}

export type PinHolder = 'io_uring' | 'vmsplice' | 'longterm';
export interface PinSpec { readonly source: SourceId; readonly by: PinHolder; readonly place: Place; }

export interface CpuRunSpec {
    readonly source: SourceId;
    readonly cpu: number;
    readonly task: string;
    readonly mode: 'user' | 'kernel' | 'kernel-recoverable' | 'copy-from-user' | 'interrupt';
    readonly in?: string;
}

/** A frame, or an address that leads to one. */
export type Place =
    | { readonly kind: 'mapping'; readonly process: string; readonly mapping: string; readonly page: number; readonly pageCount: number; readonly byteOffset: number }
    | { readonly kind: 'region'; readonly region: string; readonly page: number; readonly pageCount: number; readonly byteOffset: number }
    | { readonly kind: 'file'; readonly file: string; readonly page: number; readonly pageCount: number; readonly byteOffset: number }
    | { readonly kind: 'frame'; readonly frame: string; readonly byteOffset: number }
    /** The frame of the host behind a frame of a virtual machine. */
    | { readonly kind: 'guest'; readonly guest: string; readonly place: Place }
    | { readonly kind: 'pfn'; readonly pfn: number }
    | { readonly kind: 'phys'; readonly address: number }
    /** A raw virtual address, and a raw length where one was given; hex text, they may exceed 2^53. */
    | { readonly kind: 'raw'; readonly address: string };

export interface StepBase {
    readonly source: SourceId;
    /** Absolute simulated time, nanoseconds. */
    readonly timeNs: number;
    /** The virtual machine on whose side the step is made; absent: the host's. */
    readonly guest?: string;
    /** `process`, `process.thread`, `root` (the harness, all capabilities), `kernel`, `hardware`. */
    readonly actor: string;
}

/**
 * A step: one operation of vocabulary/operations with its arguments under the parameter names of that table.
 * Argument values are plain data: Place, number, string, boolean, MappingSpec.
 */
export interface Step extends StepBase {
    readonly op: string;
    readonly args: Readonly<Record<string, ArgumentValue>>;
    /** What others may do at the windows of memory_failure() while the step runs. */
    readonly races?: readonly Competitor[];
    /** Only of `op: 'sweep'`: what is done to every page, each time on a machine of its own. */
    readonly sweep?: SweepSpec;
}

/** Another step that may happen, wholly or in part, at any window of the one above it. */
export interface Competitor {
    readonly source: SourceId;
    readonly actor: string;
    readonly op: string;
    readonly args: Readonly<Record<string, ArgumentValue>>;
    /** The free frame that the allocator hands out for it. */
    readonly from?: Place;
}

/** Another step for every frame of a set: the step's `target` is left open, each frame takes its place. */
export interface SweepSpec {
    readonly over: SweepTarget;
    /** As the text names the set: `web`, `httpd.heap`, `node 1`. */
    readonly name: string;
    readonly inject: { readonly op: string; readonly actor: string; readonly args: Readonly<Record<string, ArgumentValue>> };
}

/** A set of frames: all of the machine's, of a NUMA node, those that a process maps, those behind the memory of a guest, or behind a place. */
export type SweepTarget =
    | { readonly kind: 'machine' }
    | { readonly kind: 'node'; readonly node: number }
    | { readonly kind: 'process'; readonly process: string }
    | { readonly kind: 'guest'; readonly guest: string }
    | { readonly kind: 'place'; readonly place: Place };

/** Bound on the share of the pages of a sweep for which a claim holds. Percent, inclusive. */
export interface ShareBound { readonly bound: 'most' | 'least'; readonly percent: number; }

export type ArgumentValue = Place | MappingSpec | number | string | boolean | readonly string[] | readonly PlacedUse[];

/** Frames that a booting kernel has put to use (a row of vocabulary/boot-uses), or that an error hits. */
export interface PlacedUse { readonly place: Place; readonly use: string; }

export interface Guard {
    readonly kind: 'compare';
    /** kernel, sysctl, arch, config, proposal */
    readonly subject: string;
    readonly name?: string;
    readonly operator: '<' | '<=' | '=' | '!=' | '>=' | '>';
    readonly value: string;
}
export type Condition = Guard
    | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
    | { readonly kind: 'not'; readonly operand: Condition };

/** One `expect` line: every claim on it must hold of the step it stands under (or of the end, step -1). */
export interface Expectation {
    readonly source: SourceId;
    /** The virtual machine that it speaks of; absent: the host. */
    readonly guest?: string;
    /** Index in `steps`, -1 before the first step. */
    readonly step: number;
    readonly claims: readonly Claim[];
    readonly when?: Condition;
}

/** Below a sweep a claim speaks of every page, or of the share of the pages that `share` bounds. */
export type Claim = { readonly source: SourceId; readonly share?: ShareBound } & (
    | { readonly kind: 'result'; readonly type?: string; readonly result?: string }
    | { readonly kind: 'errno'; readonly errno: ErrnoName | '0' }
    | { readonly kind: 'signal'; readonly signal: string; readonly code?: string; readonly to?: string; readonly at?: Place; readonly addressLsbBits?: number; readonly count?: number }
    | { readonly kind: 'no-signal'; readonly to?: string }
    | { readonly kind: 'killed' | 'survives'; readonly process: string }
    /** As a shell shows it: 128 and the number of the signal that killed it. */
    | { readonly kind: 'exit-status'; readonly process: string; readonly status: number }
    | { readonly kind: 'panic' | 'oops'; readonly text?: string }
    | { readonly kind: 'no-panic' | 'no-oops' }
    | { readonly kind: 'dmesg' | 'no-dmesg'; readonly text: string }
    | { readonly kind: 'hardware-corrupted'; readonly bytes: number }
    | { readonly kind: 'node-counter'; readonly node: number; readonly counter: 'total' | 'ignored' | 'failed' | 'delayed' | 'recovered'; readonly value: number }
    | { readonly kind: 'poisoned' | 'not-poisoned'; readonly place: Place }
    | { readonly kind: 'contents'; readonly place: Place; readonly state: 'lost' | 'stale' | 'intact' }
    | { readonly kind: 'value'; readonly value: string }
    | { readonly kind: 'returns'; readonly value: number }
    | { readonly kind: 'text'; readonly text: string }
    /** Of all outcomes of a raced step: exactly these, no others than these, or none of these. */
    | { readonly kind: 'outcomes'; readonly how: 'exactly' | 'one-of' | 'never'; readonly outcomes: readonly OutcomePattern[] }
    | { readonly kind: 'not-modelled'; readonly what: string }
);

/** Claims that hold together of one outcome. */
export interface OutcomePattern {
    readonly source: SourceId;
    readonly claims: readonly Claim[];
}
