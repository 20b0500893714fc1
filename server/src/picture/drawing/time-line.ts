/** The time line: downwards as the text runs, a lane for whoever acts, what happens beside it in words. */
import { symbolCircle, symbolDiamond, symbolSquare, symbolTimes, type SymbolType } from 'd3-shape';
import { durationWords } from '../../vocabulary/units.js';
import type { PictureStep, TimeLine, TimeMark, TimeMarkSort, TimeRow } from '../shapes/picture.js';
import { arrow, box, element, item, line, mark, PLAIN, SMALL, words, zigzag, type Canvas, type Drawing, type Node } from './element.js';
import type { Token } from './theme.js';

const MARGIN = 8;
/** From here on, steps stand beside the lanes; narrower, above their marks. */
const SIDE_BY_SIDE = 560;
const LINE = 16;
const GAP = 26;
const HEADER = 15;
/** Time between two steps that is worth saying, nanoseconds. */
const WORTH_SAYING_NS = 1e8;

interface Look { readonly symbol: SymbolType; readonly token: Token; readonly size: number; }

const LOOKS: Readonly<Record<TimeMarkSort, Look>> = {
    act: { symbol: symbolSquare, token: 'text', size: 40 }, decision: { symbol: symbolCircle, token: 'line', size: 22 }, result: { symbol: symbolDiamond, token: 'note', size: 60 }, signal: { symbol: symbolCircle, token: 'doubtful', size: 30 },
    death: { symbol: symbolTimes, token: 'bad', size: 60 }, data: { symbol: symbolDiamond, token: 'other', size: 60 }, oops: { symbol: symbolTimes, token: 'bad', size: 80 }, panic: { symbol: symbolTimes, token: 'bad', size: 80 },
    boot: { symbol: symbolSquare, token: 'good', size: 60 }, more: { symbol: symbolCircle, token: 'line', size: 14 },
};

/** Where lanes, steps and words stand. */
interface Frame {
    readonly width: number;
    readonly beside: boolean;
    /** Of the steps. */
    readonly textWidth: number;
    readonly laneX: (lane: number) => number;
    readonly labelX: number;
    readonly labelWidth: number;
    /** First and last lane. */
    readonly left: number;
    readonly right: number;
}

export function drawTimeLine({ lanes, rows }: TimeLine, { width, step }: Canvas, steps: readonly PictureStep[]): Drawing {
    const frame = frameOf(width, lanes.length);
    const header = lanes.flatMap(({ name }, index) => {
        const [x, middle] = [frame.laneX(index), MARGIN + HEADER * (index + 0.5)];
        return [...words(x + 6, middle, name, { width: width - x - 6 - MARGIN, font: SMALL, token: 'faint' }), line(x, middle - 5, x, MARGIN + HEADER * lanes.length + 4, 's-line hairline')];
    });
    let y = MARGIN + HEADER * lanes.length + 4;
    const nodes: Node[] = [];
    const ended = new Map<number, number>();
    for (const row of rows) {
        const top = y;
        if (row.t === 'fold') {
            const label = row.firstStep === row.lastStep ? '1 step' : `${row.lastStep - row.firstStep + 1} steps`;
            const isNow = step !== null && step >= row.firstStep && step <= row.lastStep;
            y += GAP;
            nodes.push(item(`${label} not drawn`, steps[row.firstStep]?.spot ?? null, [
                ...isNow ? [box(0, top, width, GAP, 'now')] : [], ...lanesAt(frame, lanes.length, top, GAP, ended), ...zigzag(frame.left - 4, top + GAP / 2, frame.right - frame.left + 8, 'text'),
                ...words(frame.labelX, top + GAP / 2, `${label} not drawn`, { width: frame.labelWidth, font: SMALL, token: 'faint' }),
            ]));
            continue;
        }
        if (row.gapNs >= WORTH_SAYING_NS) {
            nodes.push(element('g', {}, ...lanesAt(frame, lanes.length, y, GAP, ended), ...zigzag(frame.left - 4, y + GAP / 2, frame.right - frame.left + 8, 'doubtful'),
                ...words(frame.labelX, y + GAP / 2, `${durationWords(row.gapNs)} later`, { width: frame.labelWidth, font: { ...SMALL, bold: true } })));
            y += GAP;
        }
        const drawn = drawRow(row, steps[row.step], y, frame, lanes.length, ended, step === row.step);
        nodes.push(drawn.node);
        y += drawn.height;
    }
    return { height: y + MARGIN, nodes: [...header, ...nodes] };
}

