/** Looks through a piece of a large file for lines that matter: where they begin, and how many lines there are. */
import { closeSync, openSync, readSync } from 'node:fs';
import { giveBack, takeScanner, type WordScanner } from '../../log/formats/word-scanner.js';

/** A piece ends where a line ends. */
export interface ScannedPiece {
    readonly from: number;
    readonly to: number;
    /** Line ends in it. */
    readonly lines: number;
    /** Offset in the file and line within the piece (from 0) of every line with a word, in turn. */
    readonly hits: Float64Array;
    /** There are so many that every line is worth reading: `hits` is empty. */
    readonly dense: boolean;
}

const NEWLINE = 10;
/** Of a storm's lines no list is made: it would be as long as the log. */
const MAX_HITS = 8192;
const NOTHING = new Float64Array(0);

export function scanPiece(path: string, from: number, to: number): ScannedPiece {
    const descriptor = openSync(path, 'r');
    const scanner = takeScanner();
    try {
        return scan(descriptor, from, to, scanner);
    } finally {
        giveBack(scanner);
        closeSync(descriptor);
    }
}

/** Begins after the first line end at or after `from` (unless that is 0), ends after the first at or after `to`. */
function scan(descriptor: number, from: number, to: number, scanner: WordScanner): ScannedPiece {
    const { text } = scanner;
    const start = from === 0 ? 0 : lineAfter(descriptor, from, text);
    const end = lineAfter(descriptor, to, text);
    const hits: number[] = [];
    let lines = 0;
    let dense = false;
    for (let at = start; at < end;) {
        const size = readSync(descriptor, text, 0, Math.min(text.length, end - at), at);
        if (size === 0) break;
        const last = text.lastIndexOf(NEWLINE, size - 1) + 1;
        // A line that is longer than the block is looked at as far as it goes; so is a last one without an end.
        const stop = last === 0 || at + size >= end ? size : last;
        let counted = 0;
        for (let hit = dense ? -1 : scanner.next(0, stop); hit >= 0;) {
            const begin = hit === 0 ? 0 : text.lastIndexOf(NEWLINE, hit - 1) + 1;
            lines += scanner.countLines(counted, begin);
            counted = begin;
            hits.push(at + begin, lines);
            dense = hits.length > MAX_HITS * 2;
            if (dense) break;
            const next = text.subarray(0, stop).indexOf(NEWLINE, hit);
            if (next < 0) break;
            hit = scanner.next(next + 1, stop);
        }
        lines += scanner.countLines(counted, stop);
        at += stop;
    }
    return { from: start, to: end, lines, hits: dense ? NOTHING : Float64Array.from(hits), dense };
}

/** The offset after the first line end at or after `at` - 1; the end of the file where there is none. */
function lineAfter(descriptor: number, at: number, buffer: Uint8Array): number {
    for (let offset = at - 1; ;) {
        const size = readSync(descriptor, buffer, 0, 65_536, offset);
        if (size === 0) return offset;
        const found = buffer.subarray(0, size).indexOf(NEWLINE);
        if (found >= 0) return offset + found + 1;
        offset += size;
    }
}
