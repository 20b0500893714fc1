import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../server/src/log/formats/byte-reader.js';
import { TRIGGER_WORDS, isTriggerLine } from '../../server/src/log/formats/triggers.js';
import { CAPACITY, giveBack, plainScanner, takeScanner, type WordScanner } from '../../server/src/log/formats/word-scanner.js';
import { Triage, triageText } from '../../server/src/log/triage.js';
import { GIVEN_LOGS } from './given.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function pushed(chunks: readonly Uint8Array[], wants = false, scanner?: WordScanner): [string, number][] {
    const lines: [string, number][] = [];
    const reader = new ByteReader({ wantsMore: wants, push: (line, number) => lines.push([line, number]) }, scanner);
    chunks.forEach((chunk) => reader.feed(chunk));
    reader.end();
    return lines;
}

function lineOf(scanner: WordScanner, from: number, end: number): number {
    const found = scanner.next(from, end);
    return found < 0 ? -1 : scanner.countLines(from, found);
}

/** Cut at the given places. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
    const places = [0, ...at.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return places.slice(1).map((end, index) => bytes.slice(places[index]!, end));
}

const words = fc.constantFrom(...TRIGGER_WORDS, 'EDA', 'mce', 'Memory failur', 'BUG:', 'ordinary words', ' ', '[    1.0] ', '\u00e4', '\r');
const ORDINARY = 'usb 1-1: new high-speed USB device number ';
const line = fc.array(words, { maxLength: 5 }).map((parts) => parts.join(''));

describe('bytes', () => {
    test('the search finds the lines that the pattern finds, wherever the text is cut', () => {
        fc.assert(fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(400), { maxLength: 6 }), (lines, places) => {
            const text = lines.join('\n');
            const expected = text.split('\n').flatMap((each, index): [string, number][] => (isTriggerLine(each) ? [[each.endsWith('\r') ? each.slice(0, -1) : each, index + 1]] : []));
            expect(pushed(cut(bytesOf(text), places))).toEqual(expected);
        }), { numRuns: 500, seed: 7 });
    });

    test('every word is found at the beginning, in the middle and at the end, at any alignment', () => {
        const scanner = takeScanner();
        for (const word of TRIGGER_WORDS) {
            for (const [before, after] of [['', ''], ['x', ''], ['', 'x'], ['zzzzzzzzzz', 'zzzzz'], ['y'.repeat(17), 'y'.repeat(40)]]) {
                const bytes = bytesOf(`${before!}${word}${after!}`);
                scanner.text.fill(32, 0, 200);
                scanner.text.set(bytes, 3);
                const found = scanner.next(3, 3 + bytes.length);
                expect(TRIGGER_WORDS.some((each) => before!.length + 3 <= found && `${before!}${word}${after!}`.startsWith(each, found - 3)), word).toBe(true);
                // Not with a byte less, on either side, unless another word is in it.
                if (!isTriggerLine(`${word.slice(1)}${after!}`)) expect(scanner.next(4 + before!.length, 3 + bytes.length), word).toBe(-1);
                if (!isTriggerLine(`${before!}${word.slice(0, -1)}`)) expect(scanner.next(3, 3 + before!.length + word.length - 1), word).toBe(-1);
            }
        }
        giveBack(scanner);
    });

    test('the search says of any bytes what it says without WebAssembly', () => {
        const scanner = takeScanner();
        const plain = plainScanner();
        const part = fc.oneof(fc.constantFrom(...TRIGGER_WORDS), fc.constantFrom(...TRIGGER_WORDS).chain((word) => fc.nat(word.length).map((cut) => word.slice(0, cut))), fc.string({ unit: 'binary-ascii', maxLength: 20 }), fc.constant('\n'));
        fc.assert(fc.property(fc.array(part, { maxLength: 20 }), fc.nat(40), fc.nat(40), (parts, skip, less) => {
            const bytes = Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0));
            const from = Math.min(skip, bytes.length);
            const end = Math.max(from, bytes.length - less);
            for (const each of [scanner, plain]) each.text.set(bytes);
            // A word within a word may be found first: both stand in one line.
            expect(lineOf(scanner, from, end)).toBe(lineOf(plain, from, end));
            expect(scanner.countLines(from, end)).toBe(plain.countLines(from, end));
        }), { numRuns: 2000, seed: 11 });
        giveBack(scanner);
    });

    test('the end of what a scanner holds is searched as its middle', () => {
        const scanner = takeScanner();
        scanner.text.fill(32);
        scanner.text.set(bytesOf('EDAC '), CAPACITY - 5);
        expect(scanner.next(CAPACITY - 40, CAPACITY)).toBe(CAPACITY - 5);
        expect(scanner.next(CAPACITY - 40, CAPACITY - 1)).toBe(-1);
        giveBack(scanner);
    });

    test('without WebAssembly the same lines are found', () => {
        const text = GIVEN_LOGS.map((log) => log.text).join('\n');
        expect(pushed([bytesOf(text)], false, plainScanner())).toEqual(pushed([bytesOf(text)]));
    });

    test.each(GIVEN_LOGS)('$name in chunks is the log at once', ({ text }) => {
        const bytes = bytesOf(text);
        for (const size of [1, 7, 64, 4096]) {
            const triage = new Triage();
            const reader = new ByteReader(triage);
            for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.slice(at, at + size));
            reader.end();
            expect(triage.finish()).toEqual(triageText(text));
        }
    });

    test('a log that is read by its words comes to what it comes to when every line is read', () => {
        const lines = GIVEN_LOGS.flatMap(({ text }) => text.split('\n'));
        const says = [...lines.keys()].filter((index) => isTriggerLine(lines[index]!));
        const piece = fc.oneof(
            { weight: 3, arbitrary: fc.constantFrom(...says).chain((from) => fc.integer({ min: 1, max: 40 }).map((count) => lines.slice(from, from + count))) },
            { weight: 2, arbitrary: fc.integer({ min: 1, max: 200 }).map((count) => Array.from({ length: count }, (_, index) => `${ORDINARY}${index}`)) },
            { weight: 1, arbitrary: fc.constant(['[    0.000000] x86: booting']) },
            { weight: 1, arbitrary: fc.constantFrom('', '\u0000\u0000', '\ufffd', '------------[ cut here ]------------', 'x'.repeat(9000)).map((each) => [each]) },
        );
        fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(20_000), { maxLength: 4 }), (pieces, places) => {
            // What comes between is said at the time of what came before, and where a clock begins again, a kernel begins.
            let stamp = '';
            let clock = 0;
            const all = pieces.flat().flatMap((each) => {
                const [, seconds] = /^[^[]{0,40}\[ *(\d+)\.\d{6}\]/.exec(each) ?? [];
                const boot = seconds !== undefined && Number(seconds) < clock ? ['[    0.000000] x86: booting'] : [];
                if (seconds !== undefined) {
                    clock = Number(seconds);
                    stamp = `[${seconds}.000000]`;
                }
                return [...boot, each.startsWith(ORDINARY) ? `${stamp} ${each}` : each];
            });
            const text = all.join('\n');
            const whole = new Triage();
            all.forEach((each, index) => whole.push(each, index + 1));
            const triage = new Triage();
            const reader = new ByteReader(triage);
            cut(bytesOf(text), places).forEach((chunk) => reader.feed(chunk));
            reader.end();
            expect(triage.finish()).toEqual(whole.finish());
        }), { numRuns: 150, seed: 3 });
    });

    test('a line without an end is cut, and the lines after it keep their numbers', () => {
        const long = `mce: ${'x'.repeat(300_000)}`;
        const lines = pushed([bytesOf(`a\n${long.slice(0, 200_000)}`), bytesOf(`${long.slice(200_000)}\nEDAC MC0: x\n`)]);
        expect(lines.map(([text, number]) => [text.slice(0, 4), text.length, number])).toEqual([['mce:', 8192, 2], ['EDAC', 11, 3]]);
    });

    test('bytes that are no UTF-8 do not stop the reading', () => {
        expect(pushed([Uint8Array.of(0xff, 0xfe, 0x80, 10), bytesOf('EDAC \n'), Uint8Array.of(0xc3)])).toEqual([['EDAC ', 2]]);
    });
});
