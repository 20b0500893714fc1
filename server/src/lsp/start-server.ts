import { DocumentState, type FileSystemProvider } from 'langium';
import {
    addCodeActionHandler, addCompletionHandler, addConfigurationChangeHandler, addDiagnosticsHandler, addDocumentHighlightHandler, addDocumentLinkHandler,
    addDocumentSymbolHandler, addDocumentUpdateHandler, addFileOperationHandler, addFindReferencesHandler, addFoldingRangeHandler, addFormattingHandler, addGotoDefinitionHandler, addHoverHandler,
    addRenameHandler, addSemanticTokenHandler, addSignatureHelpHandler, addWorkspaceSymbolHandler, type LangiumSharedServices,
} from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { createHwpServer, type HwpServer } from './module.js';
import { answerSelectionRanges } from './navigation/selection-ranges.js';
import { followQuietSetting } from './quiet-setting.js';
import { refreshViews } from './refresh.js';
import { answerRequests } from './requests/table.js';
import { answerWithResults } from './results-handlers.js';
import { notifyResults, publishFirstParts } from './result-notifications.js';

/** Serves one editor over a connection. */
export function startServer(connection: Connection, fileSystemProvider: () => FileSystemProvider): HwpServer {
    const server = createHwpServer(connection, fileSystemProvider);
    const { shared } = server;
    answerRequests(connection, server);
    notifyResults(connection, server);
    publishFirstParts(connection, server);
    answerSelectionRanges(connection, shared);
    refreshViews(connection, shared);
    server.tooltips.serve(connection, shared);
    server.pictures.serve(connection, shared);
    followQuietSetting(shared);
    answerEditor(connection, shared);
    connection.onInitialize((params) => shared.lsp.LanguageServer.initialize(params));
    connection.onInitialized((params) => shared.lsp.LanguageServer.initialized(params));
    shared.workspace.TextDocuments.listen(connection);
    connection.listen();
    return server;
}

/**
 * What Langium answers, each by its name: the features that it knows and we do not serve would be in the bundle otherwise.
 * What shows results of a run waits for the run, lest it show stale ones.
 */
function answerEditor(connection: Connection, shared: LangiumSharedServices): void {
    addDocumentUpdateHandler(connection, shared);
    addFileOperationHandler(connection, shared);
    addConfigurationChangeHandler(connection, shared);
    addDiagnosticsHandler(connection, shared);
    for (const add of [
        addCompletionHandler, addDocumentHighlightHandler, addDocumentLinkHandler, addDocumentSymbolHandler, addFindReferencesHandler, addFoldingRangeHandler, addFormattingHandler,
        addGotoDefinitionHandler, addRenameHandler, addSemanticTokenHandler, addSignatureHelpHandler, addWorkspaceSymbolHandler,
    ]) {
        add(connection, shared);
    }
    for (const add of [addCodeActionHandler, addHoverHandler]) {
        add(connection, shared, DocumentState.Validated);
    }
    // They wait themselves: for results of what is in sight.
    answerWithResults(connection, shared);
}
