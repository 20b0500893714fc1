/** What the agent in the guest is told of a scenario: lines of text, and what their numbers stand for. */
import type { SourceId } from '../../simulator/program.js';

/** What of a scenario cannot be made on a real machine here. */
export interface NotMade {
    /** The construct, as the language calls it: `region vmalloc`, `kexec`. */
    readonly construct: string;
    readonly reason: string;
    readonly source: SourceId;
}

export interface Plan {
    /** Base pages of the machine it is for. */
    readonly pageBytes: number;
    readonly lines: readonly string[];
    /** Program names of tasks (`db`, `db.worker`) by their number in the plan; a process has that of its main thread. */
    readonly tasks: readonly string[];
    /** `process:mapping` by the number of the range; children share those of their parents. */
    readonly ranges: readonly (readonly string[])[];
    /** Steps that the plan takes, by their index in the program. */
    readonly steps: readonly number[];
    /** Why it needs a freshly booted machine of its own; '' when it leaves nothing behind that others could meet. */
    readonly alone: string;
    /** Why nobody may use the machine after it; a machine that is merely used may serve for a first look. */
    readonly harm: string;
    /** Why one run of it may come out otherwise than the next; '' when nothing is up to chance. */
    readonly chance: string;
}

export type Planned = { readonly plan: Plan } | { readonly notMade: readonly NotMade[] };
