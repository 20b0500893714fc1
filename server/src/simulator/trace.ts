/**
 * The trace: everything a simulation found out, as plain JSON-able data.
 * Hints, hovers, diagnostics, the command line and comparisons read this and nothing else.
 */
import type { ErrnoName } from '../vocabulary/errnos.js';
import type { MfResult, MfType } from '../vocabulary/mf-types.js';
import type { SignalCode, SignalName } from '../vocabulary/signals.js';
import type { BootKind, CarrierName } from '../vocabulary/carriers.js';
import type { DecisionId } from '../vocabulary/decisions.js';
import type { RaceWindowId } from '../vocabulary/race-windows.js';
import type { KernelChoice, SourceId } from './program.js';

/** Bumped whenever a reader of an older trace could misread a newer one. */
export const TRACE_SCHEMA = 1;

export interface Trace {
    readonly schema: typeof TRACE_SCHEMA;
    readonly scenario: string;
    readonly kernel: KernelChoice;
    readonly arch: string;
    /** log2 of the base page size in bytes. */
    readonly pageShift: number;
    readonly steps: readonly StepTrace[];
    /** State when the timeline ended (or when the machine stopped). */
    readonly end: EndState;
    /** The virtual machines, by name. */
    readonly guests?: Readonly<Record<string, GuestState>>;
    /** What the program asks for and the model does not describe; non-empty means "unverified". */
    readonly notModelled: readonly NotModelled[];
    /** Where everything lay before the first step. */
    readonly start?: MemoryState;
}

/** What a virtual machine is, how it began and how it ended. */
export interface GuestState {
    readonly kernel: KernelChoice;
    readonly arch: string;
    readonly pageShift: number;
    readonly end: EndState;
    readonly start?: MemoryState;
}

/** What lies where. Memory that no run covers is free. */
export interface MemoryState {
    /** By the first frame, not overlapping. */
    readonly memory: readonly MemoryRun[];
    /** By process, mapping and page. */
    readonly mappings: readonly MappedRun[];
    /** Runs that were too many to keep. */
    readonly leftOut: number;
}

/** Frames that follow each other and are alike. */
export interface MemoryRun {
    readonly pfn: number;
    readonly pageCount: number;
    /** Size of its folios, log2 base pages. */
    readonly order: number;
    /** Row of the page kinds or of the file systems, or another word of the model: `anon`, `slab`, `hugetlb`. */
    readonly kind: string;
    /** What it belongs to, as the text names it: `dentries`, `httpd.heap`; '' where nobody declared it. */
    readonly name: string;
}

/** Pages of a mapping that follow each other, as do the frames behind them. */
export interface MappedRun {
    readonly process: string;
    readonly mapping: string;
    /** From the start of the mapping. */
    readonly page: number;
    readonly pageCount: number;
    readonly pfn: number;
}

export interface NotModelled {
    readonly source: SourceId;
    /** Index of the step in `Trace.steps`, or -1 for a declaration. */
    readonly step: number;
    readonly what: string;
}

export interface StepTrace {
    /** Index in `Program.steps`. */
    readonly index: number;
    readonly source: SourceId;
    /** The label set by the latest `phase` step, '' before the first. */
    readonly phase: string;
    /** Simulated time since the start of the scenario, nanoseconds. */
    readonly timeNs: number;
    /** The kernel that the step ran on, where it is not the one that the scenario began with. A boot is a step of the kernel that boots. */
    readonly kernel?: KernelChoice;
    /** When that kernel booted, on the same clock as `timeNs`; absent for the first. */
    readonly bootedNs?: number;
    /** The operation as the program names it, e.g. `corrupt-pfn`. */
    readonly op: string;
    /** Name of the acting task as `process` or `process.thread`; `root` for the test harness, `kernel`, `hardware`. */
    readonly actor: string;
    /** The machine had panicked before: nothing was executed. */
    readonly skipped: boolean;
    /** In the order in which they happened. */
    readonly events: readonly TraceEvent[];
    readonly outcome: StepOutcome;
    /** Counters after the step. */
    readonly counters: Counters;
    /** The virtual machine whose task or kernel made the step; absent: the host's. */
    readonly guest?: string;
    /** Counters of each virtual machine after the step. */
    readonly guestCounters?: Readonly<Record<string, Counters>>;
    /** The frames behind the pages (`db:heap[2]`, `log[0]`) that the step's expectations speak of, after it; pages without one are left out. */
    readonly claimed?: Readonly<Record<string, number>>;
    /** Everything that the step can come to when others interfere; the rest of the trace continues from nobody interfering. */
    readonly race?: RaceTrace;
    /** What a sweep found. The machine of the scenario is not touched by it: such a step has no events of its own. */
    readonly sweep?: SweepTrace;
}

