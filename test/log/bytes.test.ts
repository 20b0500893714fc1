import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../server/src/log/formats/byte-reader.js';
import { TRIGGER_WORDS, isTriggerLine } from '../../server/src/log/formats/triggers.js';
import { countLines, WordSearch } from '../../server/src/log/formats/word-search.js';
import { Triage, triageText } from '../../server/src/log/triage.js';
import { GIVEN_LOGS } from './given.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function pushed(chunks: readonly Uint8Array[], wants = false): [string, number][] {
    const lines: [string, number][] = [];
    const reader = new ByteReader({ wantsMore: wants, push: (line, number) => lines.push([line, number]) });
    chunks.forEach((chunk) => reader.feed(chunk));
    reader.end();
    return lines;
}

/** Cut at the given places. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
    const places = [0, ...at.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return places.slice(1).map((end, index) => bytes.slice(places[index]!, end));
}

const words = fc.constantFrom(...TRIGGER_WORDS, 'EDA', 'mce', 'Memory failur', 'BUG:', 'ordinary words', ' ', '[    1.0] ', '\u00e4', '\r');
const line = fc.array(words, { maxLength: 5 }).map((parts) => parts.join(''));

describe('bytes', () => {
    test('the search finds the lines that the pattern finds, wherever the text is cut', () => {
        fc.assert(fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(400), { maxLength: 6 }), (lines, places) => {
            const text = lines.join('\n');
            const expected = text.split('\n').flatMap((each, index): [string, number][] => (isTriggerLine(each) ? [[each.endsWith('\r') ? each.slice(0, -1) : each, index + 1]] : []));
            expect(pushed(cut(bytesOf(text), places))).toEqual(expected);
        }), { numRuns: 500, seed: 7 });
    });

    test('every word is found at the beginning, in the middle and at the end', () => {
        const search = new WordSearch(TRIGGER_WORDS);
        for (const word of TRIGGER_WORDS) {
            for (const [before, after] of [['', ''], ['x', ''], ['', 'x'], ['zzzzzzzzzz', 'zzzzz']]) {
                const bytes = bytesOf(`${before!}${word}${after!}`);
                expect(search.next(bytes, 0, bytes.length), word).toBeGreaterThanOrEqual(0);
            }
        }
    });

    test('line ends are counted at any alignment', () => {
        fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }).map((bytes) => bytes.map((byte) => (byte < 100 ? 10 : byte))), fc.nat(9), fc.nat(64), (bytes, from, end) => {
            const to = Math.min(end, bytes.length);
            const begin = Math.min(from, to);
            expect(countLines(bytes, begin, to)).toBe(bytes.slice(begin, to).filter((byte) => byte === 10).length);
        }));
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

    test('a line without an end is cut, and the lines after it keep their numbers', () => {
        const long = `mce: ${'x'.repeat(300_000)}`;
        const lines = pushed([bytesOf(`a\n${long.slice(0, 200_000)}`), bytesOf(`${long.slice(200_000)}\nEDAC MC0: x\n`)]);
        expect(lines.map(([text, number]) => [text.slice(0, 4), text.length, number])).toEqual([['mce:', 8192, 2], ['EDAC', 11, 3]]);
    });

    test('bytes that are no UTF-8 do not stop the reading', () => {
        expect(pushed([Uint8Array.of(0xff, 0xfe, 0x80, 10), bytesOf('EDAC \n'), Uint8Array.of(0xc3)])).toEqual([['EDAC ', 2]]);
    });
});
