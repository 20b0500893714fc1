/** What a machine was like at every moment of a run: beside the trace, for who asked for it. Plain data. */

/** Properties of one thing by their names, ready to be shown. */
export type Fields = Readonly<Record<string, string>>;

/** One thing became another. Null: there is no such thing. */
export interface ItemChange {
    /** Index in `StateLog.items`. */
    readonly item: number;
    readonly before: Fields | null;
    readonly after: Fields | null;
}

/**
 * The state at every position of a trace. Position 0 is the one before the first step; each step has one before it begins and one after
 * each of its events, in the order of `StepTrace.events`; the last is the end.
 */
export interface StateLog {
    /** What was followed: where it stands in the tree of the state, e.g. `frames`, `0x4003`, or `processes`, `db`, `mappings`, `heap`. */
    readonly items: readonly (readonly string[])[];
    /** By position: what has changed since the position before. At position 0 everything comes into being. */
    readonly changes: readonly (readonly ItemChange[])[];
    /** What was not followed everywhere, in words; empty for a run of usual length. */
    readonly limits: readonly string[];
}
