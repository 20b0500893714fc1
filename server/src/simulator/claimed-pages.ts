/** The pages that expectations speak of: a trace tells which frames these are, whether or not a step was about them. */
import type { Place, Program } from './program.js';

/** Most pages of one claim that are looked up. */
export const MAX_CLAIMED_PAGES = 512;

/** One page of a mapping or a file. */
export type Page = Extract<Place, { readonly kind: 'mapping' | 'file' }>;

/** `db:heap[2]`, `log[0]`: a page as data events and changed page-table entries name it. */
export function pageName(page: Page): string {
    return `${page.kind === 'mapping' ? `${page.process}:${page.mapping}` : page.file}[${page.page}]`;
}

/** The pages of a place, each by itself; nothing for what is no mapping or file. */
export function pagesOf(place: Place): readonly Page[] {
    if (place.kind !== 'mapping' && place.kind !== 'file') return [];
    return Array.from({ length: place.pageCount }, (_each, index) => ({ ...place, page: place.page + index, pageCount: 1 }));
}

/** By the index of a step, the pages of the host that the expectations below it speak of. */
export function claimedPages({ steps, expectations }: Program): ReadonlyMap<number, readonly Page[]> {
    const claimed = new Map<number, Page[]>();
    for (const { step, guest, claims } of expectations) {
        if (guest !== undefined) continue;
        for (const claim of claims) {
            if (claim.kind !== 'poisoned' && claim.kind !== 'not-poisoned' && claim.kind !== 'contents') continue;
            if (!('pageCount' in claim.place) || claim.place.pageCount > MAX_CLAIMED_PAGES) continue;
            // What stands under no step speaks of the end.
            const index = step < 0 ? steps.length - 1 : step;
            claimed.set(index, [...claimed.get(index) ?? [], ...pagesOf(claim.place)]);
        }
    }
    return claimed;
}
