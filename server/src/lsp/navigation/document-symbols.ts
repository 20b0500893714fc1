import type { AstNode, LangiumDocument } from 'langium';
import type { DocumentSymbolProvider } from 'langium/lsp';
import type { DocumentSymbol, SymbolKind } from 'vscode-languageserver';
import { isDocument, isGuest, isImport, isProcess, isRepeat, isScenario, isStep, isText, type Document, type Item, type ProcessItem, type Step } from '../../language/generated/ast.js';
import { isDeclaration } from '../../language/lowering/step/steps.js';
import { wordOf } from '../../language/lowering/word/words.js';
import { findNodeForKeyword, findNodeForProperty } from '../../language/parser/syntax-search.js';

/** Kinds of the protocol by what is declared; nodes without a row are not in the outline. */
export const SYMBOL_KINDS: Readonly<Record<string, SymbolKind>> = {
    Scenario: 2, Machine: 4, Process: 5, Thread: 11, Mapping: 8, Region: 23, File: 1, Filesystem: 3, Swap: 18, Pmem: 18, Cgroup: 3, Frame: 14, Guest: 4, Vary: 10, Step: 6, Sweep: 12, Repeat: 25,
};
const PHASE_KIND: SymbolKind = 24;

/** Longest name of a step, in characters. */
const MAX_NAME_LENGTH = 80;

/** The outline: scenarios and machines, what they declare, phases, steps. */
export class HwpDocumentSymbolProvider implements DocumentSymbolProvider {
    getSymbols(document: LangiumDocument): DocumentSymbol[] {
        const root = document.parseResult.value;
        return isDocument(root) ? outlineOf(root) : [];
    }
}

function outlineOf(root: Document): DocumentSymbol[] {
    return root.elements.filter((element) => !isImport(element)).flatMap((element) => symbol(element, nameOf(element), itemsOf(element.items)));
}

/** Steps after a phase are inside it. */
function itemsOf(items: readonly Item[]): DocumentSymbol[] {
    const symbols: DocumentSymbol[] = [];
    let into = symbols;
    let phase: DocumentSymbol | undefined;
    let beforeFirstStep = true;
    for (const item of items) {
        const declares: boolean = isStep(item) && isDeclaration(item, beforeFirstStep);
        beforeFirstStep &&= !isStep(item) || declares;
        const label = isStep(item) ? phaseLabel(item) : undefined;
        const found = declares ? [] : symbol(item, label ?? nameOf(item), childrenOf(item));
        if (label !== undefined && found[0] !== undefined) {
            phase = { ...found[0], kind: PHASE_KIND, children: [] };
            into = phase.children!;
            symbols.push(phase);
            continue;
        }
        into.push(...found);
        if (phase !== undefined && found[0] !== undefined) {
            phase.range = { start: phase.range.start, end: found[0].range.end };
        }
    }
    return symbols;
}

function phaseLabel({ action }: Step): string | undefined {
    if (action?.$type !== 'Phrase' || action.verb !== 'phase') {
        return undefined;
    }
    const [label] = action.arguments;
    return isText(label) ? label.text : wordOf(label) ?? 'phase';
}

function childrenOf(item: AstNode): DocumentSymbol[] {
    return isProcess(item) ? (item.items as readonly ProcessItem[]).flatMap((member) => symbol(member, nameOf(member), childrenOf(member)))
        : item.$type === 'Machine' || isGuest(item) || isRepeat(item) ? itemsOf((item as AstNode & { readonly items: readonly Item[] }).items) : [];
}

function symbol(node: AstNode, name: string | undefined, children: DocumentSymbol[]): DocumentSymbol[] {
    const kind = SYMBOL_KINDS[node.$type];
    const range = node.$cstNode?.range;
    if (kind === undefined || range === undefined) {
        return [];
    }
    const selectionRange = (findNodeForProperty(node.$cstNode, isScenario(node) ? 'title' : 'name') ?? findNodeForKeyword(node.$cstNode, node.$type.toLowerCase()))?.range ?? range;
    return [{ name: name === undefined || name === '' ? node.$type.toLowerCase() : name, kind, range, selectionRange, ...(children.length === 0 ? {} : { children }) }];
}

/** A title, a name, or the text of a step on one line. */
export function nameOf(node: AstNode): string | undefined {
    if (isScenario(node)) {
        return node.title;
    }
    if (SYMBOL_KINDS[node.$type] !== undefined && 'name' in node && node.$type !== 'Vary') {
        return node.name as string | undefined;
    }
    const text = (node.$cstNode?.text ?? '').split(/[\r\n{]/, 1)[0]!.replace(/\/\/.*$|\/\*.*?\*\//g, '').replace(/\s+/g, ' ').trim();
    return text.length > MAX_NAME_LENGTH ? `${text.slice(0, MAX_NAME_LENGTH - 1)}…` : text;
}
