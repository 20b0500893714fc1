/** The memory map: who maps what on the left, physical memory on the right, lines between them. */
import { scaleLinear } from 'd3-scale';
import { area, curveBumpX, linkHorizontal } from 'd3-shape';
import { memoryWords } from '../../report/step/wording.js';
import { presentPfn } from '../shapes/entries.js';
import { FRAME_SIGNS, type MapMapping, type MapProcess, type MemoryMap } from '../shapes/picture.js';
import { bandsOf, type Band } from './map-bands.js';
import { at, box, element, item, line, path, PLAIN, sign, SMALL, words, zigzag, type Canvas, type Drawing, type Node } from './element.js';
import { SIGN_TOKENS, SIGN_WORDS } from './theme.js';

const MARGIN = 8;
/** Narrower than this, the mappings are left out: frames and areas name them. */
const WITH_MAPPINGS = 400;
/** Mappings that are drawn: those that map a frame where something happened first. */
const MAX_BOXES = 40;
const BOX = 20;
const BOX_GAP = 5;
/** Moved pages to which lines lead. */
const MAX_MOVES = 24;
/** Runs of one mapping to which a ribbon leads. */
const MAX_RIBBONS = 24;

export function drawMemoryMap(map: MemoryMap, { width, step: wanted }: Canvas, lastStep: number): Drawing {
    const step = wanted ?? lastStep;
    const bands = bandsOf(map, step, MARGIN);
    const left = width < WITH_MAPPINGS || map.processes.length === 0 ? 0 : Math.min(220, Math.round(width * 0.3));
    const column = { x: left === 0 ? MARGIN : MARGIN + left + Math.min(90, Math.round(width * 0.12)), width: width < WITH_MAPPINGS ? 26 : 56 };
    const boxes = left === 0 ? [] : placedBoxes(map, bands, step);
    const end = Math.max(bands.at(-1)!.y + bands.at(-1)!.height, ...boxes.map(({ y, more }) => y + BOX + (more > 0 ? BOX : 0))) + MARGIN;
    const labels = { x: column.x + column.width + 6, width: width - column.x - column.width - 6 - MARGIN };
    const nodes = [
        ...boxes.flatMap((each) => ribbons(each, bands, MARGIN + left, column.x, step)),
        ...bands.map((band) => bandItem(band, column, labels)),
        ...left === 0 ? [] : moves(map, bands, column.x, column.x - MARGIN - left, step),
        ...boxes.map((each) => mappingItem(each, left, step, map)),
    ];
    const legend = legendOf(map, bands, width, end);
    return { height: legend.height, nodes: [...nodes, ...legend.nodes] };
}

/** Pages that went to other frames: from where each was to where it is, left of memory. @param room to the mappings */
function moves({ processes }: MemoryMap, bands: readonly Band[], x: number, room: number, step: number): Node[] {
    const scale = scaleOf(bands);
    const found = new Map(processes.flatMap(({ name, mappings }) => mappings.flatMap((mapping) => mapping.changes.flatMap((change) => {
        const to = presentPfn(change.after);
        return change.step > step || to === null || to === change.pfn ? [] : [[`${change.pfn} ${to}`, { page: `${name}:${mapping.name}[${change.page}]`, spot: mapping.spot, from: change.pfn, to }] as const];
    }))));
    return [...found.values()].slice(0, MAX_MOVES).map(({ page, spot, from, to }) => {
        const band = bands.find((each) => each.sort === 'frame' && each.pfn === from);
        const [start, end] = [band === undefined ? scale(from) : band.y + band.height / 2, scale(to)];
        const reach = x - Math.min(room * 0.8, 24 + Math.abs(end - start) / 3);
        return item(`${page} moved from 0x${from.toString(16)} to 0x${to.toString(16)}`, spot, [
            ...path(`M${at(x)},${at(start)}C${at(reach)},${at(start)} ${at(reach)},${at(end)} ${at(x - 5)},${at(end)}`, 's-note hairline'),
            ...path(`M${at(x)},${at(end)}l-7,-3.5v7z`, 'f-note'),
        ]);
    });
}

interface Column { readonly x: number; readonly width: number; }

