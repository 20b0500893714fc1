import type { Surroundings } from './usual-mistakes.js';

/** What a row makes of what it finds: with `$1` for the first group, or by a function of the groups; undefined where it does not fit after all. */
export interface Rewrite {
    readonly find: RegExp;
    readonly write: string | ((groups: readonly string[], around: Surroundings) => string | undefined);
    /** Lines that it is for; all without it. */
    readonly on?: RegExp;
}
