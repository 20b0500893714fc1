/** What passes because nothing was checked. */
import { conditionWords } from '../../report/judgement/guards.js';
import type { Issue, Severity, VariantReport } from '../../report/judgement/scenario-report.js';
import type { VerdictStatus } from '../../report/judgement/verdicts.js';
import type { Expectation, Program, SourceRange } from '../../simulator/program.js';
import { countWords } from '../../report/step/wording.js';
import { kernelWords } from '../../simulator/kernel-words.js';

/** A diagnostic about all variants of a scenario together. */
interface VariantDiagnostic {
    readonly code: string;
    readonly severity: Severity;
    readonly doc: string;
    /** @param scenario its first line */
    readonly find: (variants: readonly VariantReport[], scenario: SourceRange) => readonly Pick<Issue, 'message' | 'range'>[];
}

const nothingExpected: VariantDiagnostic = {
    code: 'verdict/nothing-expected',
    severity: 'warning',
    doc: 'The scenario expects nothing, so that it passes whatever the kernel does. "Expect what happens" writes the expectations.',
    find: (variants, range) => variants.some(({ program, status }) => status !== 'passed' || program.steps.length === 0 || program.expectations.length > 0) ? []
        : [{ range, message: 'Nothing is expected here: the scenario passes whatever the kernel does. Add `expect ...` below a step.' }],
};

const neverChecked: VariantDiagnostic = {
    code: 'verdict/never-checked',
    severity: 'warning',
    doc: 'The condition after `when` holds in no variant of the scenario, so that the expectation is never checked.',
    find: (variants) => {
        const [first] = variants;
        if (first === undefined) {
            return [];
        }
        // An expectation in a `repeat` is several: it counts as checked when one of them is.
        const statuses = new Map<string, Set<VerdictStatus>>();
        for (const { program, verdicts } of variants) {
            for (const { expectation, status } of verdicts) {
                const place = placeOf(program, program.expectations[expectation]);
                statuses.set(place, (statuses.get(place) ?? new Set()).add(status));
            }
        }
        return [...new Map(first.program.expectations.map((expectation) => [placeOf(first.program, expectation), expectation] as const))].flatMap(([place, { when, source }]) => {
            const found = statuses.get(place);
            const range = first.program.sources[source];
            if (when === undefined || range === undefined || found === undefined || [...found].some((status) => status !== 'skipped')) {
                return [];
            }
            const where = variants.length === 1 ? `does not hold on kernel ${kernelWords(first.program.kernel)}` : `holds in none of the ${countWords(variants.length, 'variant')}`;
            return [{ range, message: `This is never checked: \`${conditionWords(when)}\` ${where}. Change the condition, or \`vary\` what it speaks of.` }];
        });
    },
};

/** Where the expectation stands; the programs of two variants number their places differently. */
function placeOf({ sources }: Program, expectation: Expectation | undefined): string {
    const place = sources[expectation?.source ?? -1];
    return place === undefined ? '' : `${place.startLine}:${place.startColumn}:${place.uri}`;
}

export const VARIANT_DIAGNOSTICS: readonly VariantDiagnostic[] = [nothingExpected, neverChecked];

/** Of variants that were run. @param scenario its first line */
export function diagnoseUnchecked(variants: readonly VariantReport[], scenario: SourceRange): Issue[] {
    return VARIANT_DIAGNOSTICS.flatMap(({ code, severity, find }) => variants.length === 0 ? [] : find(variants, scenario).map((found) => ({ origin: 'run' as const, code, severity, ...found })));
}
