/**
 * Finds the first of the words that matter in bytes, and counts line ends: WebAssembly from word-scanner.wat, many times faster than
 * what JavaScript does byte by byte. The text lies in its memory: whoever reads a file reads it to there.
 */
import { SCANNER_CODE, SCANNER_TABLES } from './generated/word-scanner.js';
import { firstTrigger } from './triggers.js';

export interface WordScanner {
    /** Where the text is put. */
    readonly text: Uint8Array;
    /** Where in the text the first word begins that lies whole between two places; -1 where there is none. */
    next(from: number, end: number): number;
    /** Line ends between two places of the text. */
    countLines(from: number, end: number): number;
}

/** A text may have so many bytes. */
export const CAPACITY = 1024 * 1024;
/** Where in the memory the text begins. */
const TEXT = 65_536;
const PAGE = 65_536;
/** The search looks so many bytes further than the text goes. */
const BEYOND = 24;
const NEWLINE = 10;

interface Exports { readonly memory: WebAssembly.Memory; next(from: number, end: number): number; countLines(from: number, end: number): number; }

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

let compiled: WebAssembly.Module | null | undefined;

/** Null where this machine cannot run it, or is not allowed to. */
function moduleOf(): WebAssembly.Module | null {
    if (compiled === undefined) {
        try {
            compiled = new WebAssembly.Module(bytesOf(SCANNER_CODE));
        } catch {
            compiled = null;
        }
    }
    return compiled;
}

function fastScanner(module: WebAssembly.Module): WordScanner {
    const { memory, next, countLines } = new WebAssembly.Instance(module).exports as unknown as Exports;
    const missing = Math.ceil((TEXT + CAPACITY + BEYOND) / PAGE) - memory.buffer.byteLength / PAGE;
    memory.grow(missing);
    for (const [at, bytes] of SCANNER_TABLES) new Uint8Array(memory.buffer).set(bytesOf(bytes), at);
    return {
        text: new Uint8Array(memory.buffer, TEXT, CAPACITY),
        next: (from, end) => {
            const found = next(TEXT + from, TEXT + end);
            return found < 0 ? -1 : found - TEXT;
        },
        countLines: (from, end) => countLines(TEXT + from, TEXT + end),
    };
}

/** The same without WebAssembly, slowly. */
export function plainScanner(): WordScanner {
    const text = new Uint8Array(CAPACITY);
    const decoder = new TextDecoder('latin1');
    return {
        text,
        next: (from, end) => {
            // No word has a line end in it.
            for (let at = from; at < end;) {
                const feed = text.subarray(0, end).indexOf(NEWLINE, at);
                const stop = feed < 0 ? end : feed + 1;
                const found = firstTrigger(decoder.decode(text.subarray(at, stop)));
                if (found >= 0) return at + found;
                at = stop;
            }
            return -1;
        },
        countLines: (from, end) => {
            let count = 0;
            for (let at = from; at < end; at += 1) if (text[at] === NEWLINE) count += 1;
            return count;
        },
    };
}

/** Scanners that are not in use: each has its own memory, which is not given back soon. */
const idle: WordScanner[] = [];

/** A scanner for one text, until {@link giveBack}. */
export function takeScanner(): WordScanner {
    const module = moduleOf();
    return idle.pop() ?? (module === null ? plainScanner() : fastScanner(module));
}

export function giveBack(scanner: WordScanner): void {
    idle.push(scanner);
}