/** The explored interleavings of a step with its competitors. */
export interface RaceTrace {
    /** Distinct outcomes: first the one with nobody interfering, then by the number of moves that the shortest way to it takes. */
    readonly outcomes: readonly RaceOutcome[];
    /** Interleavings that there are, the one with nobody interfering included. Those with the same end in common are run once. */
    readonly interleavings: number;
    /** The limit that ended the exploration; null when every interleaving is covered. */
    readonly limit: string | null;
    /** Windows that the step came by in any interleaving, in the order of the handler. */
    readonly windows: readonly RaceWindowId[];
    /** In the order of `Step.races`. */
    readonly competitors: readonly RaceCompetitor[];
}

export interface RaceCompetitor {
    readonly source: SourceId;
    readonly actor: string;
    readonly op: string;
    /** It could act at no window of the step. */
    readonly idle: boolean;
}

/** Interleavings with the same results, errno, signals and stop. */
export interface RaceOutcome {
    /**
     * How it comes about, the shortest first: one way for each sequence of windows that leaves none of its moves out. At most
     * {@link MAX_RACE_WAYS}.
     */
    readonly ways: readonly RaceWay[];
    /** Number of interleavings that end so. */
    readonly interleavings: number;
    /** The step as it goes in the first of the ways. */
    readonly step: StepTrace;
}

/** Ways that are kept for one outcome. */
export const MAX_RACE_WAYS = 16;

/** Moves in order; none when nobody interferes. */
export type RaceWay = readonly RaceMove[];

export interface RaceMove {
    readonly window: RaceWindowId;
    /** How many times the window had opened by then. */
    readonly visit: number;
    /** Index in `RaceTrace.competitors`. */
    readonly competitor: number;
    /** What it does there. */
    readonly what: string;
}

/** The same step for every page, each time on a machine of its own: one class for all pages in the same state. */
export interface SweepTrace {
    /** As the text names what was swept. */
    readonly over: string;
    readonly pageCount: number;
    /** By the lowest frame. Their pages sum up to `pageCount` unless a limit was met. */
    readonly classes: readonly SweepClass[];
    /** The limit that ended the sweep early; null when it is complete. */
    readonly limit: SweepLimit | null;
}

export interface SweepLimit { readonly of: 'classes' | 'replayed-steps'; readonly limit: number; readonly found: number; }

/** Pages in the same state, and what the step does to each of them. */
export interface SweepClass {
    /** What the pages belong to, as the text names it: `dentries`, `httpd.heap`, `static`; else what it is: `free memory`. */
    readonly region: string;
    /** Row of the page kinds or of the file systems, or another word of the model: `anon`, `slab`, `hugetlb`. */
    readonly kind: string;
    /** Where in its folio a page stands; `single` for folios of one page. */
    readonly position: 'single' | 'head' | 'tail';
    /** Size of the folio, log2 base pages. */
    readonly folioOrder: number;
    readonly pageCount: number;
    readonly nodes: readonly { readonly node: number; readonly pageCount: number }[];
    /** The page that stands for the class: the lowest. */
    readonly pfn: number;
    /** What the step does to that page. `index` and `source` are those of the sweep. */
    readonly step: StepTrace;
    readonly notModelled: readonly string[];
}

/** What the step gave back to whoever made it. */
export interface StepOutcome {
    /** '' when the step has no return value (a load that faulted, a skipped step); '0' is success. */
    readonly errno: ErrnoName | '0' | '';
    /** Return value of a system call: bytes or a count, absent where the call has none of interest. */
    readonly returned?: number;
    /** First byte that a load, pread() or read() saw: one character, or '\0'. */
    readonly value?: string;
    /** Any further text result: a residency vector, page flags, a pool count. */
    readonly text?: string;
    /** The signal that ended a load or store, also present among the events. */
    readonly signal?: SignalEvent;
    /** Pfn of the page seen by `pagemap`, or null when none is mapped. */
    readonly pfn?: number | null;
}

export type TraceEvent = DecisionEvent | LogEvent | SignalEvent | ResultEvent | PanicEvent | OopsEvent | ExitEvent | DataEvent | BootEvent | GuestEvent;

