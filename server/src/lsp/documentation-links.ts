import { DocumentState } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Diagnostic } from 'vscode-languageserver';
import type { InitializationOptions } from './protocol.js';

/**
 * Links to the documentation, where the client says at what address that is: of every diagnostic to its code, and of what
 * hovers explain to the page about it. To be made before diagnostics are published: both listen to the same phase of a build.
 */
export class DocumentationLinks {
    #address: string | undefined;
    readonly #linksCodes: () => boolean;

    constructor({ lsp, workspace }: LangiumSharedServices) {
        let linksCodes = false;
        lsp.LanguageServer.onInitialize(({ capabilities, initializationOptions }) => {
            const address = (initializationOptions as InitializationOptions | null | undefined)?.documentation;
            this.#address = typeof address === 'string' ? address : undefined;
            linksCodes = capabilities.textDocument?.publishDiagnostics?.codeDescriptionSupport === true;
        });
        this.#linksCodes = () => linksCodes;
        workspace.DocumentBuilder.onDocumentPhase(DocumentState.Validated, ({ diagnostics = [] }) => this.linkCodes(diagnostics));
    }

    linkCodes(diagnostics: readonly Diagnostic[]): void {
        if (this.#address !== undefined && this.#linksCodes()) {
            diagnostics.forEach((diagnostic) => link(diagnostic, this.#address!));
        }
    }

    /** A line of Markdown that leads to a page of docs/ by its name without ending; '' where the client shows none. */
    to(page: string): string {
        return this.#address === undefined ? '' : `[docs/${page}.md](${this.#address.replace('{code}', page)})`;
    }
}

function link(diagnostic: Diagnostic, address: string): void {
    if (diagnostic.code !== undefined) {
        diagnostic.codeDescription = { href: address.replace('{code}', String(diagnostic.code)) };
    }
}
