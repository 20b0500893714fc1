/** Replaces a word that nothing knows by one that is close. */
import type { Diagnostic, Range } from 'vscode-languageserver';
import { replace, textAt, type Fix, type FixContext } from './fix.js';
import { within } from './mends.js';

/** Codes whose suggestions stand for the whole range, not for the wrong word in it. */
const WHOLE = new Set(['hwp/ambiguous-name', 'process/unknown-thread', 'step/actor-missing', 'expect/impossible-pair', 'kernel/too-old', 'kernel/malformed', 'kernel/proposal-does-not-apply', 'prctl/policy', 'quantity/unit-missing', 'quantity/wrong-unit']);

/** Codes that carry suggestions of another form: they have rows of their own. */
export const OTHER_FORM = new Set(['sysctl/not-on-kernel', 'file/not-on-kernel', 'file/folio-unsupported', 'region/outside-memory', 'machine/memory-overcommitted', 'mapping/no-swap', 'pmem/overlaps-memory', 'file/type-mismatch', 'filesystem/dax-unsupported']);

/** Most fixes of one diagnostic. */
const MAX_SUGGESTIONS = 8;

export function nearestWordFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const { suggestions = [] } = (diagnostic.data ?? {}) as { readonly suggestions?: readonly string[] };
    if (OTHER_FORM.has(String(diagnostic.code))) {
        return [];
    }
    // Another kernel is no other word: it is a line of its own.
    const words = String(diagnostic.code).startsWith('kernel/') ? suggestions : suggestions.filter((suggestion) => !suggestion.startsWith('kernel '));
    return words.slice(0, MAX_SUGGESTIONS).map((suggestion, index) => ({
        title: `Change to \`${suggestion}\``, diagnostic, ...(index === 0 ? { preferred: true } : {}),
        edits: [replace(replacedRange(diagnostic, suggestion, context), suggestion)],
    }));
}

/** The wrong word inside the range: the first one that the message quotes. */
function replacedRange(diagnostic: Diagnostic, suggestion: string, context: FixContext): Range {
    const text = textAt(context, diagnostic.range);
    const pair = diagnostic.code === 'expect/impossible-pair' ? new RegExp(`${suggestion.split(' ', 1)[0]}\\s+MF_\\w+`).exec(text) : null;
    if (pair !== null) {
        return within(context, diagnostic.range, pair.index, pair[0].length);
    }
    const message = typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
    const word = /`([^`]+)`/.exec(message)?.[1] ?? text;
    const at = new RegExp(`(?<![\\w-])${word.replaceAll(/[^\w\s-]/g, '\\$&')}(?![\\w-])`).exec(text)?.index ?? -1;
    if (at < 0 || WHOLE.has(String(diagnostic.code)) || suggestion.includes(' ') || word === text) {
        return diagnostic.range;
    }
    const { line, character } = diagnostic.range.start;
    return { start: { line, character: character + at }, end: { line, character: character + at + word.length } };
}
