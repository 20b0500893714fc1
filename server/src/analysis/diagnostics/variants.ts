/** The diagnostics of all variants of a scenario: what several of them find at one place is said once, with the variants. */
import type { Issue, VariantReport } from '../../report/judgement/scenario-report.js';
import { selectionWords } from '../../vocabulary/variant-selections.js';
import type { Program } from '../../simulator/program.js';
import { byPlace, diagnose, type Found } from './table.js';

/** A variant, and what its run has to say; nothing when it was not run. */
export interface DiagnosedVariant {
    readonly values: VariantReport['values'];
    readonly program: Program;
    readonly findings: readonly Found[];
}

/** In text order. */
export function diagnoseVariants(variants: readonly DiagnosedVariant[]): Issue[] {
    const found = new Map<string, { readonly issue: Issue; readonly where: number[] }>();
    variants.forEach(({ program, findings }, index) => {
        for (const issue of diagnose(program, findings)) {
            const key = JSON.stringify([issue.code, issue.severity, issue.message, issue.range]);
            const known = found.get(key);
            if (known === undefined) {
                found.set(key, { issue, where: [index] });
            } else {
                known.where.push(index);
            }
        }
    });
    const values = variants.map((variant) => variant.values);
    return [...found.values()].map(({ issue, where }) => where.length === variants.length ? issue : inSome(issue, where, values)).sort(byPlace);
}

/** `Expected panic, but: no panic. In 2 of 5 variants: kernel 7.3.` */
function inSome(issue: Issue, where: readonly number[], values: readonly VariantReport['values'][]): Issue {
    return { ...issue, message: `${issue.message} In ${where.length} of ${values.length} variants: ${selectionWords(where, values)}.` };
}
