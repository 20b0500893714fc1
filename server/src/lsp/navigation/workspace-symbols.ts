import type { AstNode, LangiumDocument, LangiumDocuments } from 'langium';
import type { FuzzyMatcher, LangiumSharedServices, WorkspaceSymbolProvider } from 'langium/lsp';
import type { WorkspaceSymbol, WorkspaceSymbolParams } from 'vscode-languageserver';
import { isDocument, isGuest, isMachine, isProcess, isScenario, type Item } from '../../language/generated/ast.js';
import { nameOf, SYMBOL_KINDS } from './document-symbols.js';
import { findNodeForProperty } from '../../language/parser/syntax-search.js';

/** Most symbols that one question is answered with. */
const MAX_SYMBOLS = 500;

/** Scenarios, machines and what they declare, in all files. */
export class HwpWorkspaceSymbolProvider implements WorkspaceSymbolProvider {
    readonly #documents: LangiumDocuments;
    readonly #matcher: FuzzyMatcher;

    constructor(services: LangiumSharedServices) {
        this.#documents = services.workspace.LangiumDocuments;
        this.#matcher = services.lsp.FuzzyMatcher;
    }

    getSymbols({ query }: WorkspaceSymbolParams): WorkspaceSymbol[] {
        return this.#documents.all.flatMap((document) => this.#symbolsOf(document, query)).limit(MAX_SYMBOLS).toArray();
    }

    #symbolsOf(document: LangiumDocument, query: string): WorkspaceSymbol[] {
        const root = document.parseResult.value;
        const elements = isDocument(root) ? root.elements.filter((element) => isScenario(element) || isMachine(element)) : [];
        return elements.flatMap((element) => [
            ...this.#symbol(element, document, query, undefined),
            ...declared(element.items).flatMap(({ node, container }) => this.#symbol(node, document, query, container ?? nameOf(element))),
        ]);
    }

    /** Titles are sentences: a word in the middle of one counts too. */
    #matches(query: string, name: string): boolean {
        return name.toLowerCase().includes(query) || this.#matcher.match(query, name);
    }

    #symbol(node: AstNode, document: LangiumDocument, query: string, containerName: string | undefined): WorkspaceSymbol[] {
        const name = nameOf(node) ?? '';
        const place = findNodeForProperty(node.$cstNode, isScenario(node) ? 'title' : 'name') ?? node.$cstNode;
        return name === '' || place === undefined || !this.#matches(query.toLowerCase(), name) ? []
            : [{ name, kind: SYMBOL_KINDS[node.$type]!, location: { uri: document.uri.toString(), range: place.range }, ...(containerName === undefined ? {} : { containerName }) }];
    }
}

const DECLARATIONS = new Set(['Region', 'File', 'Filesystem', 'Swap', 'Pmem', 'Cgroup', 'Frame', 'Process', 'Machine', 'Mapping', 'Thread', 'Guest']);

function declared(items: readonly (Item | AstNode)[]): { readonly node: AstNode; readonly container?: string }[] {
    return items.flatMap((node) => !DECLARATIONS.has(node.$type) ? [] : [
        { node },
        ...isProcess(node) || isMachine(node) || isGuest(node) ? declared(node.items).map((inner) => ({ container: node.name, ...inner })) : [],
    ]);
}
