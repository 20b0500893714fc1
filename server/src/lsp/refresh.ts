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

/** Asks the client to fetch hints and lenses again after every build (an edit can change results in other files) and after changes of settings. */
export function refreshViews(connection: Connection, shared: LangiumSharedServices): void {
    let supported: readonly Refresh[] = [];
    shared.lsp.LanguageServer.onInitialize(({ capabilities }) => {
        supported = REFRESHES.filter((refresh) => refresh.supported(capabilities) === true);
    });
    const refresh = (): void => {
        for (const each of supported) {
            // Not awaited: the client answers in its own time, and a build does not wait for it.
            each.send(connection).catch(() => {
                supported = supported.filter((other) => other !== each);
            });
        }
    };
    shared.workspace.DocumentBuilder.onBuildPhase(DocumentState.Validated, refresh);
    shared.workspace.ConfigurationProvider.onConfigurationSectionUpdate(refresh);
}
