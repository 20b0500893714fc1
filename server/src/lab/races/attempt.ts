/** One interleaving that is forced: what is held where, and who acts meanwhile. */
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import type { InnerHold } from './acts.js';

/** What happens next. CPUs that are not named stand still. */
export type Move =
    /** The handler goes on to one of these points, to the n-th time that it comes to one. */
    | { readonly t: 'hold'; readonly points: readonly string[]; readonly visit: number; readonly window: RaceWindowId }
    /** The competitor takes an act to its end, or until it sleeps. */
    | { readonly t: 'act'; readonly competitor: number; readonly act: number; readonly what: string }
    /** It begins an act and is held in the middle of it. */
    | { readonly t: 'begin'; readonly competitor: number; readonly act: number; readonly what: string; readonly inner: InnerHold }
    /** It ends what it has begun. */
    | { readonly t: 'finish'; readonly competitor: number; readonly what: string }
    /** The handler goes on alone to its end. */
    | { readonly t: 'alone' };

export interface Attempt {
    readonly moves: readonly Move[];
}

/** A move as it went. */
export interface Went {
    readonly what: string;
    /** The point was reached, the act came to its end. */
    readonly done: boolean;
    /** Where the handler was. */
    readonly point: string | null;
    readonly window: RaceWindowId | null;
    /** The raced page afterwards, as its struct page has it. */
    readonly page: string;
}

/** `W4 + W4`: the windows at which somebody acted, in order. */
export function windowsOf(went: readonly Went[]): readonly RaceWindowId[] {
    return went.flatMap(({ window }) => window === null ? [] : [window]);
}
