/** What a debugger asks of a session and is answered. Plain data; lines and columns count from 0. */

export interface DebugPlace {
    readonly uri: string;
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
}

/** Which run is to be stepped through. */
export interface DebugTarget {
    /** `ScenarioItem.id`. */
    readonly scenario: string;
    /** Name of a variant; absent: the first. */
    readonly variant?: string;
    /** `7.3`: instead of the kernel that the scenario says. */
    readonly kernel?: string;
    readonly sysctls?: Readonly<Record<string, number>>;
    /** A way of a race: its windows (`W1, then W5`), an outcome as an expectation writes it, or the number of an outcome. Absent: nobody interferes. */
    readonly race?: string;
}

/** The session is open. */
export interface DebugStart {
    readonly title: string;
    /** The machines, the host first. Ids count from 1. */
    readonly threads: readonly { readonly id: number; readonly name: string }[];
    readonly steps: number;
    /** Positions that one can stop at. */
    readonly positions: number;
    /** What the user should know of the run. */
    readonly notes: readonly string[];
    /** Names that can be asked for, for values in the text. */
    readonly names: readonly string[];
    /** Number of the text that is stepped through: another one after an edit. */
    readonly fingerprint: string;
}

/** There is nothing to step through. */
export interface DebugProblem {
    readonly problem: string;
    /** What could have been asked for. */
    readonly choices: readonly string[];
}

/** What stops a run beside places and functions. */
export type StopFilter = 'panic' | 'oops' | 'sigbus' | 'ignored' | 'page';

export type DebugBreakpoint = {
    readonly id: number;
    readonly condition?: string;
    /** `3`: the third time; `>= 3`; `% 2`. */
    readonly hitCondition?: string;
    /** Says that instead of stopping; `{bad.refcount}` is replaced by the value. */
    readonly logMessage?: string;
} & (
    | { readonly kind: 'line'; readonly uri: string; readonly line: number }
    /** A line of the outline of a function: the decision that stands there. */
    | { readonly kind: 'outline'; readonly function: string; readonly line: number }
    /** A kernel function or the id of a decision. */
    | { readonly kind: 'function'; readonly name: string }
    | { readonly kind: 'filter'; readonly filter: StopFilter }
    /** Something that changes: `DebugVariable.dataId`. */
    | { readonly kind: 'data'; readonly dataId: string }
);

export interface CheckedBreakpoint {
    readonly id: number;
    readonly verified: boolean;
    /** Where it stands, for one that moved to the next step. */
    readonly line?: number;
    /** Why it stops nowhere. */
    readonly message?: string;
}

/** `next` passes by what the function calls, `in` goes to the next decision, `out` to the next one of a caller, `back` is `next` backwards. */
export type DebugMotion = 'next' | 'in' | 'out' | 'back' | 'continue' | 'reverse';

export type StopReason = 'entry' | 'step' | 'breakpoint' | 'function breakpoint' | 'data breakpoint' | 'exception' | 'goto' | 'end';

export interface DebugOutput {
    /** `log`: the kernel printed it; `point`: a log point says it. */
    readonly kind: 'log' | 'point';
    readonly text: string;
    readonly place: DebugPlace | null;
}

export interface DebugStop {
    readonly position: number;
    /** Index of the step; one more than the last at the end. */
    readonly step: number;
    /** The machine on which it is. */
    readonly thread: number;
    readonly reason: StopReason;
    /** Ids of the breakpoints that were met. */
    readonly breakpoints: readonly number[];
    /** What was met, for a person: `panic: Memory failure on page 4003`. */
    readonly text: string;
    readonly output: readonly DebugOutput[];
}

/** A frame of the call stack, the innermost first. */
export interface DebugFrame {
    readonly name: string;
    /** A kernel function whose outline shows it; absent for the step. */
    readonly function?: string;
    readonly place: DebugPlace | null;
    /** Line of the outline that it stands at. */
    readonly line: number;
    /** Nothing is decided there. */
    readonly subtle: boolean;
}

export interface DebugVariable {
    readonly name: string;
    readonly value: string;
    /** Leads to what it consists of; '' for a plain value. */
    readonly path: string;
    /** As a watch asks for it; '' where there is no such word. */
    readonly evaluateName: string;
    /** The last step changed it, or something in it. */
    readonly changed: boolean;
    /** By this a data breakpoint knows it. */
    readonly dataId: string;
}

export interface DebugValue {
    readonly value: string;
    readonly path: string;
    readonly dataId: string;
}

export interface DebugError { readonly error: string }
