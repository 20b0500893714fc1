/** Shares of pages as bars: every outcome in its colour, with its sign where there is room, and in words. */
import { scaleLinear } from 'd3-scale';
import { symbolCircle, symbolDiamond, symbolPlus, symbolSquare, symbolTimes, symbolTriangle, type SymbolType } from 'd3-shape';
import type { ShareBar, SharePart, Shares } from '../shapes/picture.js';
import { box, item, mark, SMALL, words, type Canvas, type Drawing, type Node } from './element.js';
import { fateToken, type Token } from './theme.js';

const MARGIN = 8;
const BAR = 16;
/** A share that is not nothing can be seen. */
const LEAST = 3;

const SYMBOLS: Readonly<Record<Token, SymbolType>> = {
    good: symbolCircle, doubtful: symbolTriangle, bad: symbolTimes, note: symbolSquare, other: symbolDiamond, line: symbolPlus, text: symbolPlus, faint: symbolPlus, ground: symbolPlus, area: symbolPlus,
};

export function drawShares({ groups, headline, limit, spot }: Shares, { width }: Canvas): Drawing {
    const room = width - 2 * MARGIN;
    const nodes: Node[] = [...words(MARGIN, 14, limit === '' ? headline : `${headline}; ${limit}`, { width: room, font: SMALL, token: 'faint' })];
    let y = 26;
    groups.forEach(({ name, bars }, index) => {
        nodes.push(...words(MARGIN, y + 9, name, { width: room, font: { ...SMALL, bold: true } }));
        y += 20;
        for (const each of bars) {
            const label = `${each.name} · ${each.size}`;
            const list = each.shares.map(({ percent, fate }) => `${percent} ${fate}`).join(' · ');
            const parts = [...words(MARGIN, y + 8, index === 0 ? label : `${label}: ${list}`, { width: room, font: SMALL }), ...bar(each, y + 17, room)];
            y += 17 + BAR + 6;
            if (index === 0) {
                for (const part of each.shares) {
                    parts.push(...swatch(part, MARGIN, y), ...words(MARGIN + 22, y + 8, `${part.percent} ${part.fate}${part.words === '' ? '' : ` (${part.words})`}`, { width: room - 22, font: SMALL }));
                    y += 17;
                }
                y += 4;
            }
            nodes.push(item(`${name}, ${label}: ${list}`, spot, parts));
        }
        y += 6;
    });
    return { height: y + 2, nodes };
}


function bar({ shares, pageCount }: ShareBar, y: number, room: number): Node[] {
    const scale = scaleLinear().domain([0, Math.max(1, pageCount)]).range([0, Math.max(0, room - LEAST * shares.length)]);
    let x = MARGIN;
    return shares.flatMap((part) => {
        const wide = scale(part.pageCount) + LEAST;
        const left = x;
        x += wide;
        const token = fateToken(part.fate, part.kind);
        return [box(left, y, Math.max(1, wide - 1), BAR, `f-${token}`), ...wide < 18 ? [] : mark(SYMBOLS[token], left + wide / 2, y + BAR / 2, 'ground', 40)];
    });
}

function swatch(part: SharePart, x: number, y: number): Node[] {
    const token = fateToken(part.fate, part.kind);
    return [box(x, y + 1, 16, 14, `f-${token}`), ...mark(SYMBOLS[token], x + 8, y + 8, 'ground', 40)];
}
