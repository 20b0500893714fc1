/** Physical memory from top to bottom in bands: what happened somewhere gets room, the rest is drawn together. */
import { memoryWords, hex } from '../../report/step/wording.js';
import { signsAfter } from '../shapes/frame-signs.js';
import { FRAME_SIGNS, type FrameHistory, type FrameSign, type MapArea, type MapBlock, type MemoryMap, type Spot } from '../shapes/picture.js';
import { SIGN_WORDS } from './theme.js';

/** Areas in which nothing happened that are drawn by themselves. */
const MAX_QUIET = 40;
/** Areas in which something happened. */
const MAX_TOUCHED = 60;
/** Memory blocks of which the free memory is drawn by itself. */
const MAX_BLOCKS = 20;
/** Frames of one area that are drawn by themselves. */
const MAX_FRAMES = 24;

export interface Band {
    readonly sort: 'node' | 'area' | 'head' | 'rest' | 'frame' | 'free' | 'fold';
    /** Frames that it stands for: from, and the first after them; equal where it stands for none. */
    readonly pfn: number;
    readonly end: number;
    readonly y: number;
    readonly height: number;
    readonly words: string;
    /** Signs in it after the step, the gravest last. */
    readonly signs: readonly FrameSign[];
    readonly spot: Spot | null;
    /** Cut into base pages: a folio of its own each. */
    readonly isSplit: boolean;
    /** Whether it is part of an area, and not free. */
    readonly isUsed: boolean;
    /** In a memory block that was set offline. */
    readonly isOffline: boolean;
}

type Unplaced = Omit<Band, 'y' | 'height'>;

const HEIGHTS: Readonly<Record<Band['sort'], number>> = { node: 22, area: 20, head: 18, rest: 10, frame: 20, free: 18, fold: 20 };

/** The bands below each other, from `top` on. @param step state after that step */
export function bandsOf(map: MemoryMap, step: number, top: number): readonly Band[] {
    let y = top;
    return withNodes(map, unplaced(map, step)).map((band) => {
        const placed = { ...band, y, height: HEIGHTS[band.sort] };
        y += placed.height;
        return placed;
    });
}

/** Memory as it comes: areas, and what is free between them. */
function unplaced(map: MemoryMap, step: number): Unplaced[] {
    const pieces = piecesOf(map);
    const touched = pieces.filter(({ frames }) => frames.length > 0);
    const quiet = pieces.filter(({ frames, area }) => frames.length === 0 && area !== null);
    const inBlocks = pieces.filter(({ area, block, frames }) => area === null && block !== null && frames.length === 0);
    const drawn = new Set([...touched.slice(0, MAX_TOUCHED), ...inBlocks.slice(0, MAX_BLOCKS), ...quiet.length <= MAX_QUIET ? quiet : quiet.slice(0, MAX_QUIET - touched.length)]);
    const bands: Unplaced[] = [];
    let folded: Piece[] = [];
    const fold = (): void => {
        if (folded.length === 1 && folded[0]!.area === null && folded[0]!.frames.length === 0) bands.push(freeBand(folded[0]!, map, step));
        else if (folded.length > 0) bands.push(foldBand(folded, map, step));
        folded = [];
    };
    for (const piece of pieces) {
        if (drawn.has(piece)) {
            fold();
            bands.push(...bandsOfPiece(piece, map, step));
        } else folded.push(piece);
    }
    fold();
    return bands;
}

/** An area, or free memory, with the frames in it where something happened. */
interface Piece { readonly area: MapArea | null; readonly pfn: number; readonly end: number; readonly frames: readonly FrameHistory[]; readonly block: MapBlock | null; }

function piecesOf({ areas, frames, firstPfn, endPfn, splits, blocks }: MemoryMap): Piece[] {
    const pieces: Piece[] = [];
    let at = 0;
    const framesUntil = (end: number): FrameHistory[] => {
        const from = at;
        while (at < frames.length && frames[at]!.pfn < end) at += 1;
        return frames.slice(from, at);
    };
    let pfn = firstPfn;
    const blockAt = (frame: number): MapBlock | null => blocks.find((block) => block.pfn <= frame && frame < block.pfn + block.pageCount) ?? null;
    const edges = [...new Set(blocks.flatMap(({ pfn: first, pageCount }) => [first, first + pageCount]))].sort((left, right) => left - right);
    const free = (until: number): void => {
        for (const end of [...edges.filter((edge) => pfn < edge && edge < until), until]) {
            const own = framesUntil(end);
            if (end > pfn || own.length > 0) pieces.push({ area: null, pfn, end, frames: own, block: blockAt(pfn) });
            pfn = Math.max(pfn, end);
        }
    };
    for (const area of areas) {
        free(area.pfn);
        const end = area.pfn + area.pageCount;
        // A folio that was split is something that happened, whether or not its frames were hit.
        const own = framesUntil(end);
        pieces.push({ area, pfn: area.pfn, end, frames: own.length > 0 ? own : splits.filter((split) => split.pfn >= area.pfn && split.pfn < end).map(({ pfn: head }) => nothingAt(head)), block: blockAt(area.pfn) });
        pfn = Math.max(pfn, end);
    }
    free(Math.max(endPfn, pfn, (frames.at(-1)?.lastPfn ?? 0) + 1));
    return pieces;
}

