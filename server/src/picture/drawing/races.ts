/** A raced step: the windows of the handler from left to right, the ways to each outcome as lines that turn where somebody moves. */
import { scalePoint } from 'd3-scale';
import { curveStep, line as curve, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle, type SymbolType } from 'd3-shape';
import type { RaceDiagram, RaceRow } from '../shapes/picture.js';
import { box, element, item, line, mark, path, SMALL, words, type Canvas, type Drawing, type Node } from './element.js';
import { textWidth } from './text-width.js';
import { fateToken, type Token } from './theme.js';

const MARGIN = 8;
const WAY = 18;

/** Competitors are told apart by sign. */
const SYMBOLS: readonly SymbolType[] = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond];

export function drawRaces(diagram: RaceDiagram, { width }: Canvas): Drawing {
    const { windows, competitors, outcomes, headline, spot } = diagram;
    const room = width - 2 * MARGIN;
    const place = scalePoint<number>().domain(windows.map((_window, index) => index)).range([MARGIN + 14, width - MARGIN - 14]).padding(windows.length === 1 ? 1 : 0.2);
    const nodes: Node[] = words(MARGIN, 14, headline, { width: room, font: SMALL, token: 'faint' });
    let y = 24;
    competitors.forEach((name, index) => {
        nodes.push(...mark(SYMBOLS[index % SYMBOLS.length]!, MARGIN + 6, y + 8, 'note', 50), ...words(MARGIN + 18, y + 8, name, { width: room - 18, font: SMALL }));
        y += 17;
    });
    y += 4;
    // Where there is no room for all names, every second or third window bears its name.
    const widest = Math.max(...windows.map(({ id }) => textWidth(id, SMALL))) + 4;
    const every = Math.max(1, Math.ceil(widest / Math.max(1, windows.length < 2 ? room : place.step())));
    const top = y;
    windows.forEach(({ id, words: between }, index) => {
        const x = place(index)!;
        nodes.push(element('g', {}, element('title', {}, `${id}: ${between}`), ...index % every === 0 ? words(x - textWidth(id, SMALL) / 2, top + 8, id, { width: widest + 4, font: SMALL, token: 'faint' }) : []));
    });
    y += 20;
    for (const outcome of outcomes) {
        const start = y;
        const token = tokenOf(outcome);
        const label = `${outcome.words} (${outcome.interleavings})`;
        const parts: Node[] = [box(MARGIN, y + 3, 6, 14, `f-${token}`), ...words(MARGIN + 12, y + 10, label, { width: room - 12, font: SMALL })];
        y += 20;
        for (const way of outcome.ways) {
            parts.push(...drawWay(way, y + WAY / 2, place, windows.length, token));
            y += WAY;
        }
        nodes.push(item(`outcome ${outcome.words}, ${outcome.interleavings} interleavings: ${outcome.ways.map((way) => wayWords(way, diagram)).join('; or ')}`, spot, [line(MARGIN, start, width - MARGIN, start, 's-area hairline'), ...parts]));
    }
    return { height: y + 6, nodes };
}

/** A line over all windows that dips where somebody moves. */
function drawWay(way: RaceRow['ways'][number], y: number, place: (index: number) => number | undefined, windows: number, token: Token): Node[] {
    const moved = new Set(way.map(({ window }) => window));
    const points = Array.from({ length: windows }, (_each, index): [number, number] => [place(index)!, moved.has(index) ? y + 3 : y]);
    const drawn = curve().curve(curveStep)(points.length === 1 ? [[points[0]![0] - 12, y], ...points, [points[0]![0] + 12, y]] : points);
    return [...path(drawn, `s-${token} hairline`), ...way.flatMap(({ window, competitor, what }) => [
        element('g', {}, element('title', {}, what), ...mark(SYMBOLS[competitor % SYMBOLS.length]!, place(window)!, y + 3, 'note', 60)),
    ])];
}

function wayWords(way: RaceRow['ways'][number], { windows, competitors }: RaceDiagram): string {
    return way.length === 0 ? 'nobody interferes' : way.map(({ window, competitor, what }) => `at ${windows[window]?.id ?? ''} ${competitors[competitor] ?? ''}: ${what}`).join(', then ');
}

function tokenOf({ words: said, kind }: RaceRow): Token {
    const fate = ['panic', 'oops', 'Ignored', 'Failed', 'Delayed', 'Recovered'].find((word) => said.includes(word)) ?? '';
    return fateToken(fate, kind);
}
