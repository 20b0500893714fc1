/** A step in all variants of a scenario: in a few words, and as a table. */
import type { StepTrace } from '../../simulator/trace.js';
import { lineWords, selectionWords } from '../../vocabulary/variant-selections.js';
import type { VariedValue } from '../../vocabulary/vary.js';
import type { VariantReport } from '../judgement/scenario-report.js';
import { stepEvents } from './step-events.js';
import { fateRanges } from '../sweeps/fates.js';
import { summaryParts, type SummaryPart } from './summary.js';
import type { SummaryKind } from './summary-kind.js';
import { countWords, shortResult, shortType } from './wording.js';

/** What one variant does at a place in the text: a step that is repeated runs several times. */
export interface VariantOutcome {
    readonly values: readonly VariedValue[];
    readonly runs: readonly StepTrace[];
}

/** By variant, the runs of the steps at those indexes of `trace.steps`: steps stand at the same index in every variant. */
export function outcomesOf(variants: readonly VariantReport[], indexes: readonly number[]): VariantOutcome[] {
    return variants.flatMap(({ values, trace }) => trace === null ? [] : [{ values, runs: indexes.flatMap((index) => trace.steps[index] ?? []) }]);
}

/** `DIRTY_LRU Recovered · AO→db.main`: what all runs show, each thing once; '' when there is nothing to show. */
export function outcomeWords({ runs }: VariantOutcome, kinds?: ReadonlySet<SummaryKind>): string {
    return partsOf(runs, kinds).map(({ text }) => text).join(' · ');
}

function partsOf(runs: readonly StepTrace[], kinds?: ReadonlySet<SummaryKind>): SummaryPart[] {
    const seen = new Set<string>();
    return runs.flatMap(summaryParts).filter(({ kind, text }) => {
        const key = `${kind} ${text}`;
        return kinds?.has(kind) !== false && !seen.has(key) && seen.add(key).size > 0;
    });
}

/**
 * What is shown of several variants: each text once with the variants that it is of (`''`: of all), empty ones left out.
 */
export function groupedByText(variants: readonly VariantReport[], linesOf: (variant: VariantReport) => readonly string[]): { readonly lines: readonly string[]; readonly variants: string }[] {
    const groups = new Map<string, { readonly lines: readonly string[]; readonly where: number[] }>();
    variants.forEach((variant, index) => {
        const lines = linesOf(variant);
        const known = groups.get(lines.join('\n')) ?? { lines, where: [] };
        known.where.push(index);
        groups.set(lines.join('\n'), known);
    });
    const values = variants.map((variant) => variant.values);
    return [...groups.values()].filter(({ lines }) => lines.length > 0)
        .map(({ lines, where }) => ({ lines, variants: where.length === variants.length ? '' : selectionWords(where, values) }));
}

/**
 * `5 variants: all Ignored, 1 panics`; '' when no variant has anything to show.
 * @param kinds the kinds of parts that are wanted; all of them by default
 */
export function summarizeOutcomes(outcomes: readonly VariantOutcome[], kinds?: ReadonlySet<SummaryKind>): string {
    const words = outcomes.map((outcome) => outcomeWords(outcome, kinds));
    if (words.every((each) => each === '')) {
        return '';
    }
    const same = words.every((each) => each === words[0]);
    const sweeps = outcomes.flatMap(({ runs }) => runs.flatMap(({ sweep }) => sweep ?? []));
    return `${countWords(outcomes.length, 'variant')}: ${same ? `all ${words[0]}` : (sweeps.length > 0 ? fateRanges(sweeps) : differences(outcomes, kinds)).join(', ')}`;
}