function nothingAt(pfn: number): FrameHistory {
    return { pfn, lastPfn: pfn, pageCount: 1, names: [], moments: [] };
}

/** What the block is after a step, of which several may be known. */
function isOffline({ blocks }: MemoryMap, block: MapBlock | null, step: number): boolean {
    return block !== null && [...blocks].reverse().find((each) => each.step <= step && each.pfn <= block.pfn && block.pfn < each.pfn + each.pageCount)?.isOffline === true;
}

/** Those that are offline after a step, by the first frame. */
export function offlineBlocks(map: MemoryMap, step: number): MapBlock[] {
    const first = new Map([...map.blocks].map((block) => [block.pfn, block]));
    return [...first.values()].filter((block) => isOffline(map, block, step)).sort((left, right) => left.pfn - right.pfn);
}

function bandsOfPiece(piece: Piece, map: MemoryMap, step: number): Unplaced[] {
    const { area, pfn, end, frames } = piece;
    const offline = isOffline(map, piece.block, step);
    const where = offline ? `, ${end <= piece.block!.pfn + piece.block!.pageCount ? '' : 'partly '}in a memory block that is offline` : '';
    if (frames.length === 0) return area === null ? [freeBand(piece, map, step)] : [{ ...bandFor('area', pfn, end, `${areaWords(area, map)}${where}`, area), isUsed: true, isOffline: offline, signs: offline ? OFFLINED : [] }];
    const splitHere = (from: number, to: number): boolean => map.splits.some((split) => split.step <= step && split.pfn < to && from < split.pfn + split.pageCount);
    const isCut = area !== null && splitHere(pfn, end);
    const name = area === null ? offline ? 'memory block, offline' : 'free' : `${areaWords(area, map)}${isCut ? ', split' : ''}${where}`;
    const head: Unplaced = { ...bandFor('head', pfn, pfn, name, area), isUsed: area !== null };
    const bands: Unplaced[] = [head];
    let from = pfn;
    const rest = (to: number): void => {
        if (to > from) bands.push({ ...bandFor('rest', from, to, memoryWords((to - from) * 2 ** map.pageShift), area), isUsed: area !== null, isSplit: splitHere(from, to), isOffline: offline });
        from = to;
    };
    const shown = frames.length <= MAX_FRAMES ? frames : frames.slice(0, MAX_FRAMES - 1);
    for (const frame of shown) {
        rest(frame.pfn);
        bands.push({ ...bandFor('frame', frame.pfn, frame.lastPfn + 1, frameWords(frame, step), area), signs: signsAfter(frame, step), isUsed: area !== null, isSplit: splitHere(frame.pfn, frame.pfn + 1) });
        from = frame.lastPfn + 1;
    }
    const others = frames.slice(shown.length);
    if (others.length > 0) {
        rest(others[0]!.pfn);
        bands.push({ ...bandFor('frame', from, others.at(-1)!.lastPfn + 1, `${countedSigns(others, step)}, up to ${hex(others.at(-1)!.lastPfn)}`, area), signs: signsOf(others, step), isUsed: area !== null });
        from = others.at(-1)!.lastPfn + 1;
    }
    rest(Math.max(end, from));
    return bands;
}

const OFFLINED: readonly FrameSign[] = ['offlined'];

function bandFor(sort: Band['sort'], pfn: number, end: number, words: string, area: MapArea | null): Unplaced {
    return { sort, pfn, end, words, signs: [], spot: area?.spot ?? null, isSplit: false, isUsed: false, isOffline: false };
}

function freeBand({ pfn, end, block }: Pick<Piece, 'pfn' | 'end' | 'block'>, map: MemoryMap, step: number): Unplaced {
    const size = memoryWords((end - pfn) * 2 ** map.pageShift);
    return isOffline(map, block, step) ? { ...bandFor('free', pfn, end, `memory block, offline · ${size}`, null), signs: OFFLINED, isOffline: true } : bandFor('free', pfn, end, `free · ${size}`, null);
}

