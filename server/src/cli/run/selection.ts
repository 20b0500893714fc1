/** Which of the scenarios of a run are meant: `--filter`, `--shard`. */

/** One part of a run that is divided among several machines; parts count from 1. */
export interface Shard {
    readonly part: number;
    readonly of: number;
}

/** Plain data: it goes to other threads. */
export interface Selection {
    readonly filter?: RegExp;
    readonly shard?: Shard;
}

/** Reads `2/5`. */
export function parseShard(written: string): { readonly value: Shard } | { readonly error: string } {
    const [, part, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(written) ?? [];
    const shard = { part: Number(part), of: Number(of) };
    return part !== undefined && shard.part >= 1 && shard.part <= shard.of ? { value: shard } : { error: `\`${written}\` is no part of a whole: write \`2/5\` for the second of five parts.` };
}

/** Reads a regular expression, as JavaScript writes them. */
export function parseFilter(written: string): { readonly value: RegExp } | { readonly error: string } {
    try {
        return { value: new RegExp(written, 'iu') };
    } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
    }
}

/** The scenarios of a text that a filter lets through, where there are no parts. */
export function filtered(filter: RegExp | undefined): (titles: readonly string[]) => boolean[] {
    return (titles) => selected(titles, filter === undefined ? {} : { filter }, 0);
}

/** How many scenarios of a text the filter lets through. */
export function countMatching(titles: readonly string[], { filter }: Selection): number {
    return titles.filter((title) => filter?.test(title) !== false).length;
}

/**
 * The scenarios of a text that are meant. Every scenario that the filter lets through is in exactly one part.
 * @param before how many the filter lets through in the files before
 */
export function selected(titles: readonly string[], { filter, shard }: Selection, before: number): boolean[] {
    let seen = before;
    return titles.map((title) => {
        if (filter?.test(title) === false) {
            return false;
        }
        seen += 1;
        return shard === undefined || (seen - 1) % shard.of === shard.part - 1;
    });
}
