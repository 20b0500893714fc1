/** Places of a scenario that have values while a session stands still: for hovers, and at the ends of lines. */
import * as vscode from 'vscode';

/** `heap[2]`, `db.heap[2]`, `bad`, `db:heap[2].refcount`. */
const PLACE = /\b[A-Za-z_][\w-]*(?:[.:][A-Za-z_][\w-]*)*(?:\[\d+\])?(?:\.[A-Za-z_]\w*)?/g;

/** Words that stand before the names of a step or declaration. */
const DECLARED = /^\s*(?:page|process|region|file|map|guest)\b/;

const COMMENT = /\/\/.*$/;

/** Names that the text declares: what else stands there is a word of the language. */
const NAMES = /\b(?:page|region|map|file|process|guest)\s+([A-Za-z_][\w-]*)/g;

export class ScenarioValues implements vscode.InlineValuesProvider, vscode.EvaluatableExpressionProvider {
    provideEvaluatableExpression(document: vscode.TextDocument, position: vscode.Position): vscode.EvaluatableExpression | undefined {
        const range = document.getWordRangeAtPosition(position, new RegExp(PLACE.source));
        return range === undefined ? undefined : new vscode.EvaluatableExpression(range);
    }

    /** Of the lines of the scenario down to the one that the session stands at. */
    provideInlineValues(document: vscode.TextDocument, viewPort: vscode.Range, { stoppedLocation }: vscode.InlineValueContext): vscode.InlineValue[] {
        const last = Math.min(viewPort.end.line, stoppedLocation.end.line);
        const first = Math.max(viewPort.start.line, scenarioStart(document, stoppedLocation.start.line));
        const names = new Set([...textBetween(document, scenarioStart(document, last), last).matchAll(NAMES)].map(([, name]) => name!));
        const found: vscode.InlineValue[] = [];
        for (let line = first; line <= last; line += 1) {
            const text = document.lineAt(line).text.replace(COMMENT, '');
            const seen = new Set<string>();
            for (const { 0: word, index } of DECLARED.test(text) && !/^\s*page\b/.test(text) ? [] : text.matchAll(PLACE)) {
                const known = word.split(/[.:[]/).some((part) => names.has(part));
                if (known && !seen.has(word) && /^[\w-]+$|\[\d+\]$/.test(word)) {
                    found.push(new vscode.InlineValueEvaluatableExpression(new vscode.Range(line, index, line, index + word.length), word));
                }
                seen.add(word);
            }
        }
        return found;
    }
}

/** The line with the word `scenario` above. */
function scenarioStart(document: vscode.TextDocument, line: number): number {
    let at = line;
    while (at > 0 && !/^\s*scenario\b/.test(document.lineAt(at).text)) {
        at -= 1;
    }
    return at;
}

function textBetween(document: vscode.TextDocument, first: number, last: number): string {
    return document.getText(new vscode.Range(first, 0, last, document.lineAt(last).text.length));
}
