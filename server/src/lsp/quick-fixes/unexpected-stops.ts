/** A panic or an oops that nobody expected is expected. */
import type { Diagnostic } from 'vscode-languageserver';
import { guardFor } from '../../report/variant-guards.js';
import { indentationOf, insertBelow, lineText, type Fix, type FixContext } from './fix.js';

export function unexpectedStopFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const { line } = diagnostic.range.start;
    const what = String(diagnostic.code).endsWith('panic') ? 'panic' : 'oops';
    const indentation = indentationOf(lineText(context, line)) + context.indent;
    const guard = guardOf(what, line, context);
    return guard === undefined ? [] : [{
        title: `Expect the ${what}`, diagnostic, preferred: true,
        edits: [insertBelow(context, diagnostic.range.end.line, [`${indentation}expect ${what}${guard === '' ? '' : ` when ${guard}`}`])],
    }];
}

/** What tells the variants that stop there from those that do not; '' when all do. */
function guardOf(what: 'panic' | 'oops', line: number, { report }: FixContext): string | undefined {
    const variants = report?.scenarios.find(({ range }) => range.startLine <= line && range.endLine >= line)?.variants ?? [];
    return guardFor(variants.flatMap(({ program, verdicts }, index) =>
        verdicts.some(({ kind, source }) => kind === `unexpected-${what}` && program.sources[source]?.startLine === line) ? [index] : []), variants);
}
