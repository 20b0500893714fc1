import { isLeafCstNode, isReference, type AstNode, type CstNode, type LangiumDocument, type LeafCstNode } from 'langium';
import { AllSemanticTokenModifiers, AllSemanticTokenTypes, type SemanticTokenProvider } from 'langium/lsp';
import { SemanticTokensBuilder, type Range, type SemanticTokens, type SemanticTokensDelta, type SemanticTokensDeltaParams, type SemanticTokensOptions, type SemanticTokensRangeParams } from 'vscode-languageserver';
import { isPlace } from '../language/generated/ast.js';
import { ERRNOS } from '../vocabulary/errnos.js';
import { FILESYSTEMS } from '../vocabulary/filesystems.js';
import { MADVICE } from '../vocabulary/madvice.js';
import { MF_RESULTS, MF_TYPES } from '../vocabulary/mf-types.js';
import { PAGE_KINDS } from '../vocabulary/page-kinds.js';
import { PRCTL } from '../vocabulary/prctl.js';
import { PROPOSALS } from '../vocabulary/proposals.js';
import { SIGNAL_CODES, SIGNALS } from '../vocabulary/signals.js';
import { SPECIAL_MAPPINGS } from '../vocabulary/special-mappings.js';
import { isWordOfLanguage } from './hover/word-context.js';
import { propertyAt } from '../language/parser/syntax-search.js';

type TokenType = keyof typeof AllSemanticTokenTypes;

/** What the words of the tables are. A declared name of the same spelling comes first. */
const VOCABULARY: ReadonlyMap<string, TokenType> = new Map<string, TokenType>([
    ...[PAGE_KINDS, FILESYSTEMS, SPECIAL_MAPPINGS].flatMap((table) => Object.keys(table)).map((word): [string, TokenType] => [word, 'type']),
    ...['anon', 'shared-anon', 'hugetlb'].map((word): [string, TokenType] => [word, 'type']),
    ...[MF_TYPES, MF_RESULTS, ERRNOS, SIGNALS, SIGNAL_CODES, MADVICE, PRCTL, PROPOSALS].flatMap((table) => Object.keys(table)).map((word): [string, TokenType] => [word, 'enumMember']),
]);

/** What the names of declared things are. */
const DECLARED: Readonly<Record<string, TokenType>> = {
    Process: 'class', Thread: 'class', Machine: 'namespace', Mapping: 'variable', Region: 'variable', File: 'variable', Frame: 'variable', Introduction: 'variable',
    Guest: 'namespace', Filesystem: 'struct', Swap: 'struct', Pmem: 'struct', Cgroup: 'struct',
};

/** Words by the property of the tree that they are read into, as `Type.property`. */
const PROPERTIES: Readonly<Record<string, TokenType>> = {
    'Assignment.name': 'property', 'Vary.name': 'property', 'Vary.word': 'keyword', 'Phrase.verb': 'function', 'Setting.word': 'keyword', 'TaskSetting.word': 'keyword',
    'KernelChoice.proposals': 'enumMember', 'Comparison.subject': 'keyword', 'Comparison.name': 'property', 'Word.word': 'enumMember', 'Actor.process': 'class', 'Actor.thread': 'class',
};

const DECLARATION = AllSemanticTokenModifiers['declaration']!;

/** Words by what they are. Fixed words, strings and comments are coloured by the grammar of the client. */
export class HwpSemanticTokenProvider implements SemanticTokenProvider {
    readonly tokenTypes = AllSemanticTokenTypes;
    readonly tokenModifiers = AllSemanticTokenModifiers;
    readonly semanticTokensOptions: SemanticTokensOptions = {
        legend: { tokenTypes: Object.keys(AllSemanticTokenTypes), tokenModifiers: Object.keys(AllSemanticTokenModifiers) }, full: { delta: true }, range: true,
    };
    readonly #builders = new WeakMap<LangiumDocument, SemanticTokensBuilder>();

    semanticHighlight(document: LangiumDocument): SemanticTokens {
        const builder = new SemanticTokensBuilder();
        this.#builders.set(document, builder);
        push(document, builder);
        return builder.build();
    }

    semanticHighlightRange(document: LangiumDocument, { range }: SemanticTokensRangeParams): SemanticTokens {
        const builder = new SemanticTokensBuilder();
        push(document, builder, range);
        return builder.build();
    }

    semanticHighlightDelta(document: LangiumDocument, { previousResultId }: SemanticTokensDeltaParams): SemanticTokens | SemanticTokensDelta {
        const builder = this.#builders.get(document);
        if (builder === undefined) {
            return this.semanticHighlight(document);
        }
        builder.previousResult(previousResultId);
        push(document, builder);
        return builder.buildEdits();
    }
}

function push(document: LangiumDocument, builder: SemanticTokensBuilder, range?: Range): void {
    const root = document.parseResult.value.$cstNode;
    if (root !== undefined) {
        pushNode(root, builder, range);
    }
}

/** Subtrees outside the range are passed over. */
function pushNode(node: CstNode, builder: SemanticTokensBuilder, range: Range | undefined): void {
    if (range !== undefined && (node.range.end.line < range.start.line || node.range.start.line > range.end.line)) {
        return;
    }
    if (isLeafCstNode(node)) {
        const found = node.hidden ? undefined : classify(node);
        if (found !== undefined) {
            const { start } = node.range;
            builder.push(start.line, start.character, node.length, AllSemanticTokenTypes[found.type]!, found.modifiers);
        }
        return;
    }
    for (const child of 'content' in node ? node.content as readonly CstNode[] : []) {
        pushNode(child, builder, range);
    }
}

interface Classified { readonly type: TokenType; readonly modifiers: number }

const OF_TERMINALS: Readonly<Record<string, TokenType>> = { NUMBER: 'number', VERSION: 'number', UNIT: 'type' };

function classify(leaf: LeafCstNode): Classified | undefined {
    const terminal = OF_TERMINALS[leaf.tokenType.name];
    if (terminal !== undefined) {
        return { type: terminal, modifiers: 0 };
    }
    if (!/^[A-Za-z_]/.test(leaf.text)) {
        return undefined;
    }
    const feature = propertyAt(leaf);
    if (isWordOfLanguage(leaf)) {
        return { type: VOCABULARY.get(leaf.text) ?? 'keyword', modifiers: 0 };
    }
    return feature === undefined ? undefined : ofProperty(leaf.astNode, feature, leaf.text);
}

function ofProperty(node: AstNode, feature: string, text: string): Classified | undefined {
    const declared = feature === 'name' ? DECLARED[node.$type] : undefined;
    if (declared !== undefined) {
        return { type: declared, modifiers: DECLARATION };
    }
    if (isPlace(node)) {
        const reference = (node as unknown as Readonly<Record<string, unknown>>)[feature];
        const target = isReference(reference) ? reference.ref : undefined;
        const type = target === undefined ? VOCABULARY.get(text) ?? 'keyword' : DECLARED[target.$type];
        return type === undefined ? undefined : { type, modifiers: 0 };
    }
    const type = PROPERTIES[`${node.$type}.${feature}`];
    return type === undefined ? undefined : { type, modifiers: 0 };
}
