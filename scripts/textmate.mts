// The highlighting that stands until the language server answers, and in viewers that have none.
import { readFileSync, writeFileSync } from 'node:fs';

interface Pattern {
    readonly name?: string;
    readonly match?: string;
    readonly begin?: string;
    readonly end?: string;
    readonly patterns?: readonly Pattern[];
    readonly include?: string;
}

/** The generator takes every hidden terminal for a comment, those for stray characters and unclosed comments too. */
const COMMENTS: readonly Pattern[] = [
    { name: 'comment.line.double-slash.hwp', match: '//.*$' },
    { name: 'comment.block.hwp', begin: '/\\*', end: '\\*/' },
];

/** What it does not describe, for it looks at keywords only. A string ends with its line. */
const TERMINALS: readonly Pattern[] = [
    { name: 'string.quoted.double.hwp', match: '"(?:[^"\\\\]|\\\\.)*"?' },
    { name: 'constant.language.hwp', match: '\\b(?:MF|BUS|PR|MADV|MCE|CONFIG)_[A-Z0-9_]+\\b|\\bSIG[A-Z]+\\b' },
    { name: 'constant.numeric.hwp', match: '\\b(?:0[xX][0-9A-Fa-f_]+|[0-9][0-9_]*(?:\\.[0-9]+)*)' },
];

/** Mends the generated TextMate grammar in place; keywords stay as generated. */
export function mendTextMate(file: string): void {
    const grammar = JSON.parse(readFileSync(file, 'utf8')) as { patterns: Pattern[]; repository: Record<string, { readonly patterns: readonly Pattern[] }> };
    const keywords = grammar.patterns.filter(({ name }) => name?.startsWith('keyword.') === true);
    grammar.patterns = [{ include: '#comments' }, ...TERMINALS, ...keywords.map((pattern) => ({ ...pattern, match: `(?<![-.])${pattern.match}(?![-.])` }))];
    grammar.repository = { comments: { patterns: COMMENTS } };
    writeFileSync(file, `${JSON.stringify(grammar, null, 2)}\n`);
}
