/** The texts of an SVG with the room that they take at most, and whether they stand in each other's way. */
import { textWidth } from '../../server/src/picture/drawing/text-width.js';

export interface PlacedText { readonly text: string; readonly left: number; readonly right: number; readonly top: number; readonly bottom: number; }

const TAG = /<(\/?)([a-z]+)([^>]*?)(\/?)>|([^<]+)/g;

function attribute(attributes: string, name: string): string | undefined {
    return new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
}

function unescaped(text: string): string {
    return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

export function placedTexts(svg: string): PlacedText[] {
    const found: PlacedText[] = [];
    const shifts: [number, number][] = [[0, 0]];
    let open: { readonly attributes: string; text: string } | null = null;
    let inTitle = false;
    for (const [, closing, name, attributes = '', empty, text] of svg.matchAll(TAG)) {
        if (text !== undefined) {
            if (open !== null && !inTitle) open.text += unescaped(text);
            continue;
        }
        if (name === 'title') inTitle = closing === '';
        if (name === 'g' && empty === '') {
            if (closing === '/') shifts.pop();
            else {
                const [x, y] = shifts.at(-1)!;
                const [, dx = '0', dy = '0'] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(attributes) ?? [];
                shifts.push([x + Number(dx), y + Number(dy)]);
            }
        }
        if (name !== 'text') continue;
        if (closing === '') open = { attributes, text: '' };
        else if (open !== null) {
            const [dx, dy] = shifts.at(-1)!;
            const size = Number(attribute(open.attributes, 'font-size'));
            const width = textWidth(open.text, { size, bold: attribute(open.attributes, 'class')?.includes('strong') === true });
            const x = Number(attribute(open.attributes, 'x')) + dx;
            const left = attribute(open.attributes, 'text-anchor') === 'end' ? x - width : x;
            const foot = Number(attribute(open.attributes, 'y')) + dy;
            found.push({ text: open.text, left, right: left + width, top: foot - size * 0.76, bottom: foot + size * 0.22 });
            open = null;
        }
    }
    return found;
}

/** What is cut by an edge or overlaps, in words; nothing when all can be read. */
export function unreadable(svg: string, width: number): string[] {
    const texts = placedTexts(svg);
    const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
    const cut = texts.filter(({ left, right, top, bottom }) => left < 0 || right > width + 0.5 || top < 0 || bottom > height).map(({ text }) => `cut: ${text}`);
    const sorted = [...texts].sort((one, other) => one.top - other.top);
    const overlaps: string[] = [];
    sorted.forEach((one, index) => {
        for (let next = index + 1; next < sorted.length && sorted[next]!.top < one.bottom; next += 1) {
            const other = sorted[next]!;
            if (one.left < other.right && other.left < one.right) overlaps.push(`overlap: ${one.text} | ${other.text}`);
        }
    });
    return [...cut, ...overlaps];
}
