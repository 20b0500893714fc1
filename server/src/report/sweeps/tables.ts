/** A sweep as tables of words: what the terminal, hovers and comparisons lay out. */
import type { SweepTrace } from '../../simulator/trace.js';
import { countWords, memoryWords } from '../step/wording.js';
import { shareWords, sumOf } from './fates.js';
import { nodeShares, outcomeShares, regionShares } from './shares.js';
import type { SummaryKind } from '../step/summary-kind.js';

export interface TableRow {
    readonly cells: readonly string[];
    /** What the row is about, for colours. */
    readonly kind: SummaryKind;
}

export interface Table {
    readonly headings: readonly string[];
    /** Columns of numbers, which end at the same place. */
    readonly numbers: readonly number[];
    readonly rows: readonly TableRow[];
}

/** `262,144 pages (1 GiB) in 14 states`. */
export function sweepHeadline(sweep: SweepTrace, pageShift: number): string {
    const missing = sweep.pageCount - sumOf(sweep.classes);
    return `${thousands(sweep.pageCount)} ${sweep.pageCount === 1 ? 'page' : 'pages'} (${memoryWords(sweep.pageCount * 2 ** pageShift)}) in ${countWords(sweep.classes.length, 'state')}`
        + (missing === 0 ? '' : `, ${thousands(missing)} pages not looked at`);
}

/** The outcomes over all pages, those of each region, and those of each node where there are several. */
export function sweepTables(sweep: SweepTrace, pageShift: number): Table[] {
    const tables = [outcomeTable(sweep), regionTable(sweep, pageShift)];
    const nodes = nodeTable(sweep, pageShift);
    return nodes.rows.length > 1 ? [...tables, nodes] : tables;
}

function outcomeTable(sweep: SweepTrace): Table {
    return {
        headings: ['share', 'pages', 'outcome'], numbers: [0, 1],
        rows: outcomeShares(sweep.classes).map(({ fate, words, pageCount }) => ({ kind: fate.kind, cells: [shareWords(pageCount, sweep.pageCount), thousands(pageCount), words] })),
    };
}

/** A line for each outcome of a region: its share of all pages. */
function regionTable(sweep: SweepTrace, pageShift: number): Table {
    return {
        headings: ['share', 'size', 'region', 'kind', 'outcome'], numbers: [0, 1],
        rows: regionShares(sweep).flatMap(({ region, kinds, outcomes }) => outcomes.map(({ fate, words, pageCount }, index) => ({
            kind: fate.kind,
            cells: [shareWords(pageCount, sweep.pageCount), memoryWords(pageCount * 2 ** pageShift), index === 0 ? region : '', index === 0 ? kinds.join(', ') : '', words],
        }))),
    };
}

function nodeTable(sweep: SweepTrace, pageShift: number): Table {
    return {
        headings: ['share', 'size', 'node', 'outcomes'], numbers: [0, 1],
        rows: nodeShares(sweep).map(({ node, pageCount, fates }) => ({
            kind: 'result',
            cells: [shareWords(pageCount, sweep.pageCount), memoryWords(pageCount * 2 ** pageShift), `node ${node}`, fates.map((fate) => `${shareWords(fate.pageCount, pageCount)} ${fate.word}`).join(' · ')],
        })),
    };
}

function thousands(count: number): string {
    return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
