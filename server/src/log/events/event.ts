/** What a kernel says, as typed events. Plain data. Addresses and registers are bigints; `toJson` writes them as hex text. */
import type { LogMessageId } from '../../vocabulary/message-wordings.js';
import type { MfResult, MfType } from '../../vocabulary/mf-types.js';

/** A line that an event came from. */
export interface Quote { readonly line: number; readonly text: string; }

export interface EventBase {
    /** First line first. At most {@link MAX_QUOTES}. */
    lines: Quote[];
    readonly bootUs?: number;
    readonly wallMs?: number;
    readonly host?: string;
    readonly speaker: string;
    /** `T123`, `C4`. */
    readonly caller?: string;
}

export const MAX_QUOTES = 40;

export type Severity = 'corrected' | 'deferred' | 'recoverable' | 'fatal' | 'informational' | 'unknown';

export interface Part {
    /** `CPU_SrcID#1_MC#0_Chan#0_DIMM#0`, `P0_Node0_Channel5_Dimm0 DIMMF1`, `Card01, ChnA, DIMM0`: as the log names it. */
    readonly name: string;
    readonly bank?: string;
    readonly row?: string;
    readonly column?: string;
}

/** One line of memory_failure(), soft offline, unpoison, the injector or a SIGBUS, by the table of messages. */
export interface MessageEvent extends EventBase {
    readonly kind: 'message';
    readonly id: LogMessageId;
    readonly values: Readonly<Record<string, string>>;
    readonly pfn?: bigint;
    readonly phys?: bigint;
    readonly address?: bigint;
    readonly type?: MfType;
    readonly result?: MfResult;
    readonly task?: { readonly comm: string; readonly pid: number };
    /** The wording is one that no described kernel has any more. */
    readonly old: boolean;
}

/** A GHES, BERT or ERST record in the UEFI's common format. */
export interface RecordEvent extends EventBase {
    readonly kind: 'record';
    /** `previous-boot`: BERT, or a record that was found at boot. */
    readonly of: 'this-boot' | 'previous-boot';
    readonly number?: number;
    readonly source?: number;
    severity: Severity;
    readonly sections: Section[];
}

export interface Section {
    severity: Severity;
    /** `memory error`, `ARM processor error`, `IA32/X64 processor error`, `PCIe error`, a GUID, ... */
    type: string;
    phys?: bigint;
    /** Bits of the address that are known. */
    mask?: bigint;
    errorType?: string;
    part?: string;
    fru?: string;
    dimm?: string;
    location?: string;
    contextCorrupt?: boolean;
    errorStatus?: bigint;
}

/** A record of EDAC. */
export interface EdacEvent extends EventBase {
    readonly kind: 'edac';
    readonly controller: string;
    readonly severity: Severity;
    readonly count: number;
    readonly what: string;
    readonly part: Part;
    readonly page?: bigint;
    readonly offset?: bigint;
    readonly overflow: boolean;
    /** Came through GHES: the same error as a record. */
    readonly firmware: boolean;
}

/** An x86 machine check bank, from the exception handler, by polling, through EDAC, AMD's decoder, mcelog or rasdaemon. */
export interface MachineCheckEvent extends EventBase {
    readonly kind: 'machine-check';
    readonly from: 'exception' | 'poll' | 'edac' | 'amd-decoder' | 'mcelog' | 'rasdaemon';
    /** Of `edac`: the controller, whose own line follows. */
    readonly controller?: string;
    readonly cpu?: number;
    bank?: number;
    status?: bigint;
    mcgStatus?: bigint;
    addr?: bigint;
    misc?: bigint;
    /** MCA_IPID of AMD: which kind of part the bank belongs to. */
    ipid?: bigint;
    vendor?: 'intel' | 'amd' | 'other';
    cpuid?: string;
    socket?: number;
    microcode?: string;
    /** Instruction pointer, and the function where the kernel had a symbol. */
    ip?: string;
    ipFunction?: string;
    inKernel?: boolean;
    severity: Severity;
    /** Unix time of the record. */
    time?: number;
    /** What a decoder said of it. */
    decoded: string[];
}

