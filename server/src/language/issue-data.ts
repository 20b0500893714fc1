/** What quick fixes need to know: they never read a message. Plain data, for it goes to the editor and back. */
export interface IssueData {
    /** Text to put in the place of `word`, or of the whole range; best first. */
    readonly suggestions?: readonly string[];
    /** As it is written in the range, the part that is wrong; the whole range when there is none. */
    readonly word?: string;
    /** What to write in the place of a value, best first; where that stands, the fix of the code knows. */
    readonly values?: readonly string[];
    /** Lines that the scene needs, best first: `memory 4 GiB`. */
    readonly settings?: readonly string[];
    /** The kernel that lacks something, as it is written. */
    readonly lackingKernel?: string;
    /** Condition under which the line can hold: `kernel >= 6.12`. */
    readonly guard?: string;
    /** Attributes of which one should go, with its value: `ksm`. */
    readonly attributes?: readonly string[];
    /** The declaration that the mend concerns. */
    readonly name?: string;
    /** Line of the declaration, step or block that the mend concerns, from 0. */
    readonly line?: number;
    /** The text ends before the block does. */
    readonly atEnd?: true;
}
