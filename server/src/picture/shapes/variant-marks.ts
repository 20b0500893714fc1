/** All variants at a glance: whether each passes, and what each step comes to where they differ. */
import type { LeftOutVariant, VariantReport } from '../../report/judgement/scenario-report.js';
import { outcomesOf, outcomeWords } from '../../report/step/variants.js';
import { lineWords } from '../../vocabulary/variant-selections.js';
import { variantWords } from '../../vocabulary/vary.js';
import type { PictureStep, VariantColumn, VariantMarks } from './picture.js';

/** Rows and columns that are drawn. */
const MAX_ROWS = 200;
const MAX_COLUMNS = 12;

export function variantMarks(variants: readonly VariantReport[], leftOut: readonly LeftOutVariant[], steps: readonly PictureStep[]): VariantMarks {
    const shown = variants.slice(0, MAX_ROWS);
    const columns: VariantColumn[] = [];
    const marks: number[][] = shown.map(() => []);
    for (let step = 0; step < steps.length && columns.length < MAX_COLUMNS; step += 1) {
        const words = outcomesOf(shown, [step]).map((outcome) => outcomeWords(outcome) || 'ok');
        const outcomes = [...new Set(words)];
        if (outcomes.length < 2 || words.length < shown.length) continue;
        columns.push({ step, spot: steps[step]!.spot, outcomes });
        words.forEach((each, row) => marks[row]!.push(outcomes.indexOf(each)));
    }
    return {
        kind: 'variants', heads: lineWords(variants.map(({ values }) => values)), columns,
        rows: shown.map(({ values, status }, row) => ({ values: values.map(({ value }) => value ?? '–'), name: variantWords(values), status, outcomes: marks[row]! })),
        leftOut: [...leftOut.map(({ values, reason }) => `${variantWords(values)}: ${reason}`), ...variants.length > shown.length ? [`${variants.length - shown.length} variants more`] : []],
    };
}
