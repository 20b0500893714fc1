import { UriUtils, type LangiumDocument, type LangiumDocuments } from 'langium';
import type { CompletionProvider, LangiumSharedServices } from 'langium/lsp';
import type { CompletionItem, CompletionList, CompletionParams, Range } from 'vscode-languageserver';
import { isDocument } from '../../language/generated/ast.js';
import { cursorAt, type Cursor } from '../cursor/cursor.js';
import { Facts } from './facts.js';
import { proposalsAt } from './positions.js';
import { KIND, type Proposal } from './proposal.js';

/** Everything that can stand at the cursor, and nothing else. Works in lines that do not parse. */
export class HwpCompletionProvider implements CompletionProvider {
    readonly completionOptions = { triggerCharacters: [' ', '.', '[', '"', '/', ':'] };
    readonly #documents: LangiumDocuments;
    #snippets = true;

    constructor(services: LangiumSharedServices) {
        this.#documents = services.workspace.LangiumDocuments;
        services.lsp.LanguageServer.onInitialize(({ capabilities }) => {
            this.#snippets = capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
        });
    }

    getCompletion(document: LangiumDocument, { position }: CompletionParams): CompletionList | undefined {
        const { textDocument } = document;
        const root = document.parseResult.value;
        const offset = textDocument.offsetAt(position);
        const cursor = cursorAt(textDocument.getText(), offset);
        if (cursor === undefined || !isDocument(root)) {
            return undefined;
        }
        const found = cursor.string === undefined
            ? proposalsAt(cursor, new Facts(root, offset, cursor.afterStep, this.#documents))
            : { proposals: this.#importPaths(document, cursor), prefixLength: cursor.string.length };
        const range: Range = { start: textDocument.positionAt(offset - found.prefixLength), end: position };
        return { isIncomplete: false, items: distinct(found.proposals).map((proposal, index) => this.#itemOf(proposal, index, range)) };
    }

    /** @param index tables list what is used most, and kernels that are new, first: no alphabet puts them apart */
    #itemOf({ label, kind, detail, documentation, snippet, rank = 1, continues }: Proposal, index: number, range: Range): CompletionItem {
        const asSnippet = snippet !== undefined && this.#snippets;
        return {
            label, kind, sortText: `${rank}${String(index).padStart(4, '0')}`,
            ...(detail === undefined ? {} : { detail }),
            ...(documentation === undefined ? {} : { documentation: { kind: 'markdown', value: documentation } }),
            ...(asSnippet ? { insertTextFormat: 2 } : {}),
            textEdit: { range, newText: asSnippet ? snippet : label },
            ...(asSnippet && continues === true ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } } : {}),
        };
    }

    /** Files that are known and not imported yet, relative to this one. */
    #importPaths(document: LangiumDocument, { item }: Cursor): Proposal[] {
        if (item.length !== 1 || item[0]?.text !== 'import') {
            return [];
        }
        const folder = UriUtils.dirname(document.uri);
        return this.#documents.all.filter(({ uri }) => uri.scheme === document.uri.scheme && uri.toString() !== document.uri.toString())
            .map(({ uri }): Proposal => ({ label: UriUtils.relative(folder, uri), kind: KIND.file, documentation: 'Makes the machines of this file usable.' })).toArray();
    }
}

/** The first of those with the same label: tables overlap. */
function distinct(proposals: readonly Proposal[]): Proposal[] {
    return [...new Map([...proposals].reverse().map((proposal) => [proposal.label, proposal])).values()].reverse();
}
