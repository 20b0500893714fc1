/** Replaces a word that nothing knows by one that is close. */
import type { Diagnostic, Range } from 'vscode-languageserver';
import { dataOf, replace, textAt, type Fix, type FixContext } from './fix.js';
import { within } from './mends.js';

/** Most fixes of one diagnostic. */
const MAX_SUGGESTIONS = 8;

export function nearestWordFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const { suggestions = [] } = dataOf(diagnostic);
    return suggestions.slice(0, MAX_SUGGESTIONS).map((suggestion, index) => ({
        title: `Change to \`${suggestion}\``, diagnostic, ...(index === 0 ? { preferred: true } : {}),
        edits: [replace(replacedRange(diagnostic, suggestion, context), suggestion)],
    }));
}

/** The wrong word inside the range, or all of it. */
function replacedRange(diagnostic: Diagnostic, suggestion: string, context: FixContext): Range {
    const text = textAt(context, diagnostic.range);
    const pair = diagnostic.code === 'expect/impossible-pair' ? new RegExp(`${suggestion.split(' ', 1)[0]}\\s+MF_\\w+`).exec(text) : null;
    if (pair !== null) {
        return within(context, diagnostic.range, pair.index, pair[0].length);
    }
    const { word } = dataOf(diagnostic);
    const at = word === undefined ? -1 : new RegExp(`(?<![\\w-])${word.replaceAll(/[^\w\s-]/g, '\\$&')}(?![\\w-])`).exec(text)?.index ?? -1;
    return word === undefined || at < 0 ? diagnostic.range : within(context, diagnostic.range, at, word.length);
}
