/** An editor with a stop watch: how long a server takes from an edit to diagnostics and hints. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type InlayHint, type MessageConnection } from 'vscode-languageserver/node';

const URI = 'file:///bench.hwp';

/** Lines that an editor shows, and asks hints for. */
const VISIBLE_LINES = 60;

/** What a server that is weighed runs beside its own. */
const SCALES = "process.on('message', () => { gc(); gc(); process.send(process.memoryUsage().heapUsed); }); process.channel.unref();";

export class TimedClient {
    readonly #server: ChildProcess;
    readonly #connection: MessageConnection;
    #version = 1;
    #published: (() => void) | undefined;

    /**
     * @param env environment variables beside those of this process
     * @param weighed whether the heap of the server will be asked for
     */
    constructor(bundle: string, env: Readonly<Record<string, string>> = {}, weighed = false) {
        const flags = weighed ? ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(SCALES)}`] : [];
        this.#server = spawn(process.execPath, [...flags, bundle, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit', ...weighed ? ['ipc' as const] : []], env: { ...process.env, ...env } });
        this.#connection = createMessageConnection(new StreamMessageReader(this.#server.stdout!), new StreamMessageWriter(this.#server.stdin!));
        this.#connection.onNotification('textDocument/publishDiagnostics', () => this.#published?.());
        this.#connection.onRequest(() => null);
        this.#connection.listen();
    }

    /** Milliseconds from the start of the process to diagnostics and hints of a text; all of it is read afterwards. */
    async open(text: string, started: number): Promise<number> {
        await this.#connection.sendRequest('initialize', { processId: null, rootUri: null, workspaceFolders: null, capabilities: { textDocument: { inlayHint: {}, publishDiagnostics: {} } } });
        await this.#connection.sendNotification('initialized', {});
        await this.#settled(0, () => this.#connection.sendNotification('textDocument/didOpen', { textDocument: { uri: URI, languageId: 'hwp', version: this.#version, text } }));
        const time = performance.now() - started;
        // Of a long text the first results are those of its first part. What no server shows of a part is answered when it has read all.
        await this.#connection.sendRequest('textDocument/hover', { textDocument: { uri: URI }, position: { line: 0, character: 0 } }).catch(() => undefined);
        return time;
    }

    /** Replaces the two digits at a place; milliseconds until diagnostics and hints are there. */
    async edit(place: { readonly line: number; readonly character: number }, digits: number): Promise<number> {
        const started = performance.now();
        await this.#settled(place.line, () => this.#connection.sendNotification('textDocument/didChange', {
            textDocument: { uri: URI, version: ++this.#version },
            contentChanges: [{ range: { start: place, end: { line: place.line, character: place.character + 2 } }, text: String(digits) }],
        }));
        return performance.now() - started;
    }

    /** Bytes on the heap of the server, without what nothing needs any more. */
    async heapUsed(): Promise<number> {
        const answer = once(this.#server, 'message');
        this.#server.send('weigh');
        return Number((await answer)[0]);
    }

    /** Ends the server as an editor does, so that it keeps what it compiled. */
    async stop(): Promise<void> {
        const ended = once(this.#server, 'exit');
        await this.#connection.sendRequest('shutdown');
        await this.#connection.sendNotification('exit');
        await ended;
        this.#connection.dispose();
    }

    async #settled(line: number, act: () => Promise<void>): Promise<void> {
        const published = new Promise<void>((resolve) => {
            this.#published = resolve;
        });
        await act();
        const first = Math.max(0, line - VISIBLE_LINES / 2);
        const hints = this.#connection.sendRequest<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri: URI }, range: { start: { line: first, character: 0 }, end: { line: first + VISIBLE_LINES, character: 0 } } });
        const [found] = await Promise.all([hints, published]);
        if (found.length === 0) {
            throw new Error('the server answered without hints');
        }
    }
}
