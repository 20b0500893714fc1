import * as vscode from 'vscode';
import { DidChangeWatchedFilesNotification, FileChangeType, type BaseLanguageClient, type FileEvent } from 'vscode-languageclient';
import type { Results } from './results.js';

/**
 * Tells the server of the files of deleted folders. VS Code reports a folder that is deleted as one event, and none for what
 * was in it: a watcher of `*.hwp` hears nothing, and the scenarios would live on.
 */
export class FolderDeletions implements vscode.Disposable {
    readonly #watcher = vscode.workspace.createFileSystemWatcher('**/*', true, true, false);

    constructor(client: BaseLanguageClient, results: Results) {
        this.#watcher.onDidDelete((deleted) => {
            const folder = `${deleted.toString()}/`;
            const changes = results.uris.filter((uri) => uri.startsWith(folder)).map((uri): FileEvent => ({ uri, type: FileChangeType.Deleted }));
            if (changes.length > 0 && client.isRunning()) {
                void client.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
            }
        });
    }

    dispose(): void {
        this.#watcher.dispose();
    }
}
