/** A panic or an oops that nobody expected is expected. */
import type { Diagnostic } from 'vscode-languageserver';
import { guardFor } from '../../report/judgement/variant-guards.js';
import { guestsIn, guestStep } from '../../report/step/guests.js';
import { stepEvents } from '../../report/step/step-events.js';
import type { StepTrace } from '../../simulator/trace.js';
import { dataOf, indentationOf, insertBelow, lineText, type Fix, type FixContext } from './fix.js';

export function unexpectedStopFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const { line } = diagnostic.range.start;
    const what = String(diagnostic.code).endsWith('panic') ? 'panic' : 'oops';
    const indentation = indentationOf(lineText(context, line)) + context.indent;
    const guard = guardOf(what, line, context);
    const side = sideOfStop(what, line, context);
    return guard === undefined ? [] : [{
        title: `Expect the ${what}`, diagnostic, ...(dataOf(diagnostic).settings === undefined ? { preferred: true as const } : {}),
        edits: [insertBelow(context, diagnostic.range.end.line, [`${indentation}expect ${side}${what}${guard === '' ? '' : ` when ${guard}`}`])],
    }];
}

/** `in vm ` where it is a guest that stops, and not the host. */
function sideOfStop(what: 'panic' | 'oops', line: number, { report }: FixContext): string {
    const scenario = report?.scenarios.find(({ range }) => range.startLine <= line && range.endLine >= line);
    const steps = scenario?.variants.flatMap(({ program, trace, verdicts }) => verdicts.flatMap(({ kind, source, step }) =>
        kind === `unexpected-${what}` && program.sources[source]?.startLine === line && trace !== null ? trace.steps[step] ?? [] : [])) ?? [];
    const stopsAt = (step: StepTrace): boolean => [step, ...(step.race?.outcomes ?? []).map((outcome) => outcome.step)].some((each) => stepEvents(each, what).length > 0);
    const guests = steps.some(stopsAt) ? [] : steps.flatMap((step) => [step, ...(step.race?.outcomes ?? []).map((outcome) => outcome.step)].flatMap((each) => guestsIn(each).filter((guest) => stopsAt(guestStep(each, guest)))));
    return guests[0] === undefined ? '' : `in ${guests[0]} `;
}

/** What tells the variants that stop there from those that do not; '' when all do. */
function guardOf(what: 'panic' | 'oops', line: number, { report }: FixContext): string | undefined {
    const variants = report?.scenarios.find(({ range }) => range.startLine <= line && range.endLine >= line)?.variants ?? [];
    return guardFor(variants.flatMap(({ program, verdicts }, index) =>
        verdicts.some(({ kind, source }) => kind === `unexpected-${what}` && program.sources[source]?.startLine === line) ? [index] : []), variants);
}
