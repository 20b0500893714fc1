/** How well the ground of each scenario is covered by what running kernels did. */
import { COVERAGE_DEGREES, coverageOf, coverageWords, type Coverage } from '../../report/coverage/coverage.js';
import type { FileReport, VariantReport } from '../../report/judgement/scenario-report.js';
import type { LineHint } from './line-hint.js';

/** At the first line of each scenario that begins between two lines: what is covered, of several variants the one that is covered worst. */
export function coverageHints({ scenarios }: FileReport, first: number, last: number): LineHint[] {
    return scenarios.filter(({ range }) => first <= range.startLine && range.startLine <= last).flatMap(({ range, variants }) => {
        const text = coverageWords(worstCovered(variants));
        return text === '' ? [] : [{ line: range.startLine, parts: [{ text: variants.length > 1 ? `${text}, at worst` : text }] }];
    });
}

const NONE: Coverage = { degree: null, counts: { recorded: 0, elsewhere: 0, parts: 0, source: 0 }, steps: [] };

function worstCovered(variants: readonly VariantReport[]): Coverage {
    const found = variants.flatMap(({ program, trace }) => trace === null ? [] : [coverageOf(program, trace)]);
    return [...COVERAGE_DEGREES].reverse().flatMap((degree) => found.filter((each) => each.degree === degree)).at(0) ?? NONE;
}
