/** What a real kernel did in the steps of a scenario. Counters are those since the scenario began. */
import type { Counters, StepOutcome } from '../../simulator/trace.js';

export interface Observation {
    /** Base pages of the machine; 4 KiB unless given. */
    readonly pageBytes?: number;
    /** By the step's index in the program. */
    readonly steps: readonly ObservedStep[];
    /** Why it ended before its last step; null when it did not. */
    readonly cut: Cut | null;
    readonly panic: string | null;
    /** A fault of the kernel's own. */
    readonly oops: string | null;
}

export interface Cut {
    /** -1: while the state was made. */
    readonly step: number;
    readonly why: 'not made' | 'panic' | 'hung' | 'lost';
    readonly text: string;
}

export interface ObservedStep {
    readonly index: number;
    readonly outcome: Omit<StepOutcome, 'signal'>;
    /** In the order in which the handlers ran. */
    readonly signals: readonly ObservedSignal[];
    readonly log: readonly ObservedLine[];
    readonly exits: readonly ObservedExit[];
    readonly counters: Counters | null;
    readonly panic: string | null;
}

export interface ObservedSignal {
    /** `process` or `process.thread`. */
    readonly task: string;
    readonly signal: string;
    readonly code: string;
    readonly address: number;
    /** The mapping that holds the address. */
    readonly mapping?: string;
    readonly offset?: number;
    readonly addressLsbBits: number | null;
}

export interface ObservedLine { readonly level: 'emerg' | 'err' | 'warn' | 'info'; readonly text: string }
/** `signal` null: it exited. */
export interface ObservedExit { readonly process: string; readonly signal: string | null }
