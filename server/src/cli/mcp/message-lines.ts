/** Lets messages through, and answers lines that are none: the protocol's package drops those without a word. */
import { Transform, type TransformCallback } from 'node:stream';

/** JSON-RPC 2.0, section 5.1. */
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;

/** Answers what is no message: with a line for the client, and words for whoever reads the errors. */
export type Refuse = (answer: string, words: string) => void;

export class MessageLines extends Transform {
    readonly #refuse: Refuse;
    readonly #decoder = new TextDecoder();
    #rest = '';

    constructor(refuse: Refuse) {
        super();
        this.#refuse = refuse;
    }

    override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
        const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
        this.#rest = lines.pop() ?? '';
        lines.forEach((line) => this.#line(line));
        done();
    }

    override _flush(done: TransformCallback): void {
        this.#line(this.#rest);
        done();
    }

    #line(line: string): void {
        if (line.trim() === '') {
            return;
        }
        const wrong = wrongWith(line);
        if (wrong === undefined) {
            this.push(`${line}\n`);
        } else {
            this.#refuse(`${JSON.stringify({ jsonrpc: '2.0', id: null, error: wrong })}\n`, wrong.message);
        }
    }
}

function wrongWith(line: string): { readonly code: number; readonly message: string } | undefined {
    let message: unknown;
    try {
        message = JSON.parse(line);
    } catch {
        return { code: PARSE_ERROR, message: 'A line is no JSON: every message of the protocol is one line of JSON.' };
    }
    return typeof message === 'object' && message !== null && 'jsonrpc' in message && message.jsonrpc === '2.0' ? undefined
        : { code: INVALID_REQUEST, message: `A line is no message of JSON-RPC: an object with "jsonrpc": "2.0" is expected${Array.isArray(message) ? ', one on each line, and no list' : ''}.` };
}