function foldBand(folded: readonly Piece[], { pageShift }: MemoryMap, step: number): Unplaced {
    const areas = folded.filter(({ area }) => area !== null);
    const frames = folded.flatMap((piece) => piece.frames);
    const pages = areas.reduce((sum, { pfn, end }) => sum + end - pfn, 0);
    const words = [`${areas.length} areas · ${memoryWords(pages * 2 ** pageShift)}`, ...frames.length === 0 ? [] : [countedSigns(frames, step)]].join(', ');
    return { ...bandFor('fold', folded[0]!.pfn, folded.at(-1)!.end, words, null), signs: signsOf(frames, step), isUsed: true };
}

/** `dentries · 4 KiB of slab`, `db.heap · 2 MiB of thp, folios of 2 MiB`. */
export function areaWords({ name, kind, pageCount, order }: MapArea, { pageShift }: Pick<MemoryMap, 'pageShift'>): string {
    const size = memoryWords(pageCount * 2 ** pageShift);
    const folios = order === 0 ? '' : pageCount === 2 ** order ? ', one folio' : `, folios of ${memoryWords(2 ** (order + pageShift))}`;
    return `${name === '' ? kind.replaceAll('-', ' ') : name} · ${size}${name === '' ? '' : ` of ${kind.replaceAll('-', ' ')}`}${folios}`;
}

/** `0x4003 bad, db:heap[2]: poisoned, recovered`. */
export function frameWords(frame: FrameHistory, step: number): string {
    const signs = signsAfter(frame, step).map((sign) => SIGN_WORDS[sign]).reverse();
    const range = frame.pageCount === 1 ? hex(frame.pfn) : frame.pageCount === frame.lastPfn - frame.pfn + 1 ? `${hex(frame.pfn)} to ${hex(frame.lastPfn)}` : `${frame.pageCount} frames from ${hex(frame.pfn)} on`;
    return `${range}${frame.names.length === 0 ? '' : ` ${frame.names.join(', ')}`}${signs.length === 0 ? '' : `: ${signs.join(', ')}`}`;
}

/** `1,024 poisoned, 3 ignored`: how many frames carry each sign. */
function countedSigns(frames: readonly FrameHistory[], step: number): string {
    const counts = new Map<FrameSign, number>();
    for (const frame of frames) for (const sign of signsAfter(frame, step)) counts.set(sign, (counts.get(sign) ?? 0) + frame.pageCount);
    const pages = frames.reduce((sum, { pageCount }) => sum + pageCount, 0);
    const words = FRAME_SIGNS.filter((sign) => counts.has(sign)).reverse().map((sign) => `${counts.get(sign)} ${SIGN_WORDS[sign]}`);
    return words.length === 0 ? `${pages} frames` : `${pages} frames: ${words.join(', ')}`;
}

function signsOf(frames: readonly FrameHistory[], step: number): FrameSign[] {
    const signs = new Set(frames.flatMap((frame) => signsAfter(frame, step)));
    return FRAME_SIGNS.filter((sign) => signs.has(sign));
}

/** A line before the first band of each node, and free memory cut where a node begins. */
function withNodes({ nodes, pageShift }: MemoryMap, bands: readonly Unplaced[]): Unplaced[] {
    if (nodes.length < 2) return [...bands];
    const cut = bands.flatMap((band) => band.sort !== 'free' ? [band] : cutAt(band, nodes.map(({ pfn }) => pfn), pageShift));
    const waiting = [...nodes].sort((left, right) => left.pfn - right.pfn);
    return cut.flatMap((band) => {
        const begun: Unplaced[] = [];
        while (waiting[0] !== undefined && waiting[0].pfn < Math.max(band.end, band.pfn + 1)) {
            const node = waiting.shift()!;
            begun.push(bandFor('node', band.pfn, band.pfn, `node ${node.id} · ${memoryWords(node.pageCount * 2 ** pageShift)} from ${hex(node.pfn)} on`, null));
        }
        return [...begun, band];
    });
}

function cutAt(band: Unplaced, cuts: readonly number[], pageShift: number): Unplaced[] {
    const edges = [band.pfn, ...cuts.filter((cut) => cut > band.pfn && cut < band.end), band.end];
    return edges.slice(1).map((end, index) => ({ ...band, pfn: edges[index]!, end, words: `${band.isOffline ? 'memory block, offline' : 'free'} · ${memoryWords((end - edges[index]!) * 2 ** pageShift)}` }));
}
