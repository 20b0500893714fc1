import type { RaceOutcome } from '../../simulator/trace.js';
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import type { Went } from './attempt.js';
import type { RacedEnd } from './race-outcome.js';

/** One interleaving as it was forced, and what the kernel did. */
export interface Forcing {
    readonly went: readonly Went[];
    /** Where somebody acted, in order; empty where nobody interfered. */
    readonly windows: readonly RaceWindowId[];
    readonly end: RacedEnd;
    /** Lines of the kernel log about the frame. */
    readonly log: readonly string[];
    readonly milliseconds: number;
}

export interface RaceResult {
    /** Index of the step in the program. */
    readonly step: number;
    /** In the order of the prediction; `seen` by whom it was forced. */
    readonly outcomes: readonly { readonly outcome: RaceOutcome; readonly end: RacedEnd; readonly seen: readonly Forcing[] }[];
    /** What the kernel did and nobody predicted. */
    readonly unpredicted: readonly { readonly end: RacedEnd; readonly forcings: readonly Forcing[] }[];
    /** Points that the handler came by where nobody interfered. */
    readonly passed: readonly string[];
    /** Everything that was forced. */
    readonly forcings: readonly Forcing[];
    /** What could not be forced, in words. */
    readonly notForced: readonly string[];
}
