/** A large text: threads look for the lines that matter, piece by piece; this one reads those lines in their order. Memory does not depend on the size of the file. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { LogResult } from '../../log/output/results.js';
import { Triage } from '../../log/triage.js';
import { MAX_LINE } from '../../log/formats/line-reader.js';
import type { ScannedPiece } from './scan-piece.js';
import type { Threads } from './threads.js';

const PIECE = 4 * 1024 * 1024;
const NEWLINE = 10;
const WINDOW = 64 * 1024;

export async function triageLarge(path: string, shown: string, size: number, threads: Threads): Promise<LogResult> {
    const triage = new Triage();
    const lines = new LinesOfFile(path, triage);
    try {
        const pieces = Math.ceil(size / PIECE);
        const ahead: Promise<ScannedPiece>[] = [];
        let asked = 0;
        let line = 1;
        for (let piece = 0; piece < pieces; piece += 1) {
            while (asked < pieces && asked <= piece + threads.count) {
                ahead.push(threads.scan(path, asked * PIECE, Math.min(size, (asked + 1) * PIECE)));
                asked += 1;
            }
            const scanned = await ahead.shift()!;
            lines.piece(scanned, line);
            line += scanned.lines;
        }
        lines.rest();
    } finally {
        lines.close();
    }
    return { path: shown, note: null, ...triage.finish() };
}

/** Reads lines by their offsets, and goes on line by line while the triage wants more. */
class LinesOfFile {
    readonly #descriptor: number;
    readonly #triage: Triage;
    readonly #window = new Uint8Array(new ArrayBuffer(WINDOW));
    readonly #decoder = new TextDecoder();
    #from = 0;
    #size = 0;
    /** Offset and number of the line after the latest one that was pushed. */
    #next = 0;
    #number = 1;

    constructor(path: string, triage: Triage) {
        this.#descriptor = openSync(path, 'r');
        this.#triage = triage;
    }

    close(): void {
        closeSync(this.#descriptor);
    }

    piece({ hits, from, to, dense }: ScannedPiece, firstLine: number): void {
        if (dense) {
            this.#goOn(from);
            if (this.#next < from) {
                this.#next = from;
                this.#number = firstLine;
            }
            while (this.#next < to && this.#line()) { /* the next one */ }
        }
        for (let index = 0; index < hits.length; index += 2) {
            const offset = hits[index]!;
            this.#goOn(offset);
            if (offset < this.#next) continue;
            this.#next = offset;
            this.#number = firstLine + hits[index + 1]!;
            this.#line();
        }
        this.#goOn(to);
    }

    rest(): void {
        this.#goOn(Infinity);
    }

    /** Lines that the triage wants besides, up to an offset. */
    #goOn(until: number): void {
        while (this.#triage.wantsMore && this.#next < until && this.#line()) { /* the next one */ }
    }

    /** Pushes the line at the current offset; false at the end of the file. */
    #line(): boolean {
        let end = this.#endOfLine();
        if (end === undefined) {
            this.#from = this.#next;
            this.#size = readSync(this.#descriptor, this.#window, 0, WINDOW, this.#next);
            if (this.#size === 0) return false;
            end = this.#endOfLine();
        }
        const begin = this.#next - this.#from;
        const stop = end ?? this.#size;
        const last = stop > begin && this.#window[stop - 1] === 13 ? stop - 1 : stop;
        this.#triage.push(this.#decoder.decode(this.#window.subarray(begin, Math.min(last, begin + MAX_LINE))), this.#number);
        this.#next = end === undefined ? this.#skipLine() : this.#from + stop + 1;
        this.#number += 1;
        return true;
    }

    /** In the window; undefined where the line does not end there. */
    #endOfLine(): number | undefined {
        const begin = this.#next - this.#from;
        if (begin < 0 || begin >= this.#size) return undefined;
        const found = this.#window.subarray(0, this.#size).indexOf(NEWLINE, begin);
        return found < 0 ? undefined : found;
    }

    /** The offset after a line that is longer than the window. */
    #skipLine(): number {
        for (let offset = this.#from + this.#size; ;) {
            this.#from = offset;
            this.#size = readSync(this.#descriptor, this.#window, 0, WINDOW, offset);
            if (this.#size === 0) return offset;
            const found = this.#window.subarray(0, this.#size).indexOf(NEWLINE);
            if (found >= 0) return offset + found + 1;
            offset += this.#size;
        }
    }
}
