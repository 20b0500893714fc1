// The highlighting that stands until the language server answers, and in viewers that have none.
import { readFileSync, writeFileSync } from 'node:fs';

interface Pattern {
    readonly name?: string;
    readonly match?: string;
    readonly begin?: string;
    readonly end?: string;
    readonly captures?: Readonly<Record<string, { readonly name: string }>>;
    readonly patterns?: readonly Pattern[];
    readonly include?: string;
}

/** Words of the vocabulary: textmate-words.mts. */
export interface TextMateWords {
    readonly STEPS: readonly string[];
    readonly KINDS: readonly string[];
    readonly ERRNO_NAMES: readonly string[];
    readonly SYSCTL_NAMES: readonly string[];
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

/** Words of the tables where they can stand: as names they are free elsewhere. */
function vocabulary({ STEPS, KINDS, ERRNO_NAMES, SYSCTL_NAMES }: TextMateWords): Pattern[] {
    const [dashed, plain] = [STEPS.filter((word) => /[-_]/.test(word)), STEPS.filter((word) => !/[-_]/.test(word))];
    return [
        { name: 'variable.other.property.hwp', match: word(SYSCTL_NAMES) },
        { name: 'constant.language.hwp', match: word(ERRNO_NAMES) },
        { name: 'entity.name.function.step.hwp', match: word(dashed) },
        // Behind the task, or first of its line or block.
        { match: `(?:^|(?<=[:;{]))\\s*${word(plain, true)}(?!\\s*[=:{])`, captures: { 1: { name: 'entity.name.function.step.hwp' } } },
        { match: `(?:(?<==)\\s*|(?<=\\bas)\\s+)${word(KINDS, true)}`, captures: { 1: { name: 'entity.name.type.kind.hwp' } } },
    ];
}

/** One of the words as a whole, the longest first. */
function word(words: readonly string[], captured = false): string {
    const choice = [...new Set(words)].sort((left, right) => right.length - left.length || (left < right ? -1 : 1)).map((each) => each.replaceAll('.', '\\.')).join('|');
    return `(?<![\\w.-])(${captured ? '' : '?:'}${choice})(?![\\w-])`;
}

/** Mends the generated TextMate grammar in place; keywords stay as generated. */
export function mendTextMate(file: string, words: TextMateWords): void {
    const grammar = JSON.parse(readFileSync(file, 'utf8')) as { patterns: Pattern[]; repository: Record<string, { readonly patterns: readonly Pattern[] }> };
    const keywords = grammar.patterns.filter(({ name }) => name?.startsWith('keyword.') === true);
    grammar.patterns = [
        { include: '#comments' }, ...TERMINALS.slice(0, 1), ...vocabulary(words), ...TERMINALS.slice(1),
        ...keywords.map((pattern) => ({ ...pattern, match: `(?<![-.])${pattern.match}(?![-.])` })),
    ];
    grammar.repository = { comments: { patterns: COMMENTS } };
    writeFileSync(file, `${JSON.stringify(grammar, null, 2)}\n`);
}