function frameOf(width: number, lanes: number): Frame {
    const beside = width >= SIDE_BY_SIDE;
    const textWidth = beside ? Math.round(width * 0.38) - MARGIN : width - 2 * MARGIN;
    const from = beside ? MARGIN + textWidth + 18 : MARGIN + 8;
    const room = beside ? width * 0.26 : Math.min(width * 0.45, Math.max(60, width - 160));
    const distance = Math.max(5, Math.min(46, room / Math.max(1, lanes - 1)));
    // More lanes than there is room for share their places.
    const places = Math.max(1, Math.floor(room / distance));
    const laneX = (lane: number): number => from + distance * Math.min(places, lane === lanes - 1 ? Math.min(lanes - 1, places) : Math.min(lane, Math.max(0, places - 1)));
    const right = laneX(lanes - 1);
    return { width, beside, textWidth, laneX, labelX: right + 12, labelWidth: width - right - 12 - MARGIN, left: laneX(0), right };
}

/** The lanes of those who still live. */
function lanesAt(frame: Frame, lanes: number, y: number, height: number, ended: ReadonlyMap<number, number>): Node[] {
    return Array.from({ length: lanes }, (_each, lane) => lane).filter((lane) => !ended.has(lane)).map((lane) => line(frame.laneX(lane), y, frame.laneX(lane), y + height, 's-line hairline'));
}

function drawRow(row: TimeRow, step: PictureStep | undefined, top: number, frame: Frame, lanes: number, ended: Map<number, number>, isNow: boolean): { readonly node: Node; readonly height: number } {
    const title = step?.words ?? '';
    const text = row.phase === '' ? title : `${row.phase}: ${title}`;
    // The act itself stands in the words of the step; only its mark is drawn.
    const marks = row.marks;
    const head = frame.beside ? 0 : 18;
    const height = Math.max(22, head + marks.length * LINE + 8);
    const nodes: Node[] = [
        ...isNow ? [box(0, top, frame.width, height, 'now')] : [], line(MARGIN, top, frame.width - MARGIN, top, 's-area hairline'),
        ...lanesAt(frame, lanes, top + (frame.beside ? 0 : head), height - (frame.beside ? 0 : head), ended),
        ...words(MARGIN, top + 12, text, { width: frame.textWidth, font: PLAIN, token: row.skipped ? 'faint' : 'text' }),
        ...frame.beside && step !== undefined && height > 36 ? words(MARGIN, top + 28, step.summary, { width: frame.textWidth, font: SMALL, token: 'faint' }) : [],
        ...row.skipped ? words(frame.labelX, top + head + 12, 'not reached', { width: frame.labelWidth, font: SMALL, token: 'faint' }) : [],
    ];
    marks.forEach((each, index) => {
        const y = top + head + 12 + index * LINE;
        nodes.push(...drawMark(each, y, frame));
        if (each.sort === 'death') ended.set(each.from, y);
        if (each.sort === 'panic') for (let lane = 0; lane < lanes; lane += 1) ended.set(lane, y);
        if (each.sort === 'boot') for (let lane = 0; lane < lanes; lane += 1) if (lane === lanes - 1) ended.delete(lane);
    });
    return { node: item(rowWords(row, text), step?.spot ?? null, nodes), height };
}

function drawMark(each: TimeMark, y: number, frame: Frame): Node[] {
    const { symbol, token, size } = LOOKS[each.sort];
    const from = frame.laneX(each.from);
    const to = each.to === undefined ? from : frame.laneX(each.to);
    const isEnd = each.sort === 'panic' || each.sort === 'oops';
    const label = each.sort === 'decision' || each.sort === 'more' || each.sort === 'act' ? 'faint' : 'text';
    const said = [
        ...isEnd ? [line(frame.left - 6, y, frame.right + 6, y, `s-${token} thick`)] : [],
        ...to !== from ? arrow(from, to, y, token) : [], ...mark(symbol, from, y, token, size),
        ...words(frame.labelX, y, isEnd && each.detail !== undefined ? `${each.words}: ${each.detail}` : each.words, { width: frame.labelWidth, font: SMALL, token: label }),
    ];
    return each.detail === undefined ? said : [element('g', {}, element('title', {}, `${each.words}: ${each.detail}`), ...said)];
}

/** The row read aloud. */
function rowWords(row: TimeRow, text: string): string {
    const gap = row.gapNs >= WORTH_SAYING_NS ? `${durationWords(row.gapNs)} later, ` : '';
    const marks = row.marks.filter(({ sort }) => sort !== 'act' && sort !== 'decision' && sort !== 'more').map(({ sort, words: said, detail }) => sort === 'signal' ? `${said} ${detail ?? ''}` : said);
    return `${gap}step ${row.step + 1}: ${text}${row.skipped ? ': not reached' : marks.length === 0 ? '' : `: ${marks.join(', ')}`}`;
}
