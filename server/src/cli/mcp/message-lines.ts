/** Lets messages through, and answers lines that are none: the protocol's package drops those without a word. */
import { Transform, type TransformCallback } from 'node:stream';

/** JSON-RPC 2.0, section 5.1. */
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const INVALID_PARAMS = -32602;

/** Bytes of a message. The protocol's package drops what is longer than 10 MiB, and what came before it. */
const LONGEST = 10_000_000;

const KEYS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);

/** Answers what is no message: with a line for the client, and words for whoever reads the errors. */
export type Refuse = (answer: string, words: string) => void;

interface Wrong {
    /** Of the request that is answered, where there is one to read. */
    readonly id: string | number | null;
    readonly code: number;
    readonly message: string;
}

export class MessageLines extends Transform {
    readonly #refuse: Refuse;
    readonly #decoder = new TextDecoder();
    /** The line that has begun, as it came. */
    #pieces: string[] = [];
    #length = 0;

    constructor(refuse: Refuse) {
        super();
        this.#refuse = refuse;
    }

    override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
        const [first = '', ...others] = this.#decoder.decode(chunk, { stream: true }).split('\n');
        this.#add(first);
        for (const begun of others) {
            this.#end();
            this.#add(begun);
        }
        done();
    }

    override _flush(done: TransformCallback): void {
        this.#end();
        done();
    }

    /** What is too long is not kept, and refused at its end. */
    #add(piece: string): void {
        this.#length += Buffer.byteLength(piece);
        if (this.#length <= LONGEST) this.#pieces.push(piece);
        else this.#pieces = [];
    }

    #end(): void {
        const line = this.#pieces.join('');
        const wrong = this.#length > LONGEST ? { id: null, code: INVALID_REQUEST, message: `A line is longer than ${LONGEST / 1e6} MB: longer logs are for "hwp triage".` } : line.trim() === '' ? null : wrongWith(line);
        this.#pieces = [];
        this.#length = 0;
        if (wrong === undefined) {
            this.push(`${line}\n`);
        } else if (wrong !== null) {
            const { id, code, message } = wrong;
            this.#refuse(`${JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })}\n`, message);
        }
    }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongWith(line: string): Wrong | undefined {
    let message: unknown;
    try {
        message = JSON.parse(line);
    } catch {
        return { id: null, code: PARSE_ERROR, message: 'A line is no JSON: every message of the protocol is one line of JSON.' };
    }
    if (!isObject(message) || message['jsonrpc'] !== '2.0') {
        return { id: null, code: INVALID_REQUEST, message: `A line is no message of JSON-RPC: an object with "jsonrpc": "2.0" is expected${Array.isArray(message) ? ', one on each line, and no list' : ''}.` };
    }
    const { id: given, method, params } = message;
    const id = typeof given === 'string' || Number.isSafeInteger(given) ? given as string | number : null;
    if (given !== undefined && id === null) return { id, code: INVALID_REQUEST, message: 'The "id" of a message is a text or a whole number.' };
    const unknown = Object.keys(message).find((key) => !KEYS.has(key));
    if (unknown !== undefined) return { id, code: INVALID_REQUEST, message: `A message has no ${JSON.stringify(unknown.slice(0, 100))}: there are "jsonrpc", "id", "method" and "params", and in answers "result" or "error".` };
    if (method === undefined ? !('result' in message || 'error' in message) : typeof method !== 'string') return { id, code: INVALID_REQUEST, message: 'A message has the "method" that is asked for, a text, or the "result" or "error" of an answer.' };
    if (message['error'] !== undefined && !isObject(message['error'])) return { id, code: INVALID_REQUEST, message: 'The "error" of an answer is an object.' };
    if (params !== undefined && !isObject(params)) return { id, code: INVALID_PARAMS, message: 'The "params" of a message are an object.' };
    return undefined;
}
