/** A panic or an oops that nobody expected is expected. */
import type { Diagnostic } from 'vscode-languageserver';
import { indentationOf, insertBelow, lineText, type Fix, type FixContext } from './fix.js';

export function unexpectedStopFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const { line } = diagnostic.range.start;
    const what = String(diagnostic.code).endsWith('panic') ? 'panic' : 'oops';
    const indentation = indentationOf(lineText(context, line)) + context.indent;
    return [{ title: `Expect the ${what}`, diagnostic, preferred: true, edits: [insertBelow(context, diagnostic.range.end.line, [`${indentation}expect ${what}`])] }];
}