/** What some or all variants have, each with how many. */
function differences(outcomes: readonly VariantOutcome[], kinds: ReadonlySet<SummaryKind> | undefined): string[] {
    const variants = outcomes.map(({ runs }) => ({ results: kinds?.has('result') === false ? [] : resultsOf(runs), parts: partsOf(runs, kinds) }));
    const counts = new Map<string, { readonly kind: SummaryKind | 'ok'; readonly text: string; count: number }>();
    const add = (kind: SummaryKind | 'ok', text: string): void => {
        const known = counts.get(`${kind} ${text}`) ?? { kind, text, count: 0 };
        known.count += 1;
        counts.set(`${kind} ${text}`, known);
    };
    const sameResults = variants.every(({ parts }) => textsOf(parts, 'result') === textsOf(variants[0]!.parts, 'result'));
    for (const { results, parts } of variants) {
        // Where the types differ the results are what can be compared at a glance; the types are in the table.
        new Set(sameResults ? parts.filter(({ kind }) => kind === 'result').map(({ text }) => text) : results).forEach((text) => add('result', text));
        parts.filter(({ kind }) => kind !== 'result' && kind !== 'race' && (kind !== 'errno' || results.length === 0)).forEach(({ kind, text }) => add(kind, text));
        if (parts.length === 0) {
            add('ok', NOTHING_TO_SHOW);
        }
    }
    const races = kinds?.has('race') === false ? [] : raceWords(outcomes);
    return [...races, ...[...counts.values()].sort((left, right) => ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind)).flatMap((each) => countedWords(each, outcomes.length))];
}

/** `all Recovered`, `1 panics`, `nothing carried in 2`; which kernel boots is in the table. */
function countedWords({ kind, text, count }: { readonly kind: SummaryKind | 'ok'; readonly text: string; readonly count: number }, of: number): string[] {
    if (kind === 'boot') {
        return count === of ? [text] : text.endsWith(' boots') ? [] : [`${text} in ${count}`];
    }
    return [count === of ? `all ${text}` : `${count} ${count === 1 ? SINGULAR[kind] ?? text : text}`];
}

/** `4 to 6 outcomes, 1 can panic`: raced steps are compared by their sets. */
function raceWords(outcomes: readonly VariantOutcome[]): string[] {
    const races = outcomes.map(({ runs }) => runs.flatMap(({ race }) => race !== undefined && race.outcomes.length > 1 ? [race] : []));
    const sizes = races.flat().map((race) => race.outcomes.length);
    if (sizes.length === 0) {
        return [];
    }
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    const panicking = races.filter((each) => each.some((race) => race.outcomes.some(({ step }) => stepEvents(step, 'panic').length > 0))).length;
    return [`${least === most ? least : `${least} to ${most}`} outcomes`, ...panicking === 0 ? [] : [`${panicking === outcomes.length ? 'all' : panicking} can panic`]];
}

/** Are the outcomes sets, told one by one elsewhere? */
export function isRaced(outcomes: readonly VariantOutcome[]): boolean {
    return raceWords(outcomes).length > 0;
}

const ORDER: readonly (SummaryKind | 'ok')[] = ['boot', 'ok', 'result', 'value', 'errno', 'signal', 'exit', 'data', 'oops', 'panic', 'not-reached'];

const SINGULAR: Readonly<Partial<Record<SummaryKind | 'ok', string>>> = { oops: 'oopses', panic: 'panics' };

function textsOf(parts: readonly SummaryPart[], wanted: SummaryKind): string {
    return parts.filter(({ kind }) => kind === wanted).map(({ text }) => text).join(' · ');
}

function resultsOf(runs: readonly StepTrace[]): string[] {
    return ofOneOutcome(runs).flatMap((step) => stepEvents(step, 'result').map(({ result }) => shortResult(result)));
}

/** A raced step comes to a set of outcomes, which is told as a whole. */
function ofOneOutcome(runs: readonly StepTrace[]): StepTrace[] {
    return runs.filter(({ race, skipped }) => !skipped && (race === undefined || race.outcomes.length === 1));
}

export interface VariantTable {
    readonly heads: readonly string[];
    readonly rows: readonly (readonly string[])[];
}

/** A step that succeeded and showed nothing, beside others that show something. */
const NOTHING_TO_SHOW = 'ok';

/** What stands in the cell of a line that has no part in the variant. */
const NO_PART = '–';

interface Column {
    readonly head: string;
    readonly cell: (runs: readonly StepTrace[]) => string;
}

