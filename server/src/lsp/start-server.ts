import { DocumentState, type FileSystemProvider } from 'langium';
import { startLanguageServer } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { createHwpServer } from './module.js';
import { refreshAfterBuilds } from './refresh.js';

/** Serves one editor over a connection. What shows results of a run waits for the run, lest it show stale ones. */
export function startServer(connection: Connection, fileSystemProvider: () => FileSystemProvider): void {
    const { shared } = createHwpServer(connection, fileSystemProvider);
    refreshAfterBuilds(connection, shared);
    startLanguageServer(shared, { InlayHintProvider: DocumentState.Validated, HoverProvider: DocumentState.Validated });
}
