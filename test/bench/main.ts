import { benchmarks, type Row } from './benchmarks.js';

const COLUMNS: readonly (readonly [heading: string, cell: (row: Row) => string])[] = [
    ['benchmark', ({ what }) => what],
    ['wall clock', ({ wall }) => (wall === undefined ? '' : `${wall.toFixed(3)} ms`)],
    ['cost', ({ value, unit }) => `${value.toFixed(3)} ${unit}${unit === 'ms' ? ' CPU' : ''}`],
    ['floor', ({ floor, unit }) => `${floor.toFixed(3)} ${unit}`],
    ['ratio', ({ value, floor }) => (value / floor).toFixed(2)],
    ['floor is', ({ floorIs }) => floorIs],
    ['target', ({ target }) => target],
    ['', ({ met }) => (met ? 'met' : 'MISSED')],
];

const rows = [...benchmarks(process.argv.includes('--quick'))];
if (process.argv.includes('--json')) {
    console.log(JSON.stringify(rows, null, 2));
} else {
    const cells = rows.map((row) => COLUMNS.map(([, cell]) => cell(row)));
    const widths = COLUMNS.map(([heading], column) => Math.max(heading.length, ...cells.map((row) => row[column]!.length)));
    const line = (row: readonly string[]): string => `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
    console.log([line(COLUMNS.map(([heading]) => heading)), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n'));
}
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
