/** A sweep for the terminal. */
import type { StepTrace, SweepTrace, Trace } from '../../simulator/trace.js';
import type { Paint, Tone } from '../output/paint.js';
import { TONES } from '../step/summary-tones.js';
import { hex, memoryWords } from '../step/wording.js';
import { outcomeWords } from './shares.js';
import { sweepHeadline, sweepTables, type Table } from './tables.js';

/** How many pages, and the tables. */
export function sweepLines(sweep: SweepTrace, pageShift: number, paint: Paint): string[] {
    return [paint('faint', sweepHeadline(sweep, pageShift)), ...sweepTables(sweep, pageShift).flatMap((table) => tableLines(table, paint))];
}

function tableLines({ headings, numbers, rows }: Table, paint: Paint): string[] {
    const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)));
    const line = (cells: readonly string[], tone: Tone | null): string => cells.map((cell, column) => {
        const padded = numbers.includes(column) ? cell.padStart(widths[column] ?? 0) : column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
        return tone !== null && column === cells.length - 1 ? paint(tone, padded) : padded;
    }).join('  ').trimEnd();
    return [paint('faint', line(headings, null)), ...rows.map(({ cells, kind }) => line(cells, TONES[kind]))];
}

/** Every class of pages with the step that stands for it, and where to find that step. */
export function classesOf(step: StepTrace, trace: Trace): { readonly heading: string; readonly trace: Trace; readonly index: number }[] {
    const before = trace.steps.slice(0, step.index);
    return (step.sweep?.classes ?? []).map((pageClass) => {
        const { region, kind, position, folioOrder, pageCount, pfn } = pageClass;
        const folio = position === 'single' ? '' : `, ${position === 'head' ? 'first pages' : 'tail pages'} of folios of ${memoryWords(2 ** (folioOrder + trace.pageShift))}`;
        return {
            heading: `${region}: ${memoryWords(pageCount * 2 ** trace.pageShift)} of ${kind}${folio}, such as ${hex(pfn)}: ${outcomeWords(pageClass.step)}`,
            trace: { ...trace, steps: [...before, pageClass.step] }, index: before.length,
        };
    });
}