function bandItem(band: Band, column: Column, labels: Column): Node {
    const { sort, y, height } = band;
    const middle = y + height / 2;
    if (sort === 'node') {
        return item(band.words, null, [line(column.x, middle, column.x + column.width, middle, 's-text thick'), ...words(labels.x, middle, band.words, { width: labels.width, font: { ...SMALL, bold: true } })]);
    }
    if (sort === 'rest') return element('g', {}, ...cells(band, column));
    const label = words(labels.x, middle, band.words, { width: labels.width, token: sort === 'free' || sort === 'fold' ? 'faint' : 'text', font: sort === 'frame' ? PLAIN : SMALL });
    return item(band.words, band.spot, [...cells(band, column), ...label]);
}

function cells(band: Band, { x, width }: Column): Node[] {
    const { sort, y, height, signs } = band;
    switch (sort) {
        case 'head': return [];
        case 'free': return [box(x, y, width, height, 's-line hairline dashed'), ...band.isOffline ? signRow(band, x, width) : zigzag(x + 3, y + height / 2, width - 6, 'line')];
        case 'fold': return [box(x, y, width, height, 'box'), ...zigzag(x + 3, y + height / 2, width - 6, 'text'), ...signRow(band, x, width)];
        case 'frame': {
            const gravest = signs.at(-1);
            return [box(x, y + 1, width, height - 2, gravest === undefined ? 'box' : `f-${SIGN_TOKENS[gravest]}`), ...signRow(band, x, width)];
        }
        default: return [box(x, y, width, height, `${band.isUsed ? 'box' : 'hollow'}${band.isOffline ? ' dashed' : ''}`), ...(band.isSplit ? comb(x, y, width, height) : []), ...sort === 'area' ? signRow(band, x, width) : []];
    }
}

/** The signs of a frame, in the colour of the ground on its own. */
function signRow({ signs, sort, y, height }: Band, x: number, width: number): Node[] {
    const room = Math.max(1, Math.floor((width - 4) / 14));
    const shown = [...signs].reverse().slice(0, room);
    return shown.flatMap((each, index) => sign(each, x + width / 2 + (index - (shown.length - 1) / 2) * 14, y + height / 2, sort === 'frame' ? 'ground' : SIGN_TOKENS[each], 50));
}

/** Teeth for base pages: a folio that was cut. */
function comb(x: number, y: number, width: number, height: number): Node[] {
    const teeth = Array.from({ length: Math.floor((width - 2) / 5) }, (_each, index) => `M${at(x + 4 + index * 5)},${at(y + 1)}V${at(y + height - 1)}`);
    return path(teeth.join(''), 's-line hairline');
}

/** A mapping at its height. */
interface PlacedBox { readonly process: MapProcess; readonly mapping: MapMapping; readonly y: number; readonly more: number; }

/** Each as near to its frames as the others leave room. */
function placedBoxes(map: MemoryMap, bands: readonly Band[], step: number): PlacedBox[] {
    const all = map.processes.flatMap((process) => process.mappings.map((mapping) => ({ process, mapping })));
    const isTouched = ({ mapping }: { readonly mapping: MapMapping }): boolean => mapping.changes.length > 0
        || mapping.runs.some((run) => map.frames.some(({ pfn, lastPfn }) => pfn < run.pfn + run.pageCount && run.pfn <= lastPfn));
    const chosen = all.length <= MAX_BOXES ? all : [...all.filter(isTouched), ...all.filter((each) => !isTouched(each))].slice(0, MAX_BOXES);
    const scale = scaleOf(bands);
    const wanted = chosen.map((each) => ({ ...each, wish: wishOf(each.mapping, scale, bands, step) })).sort((a, b) => a.wish - b.wish);
    let next = MARGIN;
    return wanted.map(({ process, mapping, wish }, index) => {
        const y = Math.max(next, Math.min(wish - BOX / 2, Math.max(next, (bands.at(-1)?.y ?? 0) - (wanted.length - index) * (BOX + BOX_GAP))));
        next = y + BOX + BOX_GAP;
        return { process, mapping, y, more: index === wanted.length - 1 ? all.length - chosen.length : 0 };
    });
}

function wishOf({ runs, changes }: MapMapping, scale: (pfn: number) => number, bands: readonly Band[], step: number): number {
    const pfn = changes.find((change) => change.step <= step)?.pfn ?? runs[0]?.pfn;
    return pfn === undefined ? bands.at(-1)!.y : scale(pfn);
}

/** From frames to heights: each band has a stretch of its own. */
function scaleOf(bands: readonly Band[]): (pfn: number) => number {
    const wide = bands.filter(({ pfn, end }) => end > pfn);
    const scale = scaleLinear().domain(wide.flatMap(({ pfn, end }) => [pfn, end - 0.001])).range(wide.flatMap(({ y, height }) => [y, y + height])).clamp(true);
    return (pfn) => scale(pfn);
}

