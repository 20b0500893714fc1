import { DocumentState } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';

/** Asks the client to fetch hints again after every build: an edit can change results in other files. */
export function refreshAfterBuilds(connection: Connection, shared: LangiumSharedServices): void {
    let supported = false;
    shared.lsp.LanguageServer.onInitialize(({ capabilities }) => {
        supported = capabilities.workspace?.inlayHint?.refreshSupport === true;
    });
    shared.workspace.DocumentBuilder.onBuildPhase(DocumentState.Validated, () => {
        if (supported) {
            // Not awaited: the client answers in its own time, and a build does not wait for it.
            connection.languages.inlayHint.refresh().catch(() => {
                supported = false;
            });
        }
    });
}
