import * as vscode from 'vscode';
import type { DocumentResults } from '../../server/src/lsp/protocol.js';
import type { HwpServer } from './server.js';

/** The latest results of every document that the server has analysed; of those that only declare machines too. */
export class Results {
    readonly #results = new Map<string, DocumentResults>();
    readonly #changed = new vscode.EventEmitter<DocumentResults>();

    readonly onChange = this.#changed.event;

    constructor(server: HwpServer) {
        server.onResults((results) => this.set(results));
    }

    get(uri: vscode.Uri): DocumentResults | undefined {
        return this.#results.get(uri.toString());
    }

    /** The server may write a URI otherwise than VS Code: both are the same document. */
    set(results: DocumentResults): void {
        const uri = vscode.Uri.parse(results.uri).toString();
        this.#results.set(uri, results);
        this.#changed.fire({ ...results, uri });
    }
}