/** What a sweep comes to stands in a column of its own. */
const ofKinds = (...kinds: readonly SummaryKind[]) => (runs: readonly StepTrace[]): string => partsOf(runs.filter(({ sweep }) => sweep === undefined)).filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text).join(', ');

const COLUMNS: readonly Column[] = [
    { head: 'boot', cell: ofKinds('boot') },
    { head: 'pages', cell: (runs) => runs.flatMap((step) => step.sweep === undefined ? [] : summaryParts(step).map(({ text }) => text)).join(', ') },
    { head: 'type', cell: (runs) => [...new Set(ofOneOutcome(runs).flatMap((step) => stepEvents(step, 'result').map(({ type }) => shortType(type))))].join(', ') },
    { head: 'result', cell: (runs) => [...new Set(resultsOf(runs))].join(', ') },
    { head: 'race', cell: ofKinds('race') },
    { head: 'value', cell: ofKinds('value') },
    { head: 'errno', cell: ofKinds('errno') },
    { head: 'signals', cell: ofKinds('signal', 'exit') },
    { head: 'data', cell: ofKinds('data') },
    { head: 'machine', cell: ofKinds('oops', 'panic', 'not-reached') },
];

/**
 * The lines that matter here, then what the variants do, one thing a column; columns that no variant fills are left
 * out, and so are lines whose value makes no difference to this step.
 */
export function outcomeTable(outcomes: readonly VariantOutcome[]): VariantTable {
    const columns = COLUMNS.filter(({ cell }) => outcomes.some(({ runs }) => cell(runs) !== ''));
    return tableOf(outcomes, columns.map(({ head }) => head), ({ runs }) => columns.map(({ cell }) => cell(runs)));
}

/** What the variants do, each once, with those that do it: `KERNEL Ignored`, `kernel 7.0, 7.3`. */
export function listedOutcomes(outcomes: readonly VariantOutcome[]): { readonly words: string; readonly variants: string }[] {
    const where = new Map<string, number[]>();
    outcomes.forEach((outcome, index) => {
        const words = outcomeWords(outcome) || NOTHING_TO_SHOW;
        where.set(words, [...where.get(words) ?? [], index]);
    });
    const values = outcomes.map((outcome) => outcome.values);
    return [...where].map(([words, indexes]) => ({ words, variants: selectionWords(indexes, values) }));
}

/** The lines that matter here, then what the variants do as it stands behind a step. */
export function summaryTable(outcomes: readonly VariantOutcome[]): VariantTable {
    return tableOf(outcomes, [''], (outcome) => [outcomeWords(outcome) || NOTHING_TO_SHOW]);
}

function tableOf(outcomes: readonly VariantOutcome[], heads: readonly string[], cells: (outcome: VariantOutcome) => readonly string[]): VariantTable {
    const rows = outcomes.map((outcome) => ({ values: outcome.values.map(({ value }) => value ?? NO_PART), cells: cells(outcome) }));
    const lines = linesThatMatter(rows);
    const shown = new Map(rows.map(({ values, cells: own }) => {
        const row = [...lines.map((line) => values[line] ?? ''), ...own];
        return [JSON.stringify(row), row] as const;
    }));
    const words = lineWords(outcomes.map(({ values }) => values));
    return { heads: [...lines.map((line) => words[line] ?? ''), ...heads], rows: [...shown.values()] };
}

/** Indexes of lines: without the others, equal values still come with equal cells. */
function linesThatMatter(rows: readonly { readonly values: readonly string[]; readonly cells: readonly string[] }[]): number[] {
    let lines = rows[0]?.values.map((_value, line) => line) ?? [];
    for (const line of [...lines]) {
        const without = lines.filter((other) => other !== line);
        const cellsByValues = new Map<string, string>();
        const isFree = rows.every(({ values, cells }) => {
            const key = JSON.stringify(without.map((other) => values[other]));
            const text = JSON.stringify(cells);
            const known = cellsByValues.get(key) ?? text;
            cellsByValues.set(key, known);
            return known === text;
        });
        lines = isFree ? without : lines;
    }
    return lines;
}
