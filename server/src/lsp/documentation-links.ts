import { DocumentState } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Diagnostic, InitializeParams } from 'vscode-languageserver';
import type { InitializationOptions } from './protocol.js';

/**
 * Gives every diagnostic a link to the documentation of its code, where the client says at what address that is. To be
 * called before diagnostics are published: both listen to the same phase of a build.
 */
export function linkDocumentation({ lsp, workspace }: LangiumSharedServices): void {
    let address: string | undefined;
    lsp.LanguageServer.onInitialize((params) => {
        address = addressIn(params);
    });
    workspace.DocumentBuilder.onDocumentPhase(DocumentState.Validated, ({ diagnostics }) => {
        if (address !== undefined) {
            diagnostics?.forEach((diagnostic) => link(diagnostic, address!));
        }
    });
}

function addressIn({ capabilities, initializationOptions }: InitializeParams): string | undefined {
    const address = (initializationOptions as InitializationOptions | null | undefined)?.documentation;
    return capabilities.textDocument?.publishDiagnostics?.codeDescriptionSupport === true && typeof address === 'string' ? address : undefined;
}

function link(diagnostic: Diagnostic, address: string): void {
    if (diagnostic.code !== undefined) {
        diagnostic.codeDescription = { href: address.replace('{code}', String(diagnostic.code)) };
    }
}
