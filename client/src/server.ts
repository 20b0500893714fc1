import * as vscode from 'vscode';
import { ErrorCodes, ProgressType, ResponseError, State, type BaseLanguageClient } from 'vscode-languageclient';
import type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests, WorkspaceRunProgress } from '../../server/src/lsp/protocol.js';

/** How often a request is sent again that a server took with it when it died. */
const MAX_REPEATS = 3;

/** A server that died may not be missed yet, and its successor needs a moment: the longest wait for it, in milliseconds. */
const SUCCESSOR_MS = 15_000;
const NOTICED_MS = 100;

const PROGRESS = new ProgressType<WorkspaceRunProgress>();

/** The requests of server/src/lsp/protocol.ts with their types. */
export class HwpServer {
    readonly #client: BaseLanguageClient;
    readonly #results = new vscode.EventEmitter<ServerNotifications['hwp/results']>();
    readonly #running = new vscode.EventEmitter<void>();
    #lastToken = 0;

    /** A document was analysed. */
    readonly onResults = this.#results.event;

    /** A server runs: the first one, or another. What the one before left unanswered can be asked again. */
    readonly onRunning = this.#running.event;

    /** To be made before the client starts, lest it misses what the server says first. */
    constructor(client: BaseLanguageClient) {
        this.#client = client;
        client.onNotification('hwp/results', (results: ServerNotifications['hwp/results']) => this.#results.fire(results));
        client.onDidChangeState(({ newState }) => {
            if (newState === State.Running) this.#running.fire();
        });
        client.onRequest('hwp/readFile', (params: ServerRequests['hwp/readFile']['params']) => readFile(params.uri));
    }

    /** Rejects when the server is not running. A server that dies meanwhile is started again, and asked again: all requests only read. */
    async request<Method extends keyof ClientRequests>(
        method: Method, params: ClientRequests[Method]['params'], token?: vscode.CancellationToken,
    ): Promise<ClientRequests[Method]['result']> {
        for (let repeats = 0; ; repeats++) {
            try {
                await this.#started();
                // A token that is undefined would be sent as a second parameter.
                return await (token === undefined ? this.#client.sendRequest(method, params) : this.#client.sendRequest(method, params, token));
            } catch (error) {
                if (repeats === MAX_REPEATS || !isLost(error) || token?.isCancellationRequested === true || !await this.#runsAgain()) {
                    throw error;
                }
            }
        }
    }

    /** A server that does not run yet hears of it when it starts. */
    notify<Method extends keyof ClientNotifications>(method: Method, params: ClientNotifications[Method]): void {
        if (this.#client.isRunning()) {
            this.#client.sendNotification(method, params).catch(() => undefined);
        }
    }

    /** A client that starts sends what it was asked meanwhile, and only then which files are open: the server would not know the file that it is asked about. */
    async #started(): Promise<void> {
        if (this.#client.needsStop()) await this.#client.start();
    }

    /** Whether the server, or the one after it, runs. */
    async #runsAgain(): Promise<boolean> {
        const until = Date.now() + SUCCESSOR_MS;
        do {
            await new Promise((resolve) => setTimeout(resolve, NOTICED_MS));
        } while (this.#client.state === State.Starting && Date.now() < until);
        return this.#client.state === State.Running;
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

/** Was it the connection that failed, not the server that answered with an error? */
function isLost(error: unknown): boolean {
    return error instanceof ResponseError ? error.code === ErrorCodes.PendingResponseRejected || error.code === ErrorCodes.ConnectionInactive : !(error instanceof vscode.CancellationError);
}

/** The text of a file wherever it is; null when it cannot be read. */
async function readFile(uri: string): Promise<string | null> {
    try {
        return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.parse(uri)));
    } catch {
        return null;
    }
}
