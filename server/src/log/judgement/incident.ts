/** What triage finds in a log. Plain JSON: addresses are hex text. The shape is described by docs/triage.schema.json. */
import type { MfResult, MfType } from '../../vocabulary/mf-types.js';
import type { Quote, Severity } from '../events/event.js';

export const TRIAGE_SCHEMA = 'hwp-triage/1';

export type Verdict = 'hardware' | 'known-software-fault' | 'software' | 'injected' | 'corrected-only' | 'undecided';

/** Gravest first: what stands for a log with several incidents, where none of them ended in a crash. */
export const VERDICTS: readonly Verdict[] = ['hardware', 'known-software-fault', 'software', 'injected', 'undecided', 'corrected-only'];

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
    'hardware': 'a hardware problem',
    'known-software-fault': 'a known software fault, set off by an error',
    'software': 'software',
    'injected': 'injected by a test',
    'corrected-only': 'corrected errors only',
    'undecided': 'undecided',
};

export interface Reason { readonly text: string; readonly quotes: readonly Quote[]; }

export interface Action { readonly pfn: string; readonly type: MfType | null; readonly words: string; readonly result: MfResult | null; readonly line: number; }

export interface Victim { readonly comm: string; readonly pid: number; readonly what: 'SIGBUS' | 'SIGKILL' | 'fault' | 'killed'; readonly line: number; }

export interface CrashSummary {
    readonly title: string;
    readonly kind: string;
    /** The function that ran; null where the log does not say. */
    readonly function: string | null;
    readonly comm: string | null;
    readonly pid: number | null;
    readonly line: number;
    readonly bootUs: number | null;
}

export type EvidenceKind = 'names-frame' | 'machine-check-record' | 'linear-map' | 'handler-in-trace' | 'fault-address';

/** Why a crash is tied to a frame. */
export interface Evidence {
    readonly kind: EvidenceKind;
    readonly text: string;
    readonly pfn: string | null;
    /** How likely such a match is by chance; 0 where the kernel names the frame. */
    readonly chance: number;
}

export interface Followed { readonly crash: CrashSummary; readonly evidence: readonly Evidence[]; /** Microseconds after the error. */ readonly afterUs: number | null; }

export interface Incident {
    /** `boot.number` within the log. */
    readonly id: string;
    readonly boot: number;
    readonly verdict: Verdict;
    readonly certainty: 'certain' | 'likely';
    readonly signature: string;
    /** One sentence. */
    readonly title: string;
    readonly reasons: readonly Reason[];
    /** Row of known-faults.ts. */
    readonly knownFault: string | null;
    /** What would settle it; only of `undecided`. */
    readonly wouldDecide: string | null;
    readonly what: 'memory' | 'processor' | 'bus' | 'unknown';
    readonly severity: Severity;
    /** Bad frames in ascending order, at most 64; `frameCount` says how many there are. */
    readonly frames: readonly string[];
    readonly frameCount: number;
    /** Physical addresses as reported, at most 16. */
    readonly addresses: readonly string[];
    readonly pageShift: number | null;
    readonly parts: readonly string[];
    /** Errors: two reports of one error count once. */
    readonly errors: number;
    readonly actions: readonly Action[];
    /** Of the first 8 frames. */
    readonly handling: readonly Handling[];
    readonly victims: readonly Victim[];
    readonly followed: readonly Followed[];
    /** Frames of this incident stay in use. */
    readonly inUse: boolean;
    readonly previousBoot: boolean;
    readonly first: Moment;
    readonly last: Moment;
    /** What the model makes of it, where it was asked. */
    readonly whatIf?: WhatIf;
    /** The lines that decide, in order, at most 40. */
    readonly lines: readonly Quote[];
}

/** What was said of one frame: the lines of memory_failure(), soft offline and the injector, at most 12. */
export interface Handling { readonly pfn: string; readonly lines: readonly Quote[]; }

export interface Outcome {
    /** `Linux 7.3`, `vm.memory_failure_early_kill=1`. */
    readonly of: string;
    /** `MF_MSG_KERNEL MF_IGNORED`. */
    readonly results: readonly string[];
    readonly signals: readonly string[];
    readonly panic: string | null;
    /** Why there is none. */
    readonly unmodelled: string | null;
}

export interface WhatIf {
    readonly kernel: string;
    /** How the kernel is known. */
    readonly kernelBasis: string;
    /** Lines of the incident that the model prints as well. */
    readonly agrees: readonly string[];
    readonly differs: readonly string[];
    /** What the model prints. */
    readonly predicted: readonly string[];
    readonly others: readonly Outcome[];
    /** The text of a .hwp file; null where no line is reproduced. */
    readonly scenario: string | null;
    /** It passes, and all lines agree. */
    readonly passes: boolean;
}

export interface Moment { readonly line: number; readonly bootUs: number | null; readonly wall: string | null; }

export interface OtherCrash extends CrashSummary { readonly boot: number; readonly signature: string; }

export interface BootSummary { readonly index: number; readonly release: string | null; readonly arch: string | null; readonly pageShift: number | null; readonly pageShiftBy: string | null; readonly firstLine: number; readonly guest: string | null; }

/** What a log holds. */
export interface LogTriage {
    /** Of the gravest incident; `none` where nothing was found. */
    readonly verdict: Verdict | 'none';
    readonly host: string | null;
    readonly boots: readonly BootSummary[];
    readonly incidents: readonly Incident[];
    /** Crashes that belong to no memory error. */
    readonly crashes: readonly OtherCrash[];
    /** What the log leaves out: lines that the kernel suppressed, events beyond a limit. */
    readonly left: { readonly suppressed: number; readonly dropped: number };
}
