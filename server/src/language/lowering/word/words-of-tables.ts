import type { AstNode } from 'langium';
import { property } from '../../issues.js';
import type { Context } from '../context.js';
import { listed, meant, suggest } from './suggestions.js';

/** Is the word a row of the table? Otherwise says so, with the nearest rows, at the node (up to the last of several) or at one of its properties. */
export function checkWord(word: string, table: object | readonly string[], what: string, node: AstNode, { issues }: Context, part?: string, last: AstNode = node): boolean {
    const words = Array.isArray(table) ? table as readonly string[] : Object.keys(table);
    if (words.includes(word)) {
        return true;
    }
    const suggestions = suggest(word, words, issues);
    const mend = suggestions.length > 1 && meant(word, suggestions).startsWith(' Did') ? ` Did you mean ${suggestions.map((suggestion) => `\`${suggestion}\``).join(' or ')}?` : meant(word, suggestions);
    const all = suggestions.length > 0 ? '' : words.length <= 16 ? ` ${listed(words)}` : ' The language reference lists them.';
    issues.report('hwp/unknown-word', node, `\`${word}\` is no ${what}.${mend}${all}`, { ...(part === undefined ? { last } : property(node, part)), data: { suggestions } });
    return false;
}
