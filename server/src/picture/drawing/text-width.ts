/** How wide a text can be: the widths of a wide font (DejaVu Sans), rounded up, since nobody knows which font the reader has. */

/** Em by character. */
const WIDTHS: ReadonlyMap<string, number> = new Map(Object.entries({
    '%@Wm…': 1, 'M': 0.9, '#+<=>^w~→×≤≥−↔': 0.85, '&DGHOQ': 0.8, 'NU': 0.75, 'ABCKRVXZ': 0.7, '$0123456789EPSTYabdeghnopqu{}': 0.65, 'FLkvxy': 0.6,
    '?csz': 0.55, '"*_`–': 0.5, '!r': 0.45, '()-[]ft': 0.4, ' ,./:;\\|·': 0.35, '\'IJijl': 0.3,
}).flatMap(([characters, width]) => [...characters].map((character) => [character, width] as const)));

/** Letters of other scripts, signs and pictures. */
const LATIN = 0.75;
const OTHER = 1.3;
const BOLD = 1.27;

const ELLIPSIS = '…';

export interface Font {
    /** Height of the font, pixels. */
    readonly size: number;
    readonly bold?: boolean;
}

/** Pixels, never less than it takes. */
export function textWidth(text: string, { size, bold = false }: Font): number {
    let em = 0;
    for (const character of text) em += WIDTHS.get(character) ?? (character < '\u0250' ? LATIN : OTHER);
    return em * size * (bold ? BOLD : 1);
}

/** The text, or as much of it as fits in that many pixels, with an ellipsis; '' where not even that fits. */
export function fitted(text: string, width: number, font: Font): string {
    if (textWidth(text, font) <= width) return text;
    const characters = [...text];
    let kept = '';
    for (const character of characters) {
        if (textWidth(kept + character + ELLIPSIS, font) > width) break;
        kept += character;
    }
    kept = kept.trimEnd();
    return textWidth(kept + ELLIPSIS, font) <= width ? kept + ELLIPSIS : '';
}