/** `Machine check: <reason>`, and other words about one. */
export interface MachineCheckReasonEvent extends EventBase { readonly kind: 'machine-check-reason'; readonly reason: string; }

/** `Machine check events logged`. */
export interface LoggedEvent extends EventBase { readonly kind: 'events-logged'; readonly about: 'machine-check' | 'thermal'; }

export interface AestEvent extends EventBase {
    readonly kind: 'aest';
    readonly source: string;
    status?: bigint;
    addr?: bigint;
    severity: Severity;
}

/** A machine check of POWER. */
export interface PowerMachineCheckEvent extends EventBase {
    readonly kind: 'power-machine-check';
    readonly cpu?: number;
    /** `UE Load/Store`, `SLB Multihit`. */
    error: string;
    readonly recovered: boolean;
    guest: boolean;
    severity: Severity;
    phys?: bigint;
    task?: { readonly comm: string; readonly pid: number };
    /** What the kernel takes it for; since 5.2. */
    cause?: 'hardware' | 'probably-hardware' | 'software' | 'probably-software';
}

/** What daemons, firmware and VMMs say about an error. */
export interface OtherSpeakerEvent extends EventBase {
    readonly kind: 'other-speaker';
    readonly says: 'page-offlined' | 'threshold' | 'injected-into-guest' | 'firmware-abort' | 'memory-event' | 'reset-reason';
    readonly phys?: bigint;
    readonly pfn?: bigint;
    readonly severity?: Severity;
    readonly part?: string;
}

/** CMCI storms. */
export interface StormEvent extends EventBase { readonly kind: 'storm'; readonly state: 'began' | 'ended'; }

/** Somebody set off an error on purpose: EINJ, mce-inject, sysfs, hwpoison-inject in a trace. */
export interface InjectorEvent extends EventBase { readonly kind: 'injector'; readonly how: string; }

export type CrashKind =
    | 'oops' | 'page-fault' | 'general-protection' | 'bug' | 'panic' | 'external-abort' | 'serror' | 'lockup' | 'stall' | 'hung-task' | 'bad-page' | 'sanitizer' | 'warning';

export interface CrashEvent extends EventBase {
    readonly kind: 'crash';
    readonly crash: CrashKind;
    /** The line that it begins with. */
    readonly title: string;
    /** Functions, innermost first; the first is the one that ran. */
    readonly trace: string[];
    readonly registers: Map<string, bigint>;
    /** What was being accessed (FAR, CR2). */
    faultAddress?: bigint;
    /** arm64's syndrome. */
    esr?: bigint;
    pid?: number;
    comm?: string;
    cpu?: number;
    /** Functions of modules. */
    modules: Set<string>;
    panicText?: string;
    /** Frames that it names (`pfn:...`). */
    pfns: bigint[];
    ended: boolean;
    /** Lines that were read for it. */
    read: number;
}

export interface BootEvent extends EventBase { readonly kind: 'boot'; readonly release?: string; readonly kexec: boolean; }

/** Something about the machine or the kernel. */
export interface FactEvent extends EventBase {
    readonly kind: 'fact';
    readonly fact: 'release' | 'arch' | 'ram' | 'hypervisor' | 'hardware' | 'page-shift' | 'kaslr' | 'command-line';
    readonly value: string;
    readonly start?: bigint;
    readonly end?: bigint;
}

export interface SuppressedEvent extends EventBase { readonly kind: 'suppressed'; readonly function: string; readonly count: number; }

export type LogEvent =
    | MessageEvent | RecordEvent | EdacEvent | MachineCheckEvent | MachineCheckReasonEvent | LoggedEvent | AestEvent | PowerMachineCheckEvent | OtherSpeakerEvent | StormEvent | InjectorEvent
    | CrashEvent | BootEvent | FactEvent | SuppressedEvent;
