/** A client that speaks the protocol to the server in this process: for features whose tests ask much and start often. */
import { PassThrough } from 'node:stream';
import type { FileSystemProvider } from 'langium';
import { EmptyFileSystem } from 'langium';
import { NodeFileSystem } from 'langium/node';
import { createConnection, createProtocolConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter, type Diagnostic, type Position, type ProtocolConnection, type Range } from 'vscode-languageserver/node';
import { startServer } from '../../server/src/lsp/start-server.js';

export interface InProcessOptions {
    /** Files of the disk can be imported. */
    readonly files?: true;
    /** Asks for the tooltips of hints, and follows links to commands, as VS Code does. */
    readonly tooltips?: true;
}

export class InProcessClient {
    readonly connection: ProtocolConnection;
    readonly #diagnostics = new Map<string, Diagnostic[]>();
    readonly #waiting: (() => void)[] = [];
    #version = 0;
    capabilities: Record<string, unknown> = {};

    private constructor(connection: ProtocolConnection) {
        this.connection = connection;
        connection.onRequest('workspace/inlayHint/refresh', () => null);
        connection.onRequest('workspace/codeLens/refresh', () => null);
        connection.onRequest('client/registerCapability', () => null);
        connection.onRequest('workspace/configuration', ({ items }: { readonly items: readonly unknown[] }) => items.map(() => null));
        connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }: { readonly uri: string; readonly diagnostics: Diagnostic[] }) => {
            this.#diagnostics.set(uri, diagnostics);
            this.#waiting.splice(0).forEach((wake) => wake());
        });
        connection.listen();
    }

    static async start({ files, tooltips }: InProcessOptions = {}): Promise<InProcessClient> {
        const toServer = new PassThrough();
        const toClient = new PassThrough();
        const fileSystem: () => FileSystemProvider = files === true ? NodeFileSystem.fileSystemProvider : EmptyFileSystem.fileSystemProvider;
        startServer(createConnection(ProposedFeatures.all, new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), fileSystem);
        const client = new InProcessClient(createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer)));
        const answer = await client.request<{ capabilities: Record<string, unknown> }>('initialize', {
            processId: null, rootUri: null, workspaceFolders: null, initializationOptions: { commandLinks: tooltips === true },
            capabilities: {
                workspace: { inlayHint: { refreshSupport: true }, workspaceEdit: { documentChanges: true } },
                textDocument: {
                    completion: { completionItem: { snippetSupport: true } }, publishDiagnostics: { relatedInformation: true, dataSupport: true },
                    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } }, documentSymbol: { hierarchicalDocumentSymbolSupport: true },
                    ...tooltips === true ? { inlayHint: { resolveSupport: { properties: ['label.tooltip', 'label.command'] } } } : {},
                },
            },
        });
        client.capabilities = answer.capabilities;
        await client.connection.sendNotification('initialized', {});
        return client;
    }

    request<Result>(method: string, params: unknown): Promise<Result> {
        return this.connection.sendRequest(method, params);
    }

    /** Asks about a position in a document. */
    at<Result>(method: string, uri: string, position: Position, more: object = {}): Promise<Result> {
        return this.request(`textDocument/${method}`, { textDocument: { uri }, position, ...more });
    }

    /** Opens a document and waits for its diagnostics. */
    open(uri: string, text: string): Promise<readonly Diagnostic[]> {
        return this.#publishedAfter(uri, () => this.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'hwp', version: ++this.#version, text } }));
    }

    /** Replaces the text of a document and waits for its diagnostics. */
    change(uri: string, text: string): Promise<readonly Diagnostic[]> {
        return this.#publishedAfter(uri, () => this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: ++this.#version }, contentChanges: [{ text }] }));
    }

    /** Replaces a part of the text and waits for the diagnostics. */
    edit(uri: string, range: Range, text: string): Promise<readonly Diagnostic[]> {
        return this.#publishedAfter(uri, () => this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: ++this.#version }, contentChanges: [{ range, text }] }));
    }

    close(uri: string): Promise<void> {
        return this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    }

    diagnostics(uri: string): readonly Diagnostic[] {
        return this.#diagnostics.get(uri) ?? [];
    }

    stop(): void {
        this.connection.dispose();
    }

    async #publishedAfter(uri: string, act: () => Promise<void>): Promise<readonly Diagnostic[]> {
        this.#diagnostics.delete(uri);
        await act();
        for (;;) {
            const found = this.#diagnostics.get(uri);
            if (found !== undefined) {
                return found;
            }
            await new Promise<void>((resolve) => this.#waiting.push(resolve));
        }
    }
}

export interface Marked {
    readonly text: string;
    /** Where the bars stood, in order. */
    readonly positions: readonly Position[];
}

/** A text whose `|` mark positions. */
export function marked(source: string): Marked {
    const positions: Position[] = [];
    let text = '';
    for (const part of source.split(/(\|)/)) {
        if (part === '|') {
            const lines = text.split('\n');
            positions.push({ line: lines.length - 1, character: lines.at(-1)!.length });
        } else {
            text += part;
        }
    }
    return { text, positions };
}
