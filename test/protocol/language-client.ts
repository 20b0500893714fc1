/** A client that speaks the language server protocol over stdio to the built server. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface ProtocolRange {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
}

export interface PublishedDiagnostic {
    readonly range: ProtocolRange;
    readonly code?: string | number;
    readonly codeDescription?: { readonly href: string };
    readonly severity?: number;
    readonly message: string;
    readonly relatedInformation?: readonly { readonly message: string; readonly location: { readonly uri: string; readonly range: ProtocolRange } }[];
}

interface Message {
    readonly id?: number;
    readonly method?: string;
    readonly params?: unknown;
    readonly result?: unknown;
    readonly error?: { readonly code: number; readonly message: string };
}

const GONE: Message = { error: { code: -32097, message: 'the server is gone' } };

const SERVER = path.resolve(import.meta.dirname, '../../out/server.js');

/** Longest wait for the server to say something, in milliseconds: only one that hangs takes so long, whatever else the machine does. */
const PATIENCE_MS = 300_000;

export class LanguageClient {
    /** Methods of the requests that the server sent, in order. */
    readonly asked: string[] = [];
    /** Documents whose results the server told of, in order. */
    readonly told: string[] = [];
    readonly #server: ChildProcessWithoutNullStreams;
    readonly #answers = new Map<number, (message: Message) => void>();
    readonly #diagnostics = new Map<string, readonly PublishedDiagnostic[]>();
    readonly #waiting: (() => void)[] = [];
    #buffer = Buffer.alloc(0);
    #lastId = 0;
    #version = 0;
    #stderr = '';

    private constructor(server: ChildProcessWithoutNullStreams) {
        this.#server = server;
        server.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
        server.stderr.on('data', (chunk: Buffer) => {
            this.#stderr += chunk.toString();
        });
    }

    /** Starts the server and introduces itself. */
    static async start(initializationOptions: object = {}): Promise<LanguageClient> {
        if (!existsSync(SERVER)) {
            throw new Error(`${SERVER} is missing: run "npm run build" first`);
        }
        const client = new LanguageClient(spawn(process.execPath, [SERVER, '--stdio']));
        await client.request('initialize', {
            processId: process.pid, rootUri: null, workspaceFolders: null, initializationOptions,
            capabilities: {
                workspace: { inlayHint: { refreshSupport: true }, didChangeWatchedFiles: { dynamicRegistration: true } },
                textDocument: { publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true }, hover: { contentFormat: ['markdown'] }, inlayHint: {} },
            },
        });
        client.notify('initialized', {});
        return client;
    }

    async stop(): Promise<void> {
        await this.request('shutdown', null);
        const exited = new Promise((resolve) => this.#server.once('exit', resolve));
        this.notify('exit', null);
        await exited;
    }

    /** Ends the server without a word; what it was asked stays unanswered. */
    async kill(): Promise<void> {
        const exited = new Promise((resolve) => this.#server.once('exit', resolve));
        this.#server.kill('SIGKILL');
        await exited;
        this.#answers.forEach((answer) => answer(GONE));
        this.#answers.clear();
    }

    /** What the server wrote beside the protocol. */
    get stderr(): string {
        return this.#stderr;
    }

    /** Opens a document and waits for its diagnostics. */
    async open(uri: string, text: string): Promise<readonly PublishedDiagnostic[]> {
        return this.#publishedAfter(uri, () => this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'hwp', version: ++this.#version, text } }));
    }

    /** Replaces the text of a document and waits for its diagnostics. */
    async change(uri: string, text: string): Promise<readonly PublishedDiagnostic[]> {
        return this.#publishedAfter(uri, () => this.notify('textDocument/didChange', { textDocument: { uri, version: ++this.#version }, contentChanges: [{ text }] }));
    }

    /** Tells that a file has appeared on the disk, and waits for its diagnostics: nobody has it open. */
    async created(uri: string): Promise<readonly PublishedDiagnostic[]> {
        return this.#publishedAfter(uri, () => this.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 1 }] }));
    }

    async request<Result>(method: string, params: unknown): Promise<Result> {
        const id = ++this.#lastId;
        const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
        this.#send({ id, method, params });
        const message = await withPatience(answer, () => `no answer to ${method}; the server said: ${this.#stderr}`);
        if (message.error !== undefined) {
            throw new Error(`${method}: ${message.error.message}`);
        }
        return message.result as Result;
    }

    notify(method: string, params: unknown): void {
        this.#send({ method, params });
    }

    async #publishedAfter(uri: string, act: () => void): Promise<readonly PublishedDiagnostic[]> {
        this.#diagnostics.delete(uri);
        act();
        const published = async (): Promise<readonly PublishedDiagnostic[]> => {
            for (;;) {
                const found = this.#diagnostics.get(uri);
                if (found !== undefined) {
                    return found;
                }
                await new Promise<void>((resolve) => this.#waiting.push(resolve));
            }
        };
        return withPatience(published(), () => `no diagnostics for ${uri}; the server said: ${this.#stderr}`);
    }

    #send(message: object): void {
        if (this.#server.exitCode !== null || this.#server.signalCode !== null) {
            const { id } = message as Message;
            this.#answers.get(id ?? -1)?.(GONE);
            return;
        }
        const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
        this.#server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
        this.#server.stdin.write(body);
    }

    #receive(chunk: Buffer): void {
        this.#buffer = Buffer.concat([this.#buffer, chunk]);
        for (;;) {
            const headerEnd = this.#buffer.indexOf('\r\n\r\n');
            const length = Number(/Content-Length: (\d+)/.exec(this.#buffer.subarray(0, Math.max(0, headerEnd)).toString())?.[1]);
            if (headerEnd < 0 || this.#buffer.length < headerEnd + 4 + length) {
                return;
            }
            const body = this.#buffer.subarray(headerEnd + 4, headerEnd + 4 + length);
            this.#buffer = this.#buffer.subarray(headerEnd + 4 + length);
            this.#handle(JSON.parse(body.toString()) as Message);
        }
    }

    #handle(message: Message): void {
        if (message.method === undefined && message.id !== undefined) {
            this.#answers.get(message.id)?.(message);
            this.#answers.delete(message.id);
        } else if (message.id !== undefined) {
            this.asked.push(message.method ?? '');
            this.#send({ id: message.id, result: null });
        } else if (message.method === 'textDocument/publishDiagnostics') {
            const { uri, diagnostics } = message.params as { readonly uri: string; readonly diagnostics: readonly PublishedDiagnostic[] };
            this.#diagnostics.set(uri, diagnostics);
        } else if (message.method === 'hwp/results') {
            this.told.push((message.params as { readonly uri: string }).uri);
        }
        this.#waiting.splice(0).forEach((wake) => wake());
    }
}

async function withPatience<Result>(promise: Promise<Result>, reason: () => string): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const impatience = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(reason())), PATIENCE_MS);
    });
    try {
        return await Promise.race([promise, impatience]);
    } finally {
        clearTimeout(timer);
    }
}
