/** Bytes of a log in, in chunks of any size; the lines that matter out. Memory is bounded by the scanner's. */
import { MAX_LINE } from './line-reader.js';
import { giveBack, takeScanner, type WordScanner } from './word-scanner.js';

export interface LineTarget {
    readonly wantsMore: boolean;
    push(line: string, number: number): void;
}

const NEWLINE = 10;
const RETURN = 13;
/** Of a line without an end no more is kept. */
const MAX_CARRY = 64 * 1024;

export class ByteReader {
    readonly #target: LineTarget;
    readonly #scanner: WordScanner;
    readonly #text: Uint8Array;
    readonly #decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: false });
    /** Bytes at the beginning of the text that are there already: of a line whose end has not come. */
    #kept = 0;
    /** The rest of a line that was too long, up to its end. */
    #dropping = false;
    #line = 1;

    constructor(target: LineTarget, scanner: WordScanner = takeScanner()) {
        this.#target = target;
        this.#scanner = scanner;
        this.#text = scanner.text;
    }

    /** Lines so far. */
    get lines(): number {
        return this.#line;
    }

    feed(chunk: Uint8Array): void {
        for (let at = 0; at < chunk.length;) {
            const part = chunk.subarray(at, at + this.#text.length - this.#kept);
            this.#text.set(part, this.#kept);
            at += part.length;
            this.#take(this.#kept + part.length);
        }
    }

    /** Bytes are read straight to where they are looked at; `read` returns how many, 0 at the end. Returns the same. */
    fill(read: (into: Uint8Array) => number): number {
        const size = read(this.#text.subarray(this.#kept));
        if (size > 0) this.#take(this.#kept + size);
        return size;
    }

    /** A last line without an end. Nothing may follow. */
    end(): void {
        if (this.#kept > 0 && (this.#target.wantsMore || this.#scanner.next(0, this.#kept) >= 0)) this.#push(0, this.#kept, this.#line);
        this.#kept = 0;
        giveBack(this.#scanner);
    }

    /** There are bytes up to `size`. */
    #take(size: number): void {
        let from = 0;
        if (this.#dropping) {
            const end = this.#text.subarray(0, size).indexOf(NEWLINE);
            this.#kept = 0;
            if (end < 0) return;
            this.#dropping = false;
            this.#line += 1;
            from = end + 1;
        }
        const stop = size === 0 ? 0 : this.#text.lastIndexOf(NEWLINE, size - 1) + 1;
        if (stop > from) this.#whole(from, stop);
        this.#keep(Math.max(from, stop), size);
    }

    #keep(from: number, size: number): void {
        this.#kept = size - from;
        if (this.#kept > MAX_CARRY) {
            // No line of a kernel is so long: what it begins with is looked at, the rest is not.
            if (this.#target.wantsMore || this.#scanner.next(from, from + MAX_LINE) >= 0) this.#push(from, from + MAX_LINE, this.#line);
            this.#dropping = true;
            this.#kept = 0;
        } else if (from > 0) {
            this.#text.copyWithin(0, from, size);
        }
    }

    /** Lines from one place to another, where the last one ends. */
    #whole(from: number, end: number): void {
        let at = from;
        let counted = from;
        while (at < end) {
            if (!this.#target.wantsMore) {
                const hit = this.#scanner.next(at, end);
                if (hit < 0) break;
                at = Math.max(at, hit === 0 ? 0 : this.#text.lastIndexOf(NEWLINE, hit - 1) + 1);
            }
            const next = this.#text.indexOf(NEWLINE, at) + 1;
            this.#line += this.#scanner.countLines(counted, at);
            counted = at;
            this.#push(at, next - 1, this.#line);
            at = next;
        }
        this.#line += this.#scanner.countLines(counted, end);
    }

    #push(from: number, end: number, number: number): void {
        const stop = end > from && this.#text[end - 1] === RETURN ? end - 1 : end;
        this.#target.push(this.#decoder.decode(this.#text.subarray(from, Math.min(stop, from + MAX_LINE))), number);
    }
}
