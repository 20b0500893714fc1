import type { Compared } from '../test/bench/builds/comparisons.ts';
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
    return table(COLUMNS, rows);
}

const sorted = (values: readonly number[]): number[] => [...values].sort((left, right) => left - right);
const middle = (values: readonly number[]): number => sorted(values)[values.length >> 1]!;
const spread = (values: readonly number[]): string => [sorted(values)[0]!, middle(values), sorted(values).at(-1)!].map((value) => value.toFixed(value < 10 ? 2 : 0)).join(' / ');
const ratio = (values: readonly number[], to: readonly number[] | undefined): string => to === undefined ? '' : (middle(values) / middle(to)).toFixed(2);

const COMPARISON: readonly (readonly [heading: string, cell: (row: Compared) => string])[] = [
    ['min / median / max', ({ what, unit }) => `${what}, ${unit}`],
    ['floor', ({ floor }) => floor === undefined ? '' : spread(floor)],
    ['before', ({ before }) => spread(before)],
    ['now', ({ now }) => spread(now)],
    ['before : floor', ({ before, floor }) => ratio(before, floor)],
    ['now : floor', ({ now, floor }) => ratio(now, floor)],
    ['before : now', ({ before, now }) => ratio(before, now)],
];

/** Two builds side by side. */
export function comparisonTable(rows: readonly Compared[]): string {
    return table(COMPARISON, rows);
}

function table<Line>(columns: readonly (readonly [heading: string, cell: (row: Line) => string])[], rows: readonly Line[]): string {
    const cells = rows.map((row) => columns.map(([, cell]) => cell(row)));
    const widths = columns.map(([heading], column) => Math.max(heading.length, ...cells.map((row) => row[column]!.length)));
    const line = (row: readonly string[]): string => `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
    return [line(columns.map(([heading]) => heading)), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}
