/** Bytes of a log in, in chunks of any size; the lines that matter out. Memory is bounded by the longest line that is looked at. */
import { TRIGGER_WORDS } from './triggers.js';
import { countLines, WordSearch } from './word-search.js';
import { MAX_LINE } from './line-reader.js';

export interface LineTarget {
    readonly wantsMore: boolean;
    push(line: string, number: number): void;
}

const NEWLINE = 10;
/** Of a line without an end no more is kept. */
const MAX_CARRY = 64 * 1024;
const NOTHING = new Uint8Array(0);

export const LOG_WORDS = new WordSearch(TRIGGER_WORDS);

export class ByteReader {
    readonly #target: LineTarget;
    readonly #decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: false });
    /** The beginning of a line whose end has not come. */
    #carry: Uint8Array = NOTHING;
    /** The rest of a line that was too long, up to its end. */
    #dropping = false;
    #line = 1;

    constructor(target: LineTarget) {
        this.#target = target;
    }

    /** Lines so far. */
    get lines(): number {
        return this.#line;
    }

    feed(chunk: Uint8Array): void {
        let bytes = chunk;
        if (this.#dropping) {
            const end = bytes.indexOf(NEWLINE);
            if (end < 0) return;
            this.#dropping = false;
            this.#line += 1;
            bytes = bytes.subarray(end + 1);
        }
        if (this.#carry.length > 0) bytes = this.#join(bytes);
        const last = bytes.lastIndexOf(NEWLINE);
        this.#whole(bytes, last + 1);
        this.#keep(bytes.subarray(last + 1));
    }

    /** A last line without an end. */
    end(): void {
        const rest = this.#carry;
        this.#carry = NOTHING;
        if (rest.length > 0 && (this.#target.wantsMore || LOG_WORDS.next(rest, 0, rest.length) >= 0)) this.#push(rest, 0, rest.length, this.#line);
    }

    /** Finishes the line that was begun, with as little copying as that takes. */
    #join(bytes: Uint8Array): Uint8Array {
        const end = bytes.indexOf(NEWLINE);
        const head = end < 0 ? bytes : bytes.subarray(0, end + 1);
        const line = new Uint8Array(this.#carry.length + head.length);
        line.set(this.#carry);
        line.set(head, this.#carry.length);
        this.#carry = NOTHING;
        if (end < 0) return line;
        this.#whole(line, line.length);
        return bytes.subarray(end + 1);
    }

    #keep(rest: Uint8Array): void {
        if (rest.length <= MAX_CARRY) {
            this.#carry = rest.length === 0 ? NOTHING : rest.slice();
            return;
        }
        // No line of a kernel is so long: what it begins with is looked at, the rest is not.
        if (this.#target.wantsMore || LOG_WORDS.next(rest, 0, MAX_LINE) >= 0) this.#push(rest, 0, MAX_LINE, this.#line);
        this.#dropping = true;
        this.#carry = NOTHING;
    }

    /** Bytes up to `end`, which ends a line. */
    #whole(bytes: Uint8Array, end: number): void {
        let at = 0;
        let counted = 0;
        while (at < end) {
            if (!this.#target.wantsMore) {
                const hit = LOG_WORDS.next(bytes, at, end);
                if (hit < 0) break;
                at = bytes.lastIndexOf(NEWLINE, hit) + 1;
            }
            const next = bytes.indexOf(NEWLINE, at) + 1;
            this.#line += countLines(bytes, counted, at);
            counted = at;
            this.#push(bytes, at, next - 1, this.#line);
            at = next;
        }
        this.#line += countLines(bytes, counted, end);
    }

    #push(bytes: Uint8Array, from: number, end: number, number: number): void {
        const stop = end > from && bytes[end - 1] === 13 ? end - 1 : end;
        this.#target.push(this.#decoder.decode(bytes.subarray(from, Math.min(stop, from + MAX_LINE))), number);
    }
}