/** A choice the kernel made, with the state it changed. */
export interface DecisionEvent {
    readonly t: 'decision';
    readonly id: DecisionId;
    /** The frame that was decided on, when there is one. */
    readonly pfn?: number;
    /** Values that the decision looked at, ready to be shown: `refcount 1`, `dirty`. */
    readonly note?: string;
    readonly changes?: readonly StateChange[];
}

export interface StateChange {
    readonly of: 'page' | 'mapping' | 'task' | 'counter' | 'file' | 'pool' | 'kernel';
    /** Which one: a pfn in hex, `db:heap[2]`, `db.main`, `HardwareCorrupted`. */
    readonly key: string;
    /** Which property: `PG_hwpoison`, `pte`, `refcount`. */
    readonly field: string;
    readonly before: string;
    readonly after: string;
}

/** One line of the kernel log, without time stamp. */
export interface LogEvent {
    readonly t: 'log';
    readonly level: 'emerg' | 'err' | 'warn' | 'info';
    readonly text: string;
    /** CPU that printed it, where that matters (machine checks). */
    readonly cpu?: number;
}

/** One action_result(): the MF type and result of one frame. */
export interface ResultEvent {
    readonly t: 'result';
    readonly pfn: number;
    readonly type: MfType;
    readonly result: MfResult;
}

export type SignalFate = 'handled' | 'killed' | 'ignored' | 'pending' | 'coalesced';

export interface SignalEvent {
    readonly t: 'signal';
    readonly signal: SignalName;
    readonly code: SignalCode;
    /** `process` or `process.thread` as the program names them. */
    readonly task: string;
    readonly pid: number;
    readonly tid: number;
    /** Byte address in si_addr; null when the signal carries none. */
    readonly address: number | null;
    /** The mapping that holds the address, and the byte offset in it. */
    readonly mapping?: string;
    readonly offset?: number;
    /** log2 bytes, si_addr_lsb; null when the signal carries none. */
    readonly addressLsbBits: number | null;
    /** Forced signals (AR) cannot be blocked or ignored. */
    readonly forced: boolean;
    readonly fate: SignalFate;
}

export interface PanicEvent { readonly t: 'panic'; readonly text: string; }
export interface OopsEvent { readonly t: 'oops'; readonly text: string; }

/** Another kernel runs from here on. First event of its step. */
export interface BootEvent {
    readonly t: 'boot';
    readonly how: BootKind;
    readonly kernel: KernelChoice;
    /** Its RAM, bytes. */
    readonly ramBytes: number;
    /** How it was told of the bad frames. */
    readonly carrier: CarrierName;
    /** Frames or list entries that reached it. */
    readonly carried: number;
}

/** A process ended. */
export interface ExitEvent {
    readonly t: 'exit';
    readonly process: string;
    /** Null for a voluntary exit. */
    readonly signal: SignalName | null;
    /** What the process exits with; absent: 0, or what the signal makes of it. */
    readonly status?: number;
}

/** Contents that nobody will be told about: dropped, replaced by an older copy, or read from bad memory that delivers them. */
export interface DataEvent {
    readonly t: 'data';
    readonly fate: 'lost' | 'stale' | 'corrupt';
    /** `file log[1]`, `db:heap[2]`. */
    readonly what: string;
    readonly pfn?: number;
}

/** Something that happened in a virtual machine; pfns, tasks and addresses are the guest's. In a guest's view of a trace the other side is wrapped so, with guest ''. */
export interface GuestEvent { readonly t: 'guest'; readonly guest: string; readonly event: TraceEvent; }

/** Pages, not kilobytes; the node statistics count events. */
export interface Counters {
    readonly poisonedPages: number;
    readonly nodes: readonly NodeCounters[];
}

export interface NodeCounters {
    readonly total: number;
    readonly ignored: number;
    readonly failed: number;
    readonly delayed: number;
    readonly recovered: number;
}

export interface EndState {
    readonly counters: Counters;
    readonly panic: string | null;
    readonly oops: string | null;
    /** Program names of processes that are dead, with what killed them (null: they exited). */
    readonly exits: Readonly<Record<string, SignalName | null>>;
    /** Names bound with `page`, and their state. */
    readonly frames: Readonly<Record<string, FrameState>>;
    /** First frame of each declared region. */
    readonly regions: Readonly<Record<string, number>>;
}

export interface FrameState {
    readonly pfn: number;
    readonly poisoned: boolean;
    readonly description: string;
}
