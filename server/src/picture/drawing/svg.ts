/** Pictures as SVG: for a file by itself, for a page. */
import { renderToString } from 'preact-render-to-string';
import type { PicturePart, ScenarioPicture } from '../shapes/picture.js';
import { element, words, SMALL, type Drawing, type Node } from './element.js';
import { drawPart, partLines, partTitle } from './parts.js';
import { DRAWING_RULES, paletteRules, type PaletteName } from './theme.js';

/** Width of pictures in files, pixels. */
export const FILE_WIDTH = 860;

const HEADING = 30;

/** All parts of a scenario below each other, as a file of its own. */
export function svgFile(picture: ScenarioPicture, width = FILE_WIDTH): string {
    const nodes: Node[] = [...words(8, 20, picture.title, { width: width - 16, font: { size: 15, bold: true } }), ...words(8, 40, [picture.status, picture.machine].filter((each) => each !== '').join(' · '), { width: width - 16, font: SMALL, token: 'faint' })];
    let y = 54;
    for (const note of picture.notes) {
        nodes.push(...words(8, y + 8, note, { width: width - 16, font: SMALL }));
        y += 18;
    }
    for (const part of picture.parts) {
        const { height, nodes: drawn } = drawPart(part, { width, step: null }, picture);
        nodes.push(...words(8, y + 16, partTitle(part), { width: width - 16, font: { size: 13, bold: true } }), element('g', { transform: `translate(0,${y + HEADING})` }, ...drawn));
        y += HEADING + height + 8;
    }
    return standalone({ height: y, nodes }, width, picture.title, picture.parts.flatMap((part) => [`${partTitle(part)}:`, ...partLines(part, picture, null)]).slice(0, 400).join('\n'));
}

/** A part by itself. */
export function svgOfPart(part: PicturePart, picture: ScenarioPicture, width = FILE_WIDTH): string {
    return standalone(drawPart(part, { width, step: null }, picture), width, partTitle(part), partLines(part, picture, null).join('\n'));
}

/** With its colours in it. @param palette by default light or dark as the reader prefers */
export function standalone({ height, nodes }: Drawing, width: number, title: string, description: string, palette?: PaletteName): string {
    const rules = `${paletteRules('.hwp', palette)}${DRAWING_RULES}.hwp .ground{fill:var(--hwp-ground)}`;
    return `${renderToString(element('svg', { 'xmlns': 'http://www.w3.org/2000/svg', 'class': 'hwp', 'width': width, 'height': Math.ceil(height), 'viewBox': `0 0 ${width} ${Math.ceil(height)}`, 'role': 'img' },
        element('title', {}, title), element('desc', {}, description), element('style', {}, rules),
        element('rect', { 'class': 'ground', 'width': width, 'height': Math.ceil(height) }), ...nodes))}\n`;
}

/** A picture that needs no file; parentheses would end the link. */
export function dataUri(svg: string): string {
    return `data:image/svg+xml,${encodeURIComponent(svg.trimEnd()).replace(/[()']/g, (character) => `%${character.charCodeAt(0).toString(16)}`)}`;
}
