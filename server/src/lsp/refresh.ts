import { DocumentState } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { ClientCapabilities, Connection } from 'vscode-languageserver';

interface Refresh {
    readonly supported: (capabilities: ClientCapabilities) => boolean | undefined;
    readonly send: (connection: Connection) => Promise<void>;
}

/** What shows results of a run. */
const REFRESHES: readonly Refresh[] = [
    { supported: ({ workspace }) => workspace?.inlayHint?.refreshSupport, send: ({ languages }) => languages.inlayHint.refresh() },
    { supported: ({ workspace }) => workspace?.codeLens?.refreshSupport, send: (connection) => connection.sendRequest('workspace/codeLens/refresh') },
];

/** Asks the client to fetch hints and lenses again after every build: an edit can change results in other files. */
export function refreshAfterBuilds(connection: Connection, shared: LangiumSharedServices): void {
    let supported: readonly Refresh[] = [];
    shared.lsp.LanguageServer.onInitialize(({ capabilities }) => {
        supported = REFRESHES.filter((refresh) => refresh.supported(capabilities) === true);
    });
    shared.workspace.DocumentBuilder.onBuildPhase(DocumentState.Validated, () => {
        for (const refresh of supported) {
            // Not awaited: the client answers in its own time, and a build does not wait for it.
            refresh.send(connection).catch(() => {
                supported = supported.filter((other) => other !== refresh);
            });
        }
    });
}
