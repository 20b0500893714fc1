// The grammar in the form that the parser starts from: a tenth of the time and a quarter of the size of the syntax tree
// that the generator of Langium writes, and nothing that only tools need.
import { readFileSync, writeFileSync } from 'node:fs';

interface Node {
    readonly $type: string;
    readonly $ref?: string;
    readonly name: string;
    readonly value: string;
    readonly feature: string;
    readonly operator: string;
    readonly cardinality?: '?' | '*' | '+';
    readonly elements: readonly Node[];
    readonly terminal: Node;
    readonly rule: Node;
    readonly call: Node;
    readonly definition: Node & { readonly regex: string };
    readonly inferredType?: { readonly name: string };
    readonly dataType?: string;
    readonly fragment?: boolean;
    readonly entry?: boolean;
    readonly hidden?: boolean;
    readonly operators: { readonly precedences: readonly { readonly associativity?: string; readonly operators: readonly Node[] }[] };
}

interface Grammar { readonly rules: readonly Node[] }

type Table = readonly (string | Table)[];

/** Writes the tables of a grammar that Langium has generated. */
export function writeParserTables(grammarFile: string, file: string): void {
    const json = /loadGrammarFromJson\(('(?:[^'\\]|\\.)*')\)/.exec(readFileSync(grammarFile, 'utf8'))?.[1];
    if (json === undefined) {
        throw new Error(`${grammarFile} holds no grammar: has the generator changed what it writes?`);
    }
    const { rules } = JSON.parse(unquoted(json)) as Grammar;
    const terminals = rules.filter(({ $type }) => $type === 'TerminalRule').map(({ name, definition, hidden }) => [name, definition.regex.slice(1, -1), hidden === true ? 'hidden' : '']);
    const tables = rules.filter(({ $type }) => $type !== 'TerminalRule').map((rule) => tableOf(rule, rules));
    writeFileSync(file, [
        '// Generated from grammar/hwp.langium by scripts/parser-tables.mts; see parser/grammar.ts for what it means.', '',
        `export const TERMINALS = [\n${terminals.map((terminal) => `    ${JSON.stringify(terminal)},`).join('\n')}\n] as const;`, '',
        '/** Keywords, and the words of operators, in the order of the rules. */',
        `export const WORDS = [\n${rowsOf([...new Set(tables.flatMap(wordsIn))].map((word) => JSON.stringify(word)))}\n] as const;`, '',
        '/** Name, type, kind, body. */',
        `export const RULES = [\n${tables.map((table) => `    ${JSON.stringify(table)},`).join('\n')}\n] as const;`, '',
    ].join('\n'));
}

/** As many to a line as are easy to read. */
function rowsOf(words: readonly string[]): string {
    return Array.from({ length: Math.ceil(words.length / 10) }, (_, row) => `    ${words.slice(row * 10, row * 10 + 10).join(', ')},`).join('\n');
}

function wordsIn(table: Table): string[] {
    if (table[0] === 'k') {
        return [String(table[1])];
    }
    return table[2] === 'infix' ? ((table[3] as Table)[1] as readonly string[][]).flat() : table.flatMap((part) => (typeof part === 'string' ? [] : wordsIn(part)));
}

/** The value of a literal in single quotes. */
function unquoted(literal: string): string {
    return JSON.parse(`"${literal.slice(1, -1).replaceAll('\\\'', '\'').replaceAll(/(\\.)|"/g, (_all, escape: string | undefined) => escape ?? '\\"')}"`) as string;
}

function tableOf(rule: Node, rules: readonly Node[]): Table {
    if (rule.$type === 'InfixRule') {
        const levels = rule.operators.precedences.map(({ associativity, operators }) => {
            if (associativity === 'right') {
                throw new Error(`${rule.name}: the parser knows operators that associate to the left only.`);
            }
            return operators.map(({ value }) => value);
        });
        return [rule.name, rule.name, 'infix', [named(rule.call, rules), levels]];
    }
    const kind = rule.fragment === true ? 'fragment' : rule.dataType !== undefined ? 'data' : callsAnother(rule.definition, rules) ? 'union' : 'node';
    if (kind === 'union' && assigns(rule.definition)) {
        throw new Error(`${rule.name}: the parser knows rules that assign and rules that pass on, not a rule that does both.`);
    }
    return [rule.name, rule.inferredType?.name ?? rule.name, kind, elementOf(rule.definition, rules)];
}

function elementOf(element: Node, rules: readonly Node[]): Table {
    return element.cardinality === undefined ? onceOf(element, rules) : [element.cardinality, onceOf(element, rules)];
}

function onceOf(element: Node, rules: readonly Node[]): Table {
    switch (element.$type) {
        case 'Keyword': return ['k', element.value];
        case 'RuleCall': return [resolved(element.rule, rules).$type === 'TerminalRule' ? 't' : 'r', named(element, rules)];
        case 'Group': return ['s', ...element.elements.map((part) => elementOf(part, rules))];
        case 'Alternatives': return ['a', ...element.elements.map((part) => elementOf(part, rules))];
        case 'Assignment': return ['=', element.feature, element.operator, elementOf(element.terminal, rules)];
        case 'CrossReference': return ['&', elementOf(element.terminal, rules)];
    }
    throw new Error(`The parser knows no ${element.$type}.`);
}

function named(call: Node, rules: readonly Node[]): string {
    return resolved(call.rule, rules).name;
}

function resolved({ $ref = '' }: Node, rules: readonly Node[]): Node {
    return rules[Number(/^#\/rules@(\d+)$/.exec($ref)?.[1])]!;
}

/** Does it call a rule without assigning what that makes? */
function callsAnother(element: Node, rules: readonly Node[]): boolean {
    if (element.$type === 'RuleCall') {
        const rule = resolved(element.rule, rules);
        return rule.$type === 'InfixRule' || rule.$type === 'ParserRule' && rule.fragment !== true && rule.dataType === undefined;
    }
    return (element.$type === 'Group' || element.$type === 'Alternatives') && element.elements.some((part) => callsAnother(part, rules));
}

function assigns(element: Node): boolean {
    return element.$type === 'Assignment' || (element.$type === 'Group' || element.$type === 'Alternatives') && element.elements.some(assigns);
}
