import type { Row } from '../test/bench/benchmarks.ts';

const COLUMNS: readonly (readonly [heading: string, cell: (row: Row) => string])[] = [
    ['benchmark', ({ what }) => what],
    ['wall clock', ({ wall }) => (wall === undefined ? '' : `${wall.toFixed(2)} ms`)],
    ['cost', ({ value, unit }) => `${value.toFixed(2)} ${unit}`],
    ['floor', ({ floor, unit }) => `${floor.toFixed(2)} ${unit}`],
    ['ratio', ({ value, floor }) => (value / floor).toFixed(2)],
    ['floor is', ({ floorIs }) => floorIs],
    ['target', ({ target }) => target],
    ['', ({ met }) => (met ? 'met' : 'MISSED')],
];

/** Rows as a table of text. */
export function tableOf(rows: readonly Row[]): string {
    const cells = rows.map((row) => COLUMNS.map(([, cell]) => cell(row)));
    const widths = COLUMNS.map(([heading], column) => Math.max(heading.length, ...cells.map((row) => row[column]!.length)));
    const line = (row: readonly string[]): string => `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
    return [line(COLUMNS.map(([heading]) => heading)), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}
