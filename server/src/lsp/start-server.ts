import { DocumentState, type FileSystemProvider } from 'langium';
import { startLanguageServer } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { createHwpServer } from './module.js';
import { answerSelectionRanges } from './navigation/selection-ranges.js';
import { refreshViews } from './refresh.js';
import { answerRequests } from './requests/table.js';
import { notifyResults } from './result-notifications.js';

/** Serves one editor over a connection. What shows results of a run waits for the run, lest it show stale ones. */
export function startServer(connection: Connection, fileSystemProvider: () => FileSystemProvider): void {
    const server = createHwpServer(connection, fileSystemProvider);
    const { shared } = server;
    answerRequests(connection, server);
    notifyResults(connection, server);
    answerSelectionRanges(connection, shared);
    refreshViews(connection, shared);
    startLanguageServer(shared, { CodeActionProvider: DocumentState.Validated, CodeLensProvider: DocumentState.Validated, InlayHintProvider: DocumentState.Validated, HoverProvider: DocumentState.Validated });
}