/** Ribbons from a mapping to its frames, and a line for each page that a step is about: dashed once the entry is gone. */
function ribbons({ process, mapping, y }: PlacedBox, bands: readonly Band[], x1: number, x2: number, step: number): Node[] {
    const scale = scaleOf(bands);
    const isGone = process.ends !== null && process.ends <= step;
    const heightOf = (page: number): number => y + BOX * page / Math.max(1, mapping.pageCount);
    const ribbon = area<{ readonly x: number; readonly top: number; readonly bottom: number }>().x(({ x }) => x).y0(({ top }) => top).y1(({ bottom }) => bottom).curve(curveBumpX);
    const link = linkHorizontal<unknown, readonly [number, number]>().x(([x]) => x).y(([, height]) => height);
    const wide = isGone ? [] : mapping.runs.slice(0, MAX_RIBBONS).flatMap(({ page, pageCount, pfn }) => path(ribbon([
        { x: x1, top: heightOf(page), bottom: Math.max(heightOf(page) + 1.5, heightOf(page + pageCount)) }, { x: x2, top: scale(pfn), bottom: Math.max(scale(pfn) + 1.5, scale(pfn + pageCount - 0.001)) },
    ]), 'f-line veil'));
    const changed = new Map(mapping.changes.filter((change) => change.step <= step).map((change) => [change.page, change]));
    const frames = bands.filter(({ sort, signs }) => sort === 'frame' && signs.length > 0);
    const lines = mapping.runs.flatMap((run) => frames.filter(({ pfn }) => pfn >= run.pfn && pfn < run.pfn + run.pageCount).map((band) => ({ page: run.page + band.pfn - run.pfn, band })));
    const straight = lines.flatMap(({ page, band }) => path(link({ source: [x1, heightOf(page + 0.5)], target: [x2, band.y + band.height / 2] }),
        `s-${SIGN_TOKENS[band.signs.at(-1)!]} hairline${changed.has(page) || isGone ? ' dashed' : ''}`));
    return [...wide, ...straight];
}

function mappingItem({ process, mapping, y, more }: PlacedBox, width: number, step: number, map: MemoryMap): Node {
    const isGone = process.ends !== null && process.ends <= step;
    const text = `${process.name}:${mapping.name} · ${memoryWords(mapping.pageCount * 2 ** map.pageShift)}${isGone ? ', ended' : ''}`;
    const rest = more === 0 ? [] : words(MARGIN, y + BOX + 10, `and ${more} mappings more`, { width, token: 'faint', font: SMALL });
    return item(`mapping ${text}`, mapping.spot, [
        box(MARGIN, y, width, BOX, `box${isGone ? ' dashed' : ''}`), ...words(MARGIN + 5, y + BOX / 2, text, { width: width - 10 - (isGone ? 14 : 0), token: isGone ? 'faint' : 'text', font: SMALL }),
        ...isGone ? sign('poisoned', MARGIN + width - 9, y + BOX / 2, 'faint', 40) : [], ...rest,
    ]);
}

/** What the signs mean that occur. */
function legendOf(map: MemoryMap, bands: readonly Band[], width: number, top: number): Drawing {
    const used = new Set(bands.flatMap(({ signs }) => signs));
    const nodes: Node[] = [];
    let [x, y] = [MARGIN, top];
    for (const each of FRAME_SIGNS.filter((name) => used.has(name)).reverse()) {
        const room = 24 + SIGN_WORDS[each].length * 7.5;
        if (x > MARGIN && x + room > width - MARGIN) [x, y] = [MARGIN, y + 18];
        nodes.push(box(x, y + 2, 16, 14, `f-${SIGN_TOKENS[each]}`), ...sign(each, x + 8, y + 9, 'ground', 40), ...words(x + 21, y + 9, SIGN_WORDS[each], { width: width - x - 21 - MARGIN, font: SMALL, token: 'faint' }));
        x += room + 10;
    }
    const joined = map.joined === 0 ? [] : words(MARGIN, y + 28, `${map.joined} runs of frames are drawn with a neighbour`, { width: width - 2 * MARGIN, font: SMALL, token: 'faint' });
    return { height: y + (used.size === 0 ? 0 : 20) + (joined.length === 0 ? 0 : 18) + 4, nodes: [...nodes, ...joined] };
}
