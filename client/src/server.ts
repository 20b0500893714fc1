import * as vscode from 'vscode';
import { ProgressType, type BaseLanguageClient } from 'vscode-languageclient';
import type { ClientRequests, ServerNotifications, ServerRequests, WorkspaceRunProgress } from '../../server/src/lsp/protocol.js';

const PROGRESS = new ProgressType<WorkspaceRunProgress>();

/** The requests of server/src/lsp/protocol.ts with their types. */
export class HwpServer {
    readonly #client: BaseLanguageClient;
    readonly #results = new vscode.EventEmitter<ServerNotifications['hwp/results']>();
    #lastToken = 0;

    /** A document was analysed. */
    readonly onResults = this.#results.event;

    /** To be made before the client starts, lest it misses what the server says first. */
    constructor(client: BaseLanguageClient) {
        this.#client = client;
        client.onNotification('hwp/results', (results: ServerNotifications['hwp/results']) => this.#results.fire(results));
        client.onRequest('hwp/readFile', (params: ServerRequests['hwp/readFile']['params']) => readFile(params.uri));
    }

    /** Rejects when the server is not running. */
    request<Method extends keyof ClientRequests>(
        method: Method, params: ClientRequests[Method]['params'], token?: vscode.CancellationToken,
    ): Promise<ClientRequests[Method]['result']> {
        // A token that is undefined would be sent as a second parameter.
        return token === undefined ? this.#client.sendRequest(method, params) : this.#client.sendRequest(method, params, token);
    }

    /** Runs documents, and hears after each. */
    async runWorkspace(uris: readonly string[], onProgress: (progress: WorkspaceRunProgress) => void, token: vscode.CancellationToken): Promise<ClientRequests['hwp/runWorkspace']['result']> {
        const progress = `hwp-run-${++this.#lastToken}`;
        const listening = this.#client.onProgress(PROGRESS, progress, onProgress);
        try {
            return await this.request('hwp/runWorkspace', { uris, progress }, token);
        } finally {
            listening.dispose();
        }
    }
}

/** The text of a file wherever it is; null when it cannot be read. */
async function readFile(uri: string): Promise<string | null> {
    try {
        return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.parse(uri)));
    } catch {
        return null;
    }
}
