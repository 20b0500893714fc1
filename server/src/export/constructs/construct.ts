/** What of a program can be made on a real machine, and by which interface. The generators ask these tables; docs/export.md is made from them. */

/** One construct of a program. */
export interface Construct {
    /** How a C program makes it; null when it cannot. */
    readonly c: string | null;
    /** How a shell script makes it; null when it cannot. */
    readonly sh: string | null;
    /** Why it cannot be made, or what of it cannot. Said wherever the construct stands in a scenario and was not made. */
    readonly limit?: string;
}

export type ConstructTable<Key extends string = string> = Readonly<Record<Key, Construct>>;

/** Something of a program that the exported one does not make. */
export interface Gap {
    /** The construct as the tables name it, e.g. `step kexec`, `region vmalloc`. */
    readonly construct: string;
    readonly why: string;
    /** Index into `Program.sources` of the text that asks for it. */
    readonly source: number;
}

/** Made by a C program alone. */
export function onlyC(c: string, limit?: string): Construct {
    return { c, sh: null, ...limit === undefined ? {} : { limit } };
}

export function both(c: string, sh = c, limit?: string): Construct {
    return { c, sh, ...limit === undefined ? {} : { limit } };
}

export function neither(limit: string): Construct {
    return { c: null, sh: null, limit };
}
