/** Most letters that are written out; further pages repeat the last one. */
const MAX_LETTERS = 4096;

/** Default contents: one letter a page, from `first` on, starting again after 26. */
export function letters(first: 'a' | 'A', pageCount: number): string {
    const start = first.charCodeAt(0);
    return Array.from({ length: Math.min(pageCount, MAX_LETTERS) }, (_, page) => String.fromCharCode(start + page % 26)).join('');
}
