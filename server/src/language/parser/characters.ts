/** Characters that the language has no use for: how messages name them, and what was meant by them. */

/** What word processors, mail and web pages make of the characters that people type. */
const MEANT: readonly (readonly [written: string, meant: string])[] = [
    ['\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u2018\u2019\u201a\u2032`\'', '"'],
    ['\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad', '-'],
    ['\u2026', '..'], ['\u2264', '<='], ['\u2265', '>='], ['\u2260', '!='],
    ['\uff5b', '{'], ['\uff5d', '}'], ['\uff08', '('], ['\uff09', ')'], ['\uff1a', ':'], ['\uff1b', ';'], ['\uff0c', ','], ['\uff1d', '='], ['\uff3b', '['], ['\uff3d', ']'],
    // Cyrillic letters that look like Latin ones.
    ['\u0430', 'a'], ['\u0441', 'c'], ['\u0435', 'e'], ['\u043e', 'o'], ['\u0440', 'p'], ['\u0445', 'x'], ['\u0443', 'y'], ['\u0456', 'i'],
    ['&', 'and'],
];

/** Characters that nobody sees: controls, formats, fillers. */
const UNSEEN = /[\p{C}\p{Z}]/u;

/** `U+200B`. */
export function codePointWords(character: string): string {
    return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `The language has no \`–\` (U+2013)`; of several characters the first is named. */
export function describeCharacters(image: string): string {
    const first = [...image][0] ?? '';
    const shown = UNSEEN.test(first) ? `character ${codePointWords(first)}` : first <= '~' ? `\`${first}\`` : `\`${first}\` (${codePointWords(first)})`;
    return `The language has no ${shown}`;
}

/** What the language has instead of the characters; undefined where they are only in the way. */
export function meantBy(image: string): string | undefined {
    const characters = [...image];
    return MEANT.find(([written]) => characters.length > 0 && characters.every((character) => written.includes(character)))?.[1];
}

/** What to do about them. */
export function mendOf(image: string): string {
    const characters = [...image];
    const meant = meantBy(image);
    if (meant !== undefined) {
        return `Write \`${meant}\`.`;
    }
    return characters.length === 1 ? UNSEEN.test(image) ? 'Remove it; it cannot be seen.' : 'Remove it.' : `Remove the ${characters.length} characters.`;
}
