/** Variants as a table of small marks: does each pass, and which outcome does it have where they differ. */
import { symbolCircle, symbolTimes, symbolTriangle, symbolWye, type SymbolType } from 'd3-shape';
import type { ScenarioStatus } from '../../report/judgement/scenario-status.js';
import type { PictureStep, VariantMarks } from '../shapes/picture.js';
import { box, item, mark, SMALL, words, type Canvas, type Drawing, type Node } from './element.js';
import { STATUS_TOKENS, type Token } from './theme.js';

const MARGIN = 8;
const ROW = 20;
const CELL = 20;

const STATUS_SYMBOLS: Readonly<Record<ScenarioStatus, SymbolType>> = { passed: symbolCircle, failed: symbolTimes, unverified: symbolWye, invalid: symbolTriangle };

/** Outcomes are told apart by letter; colours repeat. */
const OUTCOME_TOKENS: readonly Token[] = ['note', 'doubtful', 'other', 'good', 'bad', 'line'];

export function drawVariants({ rows, columns, leftOut }: VariantMarks, { width }: Canvas, steps: readonly PictureStep[]): Drawing {
    const room = width - 2 * MARGIN;
    const shown = columns.slice(0, Math.max(1, Math.floor((room - 110) / CELL)));
    const left = MARGIN + 20;
    const nameWidth = Math.min(room - 20 - shown.length * CELL - 6, 320);
    const cellX = left + nameWidth + 6;
    const nodes: Node[] = [];
    let y = 4;
    if (shown.length > 0) {
        nodes.push(...shown.flatMap((_column, index) => words(cellX + index * CELL + 5, y + 9, String(index + 1), { width: CELL, font: SMALL, token: 'faint' })));
        y += 18;
    }
    for (const row of rows) {
        const cells = shown.flatMap((_column, index) => cell(row.outcomes[index] ?? 0, cellX + index * CELL, y));
        const said = shown.map((column, index) => column.outcomes[row.outcomes[index] ?? 0] ?? '').filter((text) => text !== '');
        nodes.push(item(`${row.name}: ${row.status}${said.length === 0 ? '' : `: ${said.join('; ')}`}`, null, [
            ...mark(STATUS_SYMBOLS[row.status], MARGIN + 8, y + ROW / 2, STATUS_TOKENS[row.status], 60), ...words(left, y + ROW / 2, row.name, { width: nameWidth, font: SMALL }), ...cells,
        ]));
        y += ROW;
    }
    y += 8;
    shown.forEach(({ step, spot, outcomes }, index) => {
        const title = `${index + 1}: ${steps[step]?.words ?? ''}`;
        const lines: Node[] = [...words(MARGIN, y + 9, title, { width: room, font: { ...SMALL, bold: true } })];
        y += 18;
        outcomes.forEach((text, outcome) => {
            lines.push(...cell(outcome, MARGIN, y - 1), ...words(MARGIN + 24, y + 9, text, { width: room - 24, font: SMALL }));
            y += 20;
        });
        nodes.push(item(`${title}: ${outcomes.map((text, outcome) => `${letter(outcome)} ${text}`).join('; ')}`, spot, lines));
    });
    const rest = [...columns.length > shown.length ? [`${columns.length - shown.length} steps more in which they differ`] : [], ...leftOut.map((text) => `left out: ${text}`)];
    for (const text of rest) {
        nodes.push(...words(MARGIN, y + 9, text, { width: room, font: SMALL, token: 'faint' }));
        y += 17;
    }
    return { height: y + 4, nodes };
}

function cell(outcome: number, x: number, y: number): Node[] {
    const token = OUTCOME_TOKENS[outcome % OUTCOME_TOKENS.length]!;
    return [box(x + 1, y + 2, CELL - 3, ROW - 4, `s-${token} thick`), ...words(x + 5, y + ROW / 2, letter(outcome), { width: CELL - 6, font: SMALL })];
}

/** A, B, ... Z, then numbers. */
function letter(outcome: number): string {
    return outcome < 26 ? String.fromCharCode(65 + outcome) : String(outcome + 1);
}
