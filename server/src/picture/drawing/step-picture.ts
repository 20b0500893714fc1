/** What one step did, small enough for a hover: who acted and who was hit, and the memory that it touched. */
import type { FrameHistory, MemoryMap, ScenarioPicture, TimeLine } from '../shapes/picture.js';
import { element, type Drawing, type Node } from './element.js';
import { drawMemoryMap } from './memory-map.js';
import { partLines } from './parts.js';
import { dataUri, standalone } from './svg.js';
import type { PaletteName } from './theme.js';
import { drawTimeLine } from './time-line.js';

/** Pixels: hovers are no wider. */
const WIDTH = 520;

/** Longer ones are not worth their place in a hover, characters. */
const MAX_BYTES = 24_000;

export interface StepPicture {
    /** The picture as an address that needs no file. */
    readonly address: string;
    /** What it shows, in words. */
    readonly words: string;
}

/** Null where the step has nothing to show, or too much. @param palette of the editor's theme; absent: as the reader's system prefers */
export function stepPicture(picture: ScenarioPicture, step: number, palette?: PaletteName): StepPicture | null {
    const line = picture.parts.find((part): part is TimeLine => part.kind === 'time-line');
    const map = picture.parts.find((part): part is MemoryMap => part.kind === 'memory-map');
    const parts = [...line === undefined ? [] : [lineOfStep(line, step)], ...map === undefined ? [] : [mapOfStep(map, step)]].filter((part) => part !== null);
    if (parts.length === 0) return null;
    const nodes: Node[] = [];
    let height = 0;
    for (const part of parts) {
        const drawn: Drawing = part.kind === 'time-line' ? drawTimeLine(part, { width: WIDTH, step: null }, picture.steps) : drawMemoryMap(part, { width: WIDTH, step }, step);
        nodes.push(element('g', { transform: `translate(0,${height})` }, ...drawn.nodes));
        height += drawn.height;
    }
    const words = parts.flatMap((part) => partLines(part, picture, step));
    const svg = standalone({ height, nodes }, WIDTH, picture.steps[step]?.words ?? '', words.join('\n'), palette);
    const address = dataUri(svg);
    return address.length > MAX_BYTES ? null : { address, words: words.join('; ') };
}

/** The row of a step, with the lanes that it speaks of. Null where nothing comes of the step. */
function lineOfStep({ lanes, rows }: TimeLine, step: number): TimeLine | null {
    const row = rows.find((each) => each.t === 'step' && each.step === step);
    if (row?.t !== 'step' || row.marks.every(({ sort }) => sort === 'act' || sort === 'decision' || sort === 'more')) return null;
    const marks = row.marks.filter(({ sort }) => sort !== 'decision' && sort !== 'more');
    const used = [...new Set([row.actor, ...marks.flatMap(({ from, to }) => to === undefined ? [from] : [from, to])])].sort((left, right) => left - right);
    const place = (lane: number): number => used.indexOf(lane);
    return {
        kind: 'time-line', lanes: used.map((lane) => lanes[lane]!),
        // What the kernel decided stands in the words of the hover.
        rows: [{ ...row, actor: place(row.actor), marks: marks.map((mark) => ({ ...mark, from: place(mark.from), ...mark.to === undefined ? {} : { to: place(mark.to) } })) }],
    };
}

/** The area that a step touched first, or the free memory around the frame, and who maps it. Null where it touched none. */
function mapOfStep(map: MemoryMap, step: number): MemoryMap | null {
    const touched = map.frames.filter(({ moments }) => moments.some((moment) => moment.step === step));
    const [first] = touched;
    if (first === undefined) return null;
    const area = map.areas.find(({ pfn, pageCount }) => pfn <= first.pfn && first.pfn < pfn + pageCount);
    const [firstPfn, endPfn] = area === undefined ? [first.pfn, first.lastPfn + 1] : [area.pfn, area.pfn + area.pageCount];
    const isIn = ({ pfn }: { readonly pfn: number }): boolean => firstPfn <= pfn && pfn < endPfn;
    const frames: FrameHistory[] = touched.filter(isIn);
    const processes = map.processes.map((process) => ({
        ...process,
        mappings: process.mappings.filter(({ runs, changes }) => changes.some(isIn) || runs.some(({ pfn, pageCount }) => pfn < endPfn && firstPfn < pfn + pageCount))
            .map((mapping) => ({ ...mapping, runs: mapping.runs.filter(({ pfn, pageCount }) => pfn < endPfn && firstPfn < pfn + pageCount), changes: mapping.changes.filter(isIn) })),
    })).filter(({ mappings }) => mappings.length > 0);
    return { ...map, firstPfn, endPfn, nodes: [], areas: area === undefined ? [] : [area], frames, processes, joined: 0 };
}
