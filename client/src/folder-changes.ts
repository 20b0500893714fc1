import * as vscode from 'vscode';
import { DidChangeWatchedFilesNotification, FileChangeType, type BaseLanguageClient, type FileEvent } from 'vscode-languageclient';
import { Gathered } from './gathered.js';
import type { Results } from './results.js';

/**
 * Tells the server of the files of folders that come and go. VS Code reports a folder that is deleted as one event, and none for what was in it; of a
 * folder that is copied into the workspace with its files, it misses those that were there before the system watched the new folder. A watcher of `*.hwp`
 * hears nothing of either.
 */
export class FolderChanges implements vscode.Disposable {
    readonly #client: BaseLanguageClient;
    readonly #results: Results;
    readonly #created = new Gathered<vscode.Uri>((uris) => void this.#lookInto(uris));
    readonly #watcher = vscode.workspace.createFileSystemWatcher('**/*', false, true, false);

    constructor(client: BaseLanguageClient, results: Results) {
        this.#client = client;
        this.#results = results;
        this.#watcher.onDidCreate((uri) => this.#created.add(uri.toString(), uri));
        this.#watcher.onDidDelete((deleted) => {
            const folder = `${deleted.toString()}/`;
            this.#tell(results.uris.filter((uri) => uri.startsWith(folder)).map((uri) => ({ uri, type: FileChangeType.Deleted })));
        });
    }

    dispose(): void {
        this.#watcher.dispose();
        this.#created.dispose();
    }

    /** @param created files and folders: the server has heard of the scenarios among them */
    async #lookInto(created: readonly vscode.Uri[]): Promise<void> {
        const known = new Set(created.map(String));
        const others = created.filter((uri) => !uri.path.endsWith('.hwp') && !known.has(vscode.Uri.joinPath(uri, '..').toString()));
        for (const uri of others) {
            const stat = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => undefined);
            if (stat?.type !== vscode.FileType.Directory) {
                continue;
            }
            const found = (await vscode.workspace.findFiles(new vscode.RelativePattern(uri, '**/*.hwp'))).map(String);
            this.#results.uris.forEach((each) => known.add(each));
            this.#tell(found.filter((each) => !known.has(each)).map((each) => ({ uri: each, type: FileChangeType.Created })));
        }
    }

    #tell(changes: FileEvent[]): void {
        if (changes.length > 0 && this.#client.isRunning()) {
            void this.#client.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
        }
    }
}
