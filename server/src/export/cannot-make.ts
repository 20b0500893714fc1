/** Something that an exported program cannot make. */

/** Thrown where something cannot be made: what stands above it says where. */
export class CannotMake extends Error {
    readonly construct: string;
    readonly why: string;

    constructor(construct: string, why: string) {
        super(`${construct}: ${why}`);
        this.construct = construct;
        this.why = why;
    }
}
