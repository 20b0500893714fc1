import * as vscode from 'vscode';
import { State, type BaseLanguageClient } from 'vscode-languageclient';
import type { DocumentResults } from '../../server/src/lsp/protocol.js';
import type { Moment } from './moment.js';
import type { HwpServer } from './server.js';

/** The latest results of every document that the server has analysed; of those that only declare machines too. */
export class Results {
    readonly #results = new Map<string, DocumentResults>();
    /** What the server told last, by its own URIs; a run of the Test Explorer may have been shown since. */
    readonly #told = new Map<string, DocumentResults>();
    readonly #changed = new vscode.EventEmitter<DocumentResults>();
    readonly #lost = new vscode.EventEmitter<void>();

    readonly onChange = this.#changed.event;

    /** The server is gone for good: nothing is known any more. */
    readonly onLost = this.#lost.event;

    constructor(client: BaseLanguageClient, server: HwpServer, moment: Moment) {
        server.onResults(({ uri, scenarios }) => {
            // None: they are what was told last, and are shown with the hints of this run all the same.
            if (scenarios !== null) this.#told.set(uri, { uri, scenarios });
            const told = this.#told.get(uri);
            if (told !== undefined) moment.show(vscode.Uri.parse(uri), () => this.set(told));
        });
        client.onDidChangeState(({ newState }) => {
            if (newState === State.Stopped || newState === State.StartFailed) {
                moment.clear();
                this.#results.clear();
                this.#told.clear();
                this.#lost.fire();
            }
        });
    }

    get(uri: vscode.Uri): DocumentResults | undefined {
        return this.#results.get(uri.toString());
    }

    /** The documents that are known, by the URIs of VS Code. */
    get uris(): string[] {
        return [...this.#results.keys()];
    }

    /** The server may write a URI otherwise than VS Code: both are the same document. */
    set(results: DocumentResults): void {
        const uri = vscode.Uri.parse(results.uri).toString();
        this.#results.set(uri, results);
        this.#changed.fire({ ...results, uri });
    }
}
