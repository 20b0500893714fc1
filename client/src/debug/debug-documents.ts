/** What the documents of debug sessions say. */
import * as vscode from 'vscode';
import type { HwpServer } from '../server.js';
import { BEFORE_SCHEME, beforeUri, FUNCTION_SCHEME, functionIn, functionUri } from './debug-uris.js';

interface Shown { position: number; thread: number; readonly functions: Set<string>; readonly texts: Map<string, string> }

const NO_SESSION = '(the debug session is over)\n';

export class DebugDocuments {
    readonly #server: HwpServer;
    readonly #changed = new vscode.EventEmitter<vscode.Uri>();
    readonly #sessions = new Map<string, Shown>();

    constructor(server: HwpServer, context: vscode.ExtensionContext) {
        this.#server = server;
        context.subscriptions.push(
            this.#changed,
            vscode.workspace.registerTextDocumentContentProvider(FUNCTION_SCHEME, { onDidChange: this.#changed.event, provideTextDocumentContent: (uri) => this.#outline(uri) }),
            vscode.workspace.registerTextDocumentContentProvider(BEFORE_SCHEME, { provideTextDocumentContent: (uri) => this.#textBefore(uri) }),
        );
    }

    /** @param texts the texts that the session steps through, by their URIs */
    begin(session: string, texts: ReadonlyMap<string, string>): void {
        this.#sessions.set(session, { position: 0, thread: 1, functions: new Set(), texts: new Map(texts) });
    }

    end(session: string): void {
        this.#sessions.delete(session);
    }

    /** The session stands somewhere else: outlines that are open say so. */
    moved(session: string, position: number, thread: number): void {
        const shown = this.#sessions.get(session);
        if (shown === undefined) {
            return;
        }
        shown.position = position;
        shown.thread = thread;
        shown.functions.forEach((name) => this.#changed.fire(functionUri(session, name)));
    }

    /** The URI of the text as it was; null when the session does not know it. */
    before(session: string, uri: string): vscode.Uri | null {
        return this.#sessions.get(session)?.texts.has(uri) === true ? beforeUri(session, vscode.Uri.parse(uri)) : null;
    }

    #textBefore(uri: vscode.Uri): string {
        const [session, text] = JSON.parse(uri.query) as [string, string];
        return this.#sessions.get(session)?.texts.get(text) ?? NO_SESSION;
    }

    async #outline(uri: vscode.Uri): Promise<string> {
        const shown = this.#sessions.get(uri.query);
        if (shown === undefined) {
            return NO_SESSION;
        }
        shown.functions.add(functionIn(uri));
        const outline = await this.#server.request('hwp/debug/outline', { session: uri.query, position: shown.position, thread: shown.thread, function: functionIn(uri) }).catch(() => null);
        return outline?.text ?? NO_SESSION;
    }
}
