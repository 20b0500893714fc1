/** The debugger, for those who debug: sessions, what starts them, and what the editor shows while one stands still. */
import * as vscode from 'vscode';
import type { HwpServer } from '../server.js';
import { HwpDebugAdapter } from './debug-adapter.js';
import { DebugDocuments } from './debug-documents.js';
import { FUNCTION_SCHEME, functionIn, functionUri, pathOfUri, uriOfPath } from './debug-uris.js';
import { LaunchCompletions } from './launch-completions.js';
import { LaunchResolver } from './launch-resolver.js';
import { ScenarioValues } from './scenario-values.js';

export class Debugger implements vscode.DebugAdapterDescriptorFactory {
    readonly launches: LaunchResolver;
    readonly completions: LaunchCompletions;
    readonly values = new ScenarioValues();
    readonly #server: HwpServer;
    readonly #documents: DebugDocuments;
    readonly #adapters = new Map<string, HwpDebugAdapter>();

    constructor(server: HwpServer, context: vscode.ExtensionContext) {
        this.#server = server;
        this.#documents = new DebugDocuments(server, context);
        this.launches = new LaunchResolver(server);
        this.completions = new LaunchCompletions(server);
        context.subscriptions.push(
            vscode.debug.onDidTerminateDebugSession(({ id }) => this.#end(id)),
            vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
                if (contentChanges.length > 0 && this.#adapters.size > 0) {
                    this.#adapters.forEach((adapter) => adapter.textChanged(document.uri.toString()));
                }
            }),
        );
    }

    /** The adapter runs here, in a browser as well. */
    async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
        const { id, configuration: { program } } = session;
        const edited = new Set<string>();
        const uri = uriOfPath(String(program));
        const text = await vscode.workspace.openTextDocument(uri).then((document) => document.getText(), () => '');
        this.#documents.begin(id, new Map([[uri.toString(), text]]));
        const adapter = new HwpDebugAdapter({
            session: id,
            request: (method, params) => this.#server.request(method, params),
            toUri: (path) => uriOfPath(path).toString(),
            toPath: (written) => pathOfUri(vscode.Uri.parse(written)),
            outlinePath: (name) => functionUri(id, name).toString(),
            functionOf: (path) => path.startsWith(`${FUNCTION_SCHEME}:`) ? functionIn(vscode.Uri.parse(path)) : null,
            pathAsItWas: (written) => edited.has(vscode.Uri.parse(written).toString()) ? this.#documents.before(id, vscode.Uri.parse(written).toString())?.toString() ?? null : null,
            edited: (written) => edited.add(written),
            moved: (position, thread) => this.#documents.moved(id, position, thread),
        });
        this.#adapters.set(id, adapter);
        return new vscode.DebugAdapterInlineImplementation(adapter as unknown as vscode.DebugAdapter);
    }

    #end(id: string): void {
        this.#adapters.delete(id);
        this.#documents.end(id);
    }
}
