import { CstUtils, type LangiumDocument, type LangiumDocuments } from 'langium';
import { DefaultDefinitionProvider, type LangiumServices } from 'langium/lsp';
import type { DefinitionParams, LocationLink } from 'vscode-languageserver';
import { isImport } from '../../language/generated/ast.js';
import { importUri } from '../../language/references/imports.js';

const START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** From a name to its declaration, from an import to its file. */
export class HwpDefinitionProvider extends DefaultDefinitionProvider {
    readonly #documents: LangiumDocuments;

    constructor(services: LangiumServices) {
        super(services);
        this.#documents = services.shared.workspace.LangiumDocuments;
    }

    override async getDefinition(document: LangiumDocument, params: DefinitionParams): Promise<LocationLink[] | undefined> {
        const root = document.parseResult.value.$cstNode;
        const leaf = root === undefined ? undefined : CstUtils.findLeafNodeAtOffset(root, document.textDocument.offsetAt(params.position));
        const uri = leaf !== undefined && isImport(leaf.astNode) && leaf.text.startsWith('"') ? importUri(leaf.astNode) : undefined;
        if (leaf !== undefined && uri !== undefined) {
            return this.#documents.hasDocument(uri) ? [{ targetUri: uri.toString(), targetRange: START, targetSelectionRange: START, originSelectionRange: leaf.range }] : undefined;
        }
        return super.getDefinition(document, params);
    }
}
