/**
 * Finds the first of many words in bytes, without looking at most of them: Wu and Manber's search with blocks of two bytes. A table says
 * for each pair of bytes how far the next place lies where a word's window could end; most pairs are in no word, and skip a whole window.
 */

/** Bytes of a word that are searched for; shorter words are taken with any byte before them. */
const WINDOW = 6;
const NEWLINE = 10;

interface Candidate { readonly word: Uint8Array; /** Of the window in the word; negative where it begins before it. */ readonly offset: number; }

/** How common a byte is in kernel logs, roughly: windows with rare ends are checked less often. */
function commonness(byte: number): number {
    if (byte === 32) return 14;
    if (byte >= 97 && byte <= 122) return 'etaoinsrlcdpumh'.includes(String.fromCharCode(byte)) ? 10 : 5;
    if (byte >= 48 && byte <= 57) return 9;
    return byte >= 65 && byte <= 90 ? 1 : byte === 58 || byte === 46 || byte === 91 || byte === 93 ? 6 : 2;
}

function windowOf(word: Uint8Array): number {
    if (word.length < WINDOW) return word.length - WINDOW;
    let best = 0;
    let least = Infinity;
    for (let offset = 0; offset + WINDOW <= word.length; offset += 1) {
        let cost = commonness(word[offset + WINDOW - 2]!) * commonness(word[offset + WINDOW - 1]!) * 4;
        for (let at = 1; at < WINDOW; at += 1) cost += commonness(word[offset + at - 1]!) * commonness(word[offset + at]!);
        if (cost < least) {
            least = cost;
            best = offset;
        }
    }
    return best;
}

export class WordSearch {
    readonly #skip = new Uint8Array(1 << 16).fill(WINDOW - 1);
    readonly #candidates: (readonly Candidate[] | undefined)[] = Array.from({ length: 1 << 16 }, () => undefined);

    readonly #shortest: number;

    constructor(words: readonly string[]) {
        this.#shortest = Math.min(WINDOW, ...words.map(({ length }) => length));
        for (const text of words) {
            const word = Uint8Array.from(text, (character) => character.charCodeAt(0));
            this.#add({ word, offset: windowOf(word) });
        }
    }

    #add(candidate: Candidate): void {
        const { word, offset } = candidate;
        for (let at = 1; at < WINDOW; at += 1) {
            const second = offset + at < 0 ? undefined : word[offset + at]!;
            if (second === undefined) continue;
            const skip = WINDOW - 1 - at;
            const firsts = offset + at - 1 < 0 ? Array.from({ length: 256 }, (_, byte) => byte) : [word[offset + at - 1]!];
            for (const first of firsts) {
                const pair = (first << 8) | second;
                if (skip < this.#skip[pair]!) this.#skip[pair] = skip;
                if (skip === 0) this.#candidates[pair] = [...this.#candidates[pair] ?? [], candidate];
            }
        }
    }

    /** Where a byte of a word lies, the first at or after `from`; -1 where there is none before `end`. */
    next(bytes: Uint8Array, from: number, end: number): number {
        const skips = this.#skip;
        // A word that begins at `from` may be shorter than the window.
        let at = from + this.#shortest - 1;
        while (at < end) {
            const pair = (bytes[at - 1]! << 8) | bytes[at]!;
            const skip = skips[pair]!;
            if (skip !== 0) {
                at += skip;
                continue;
            }
            const candidates = this.#candidates[pair]!;
            // eslint-disable-next-line @typescript-eslint/prefer-for-of -- this is where the time goes: no iterator
            for (let index = 0; index < candidates.length; index += 1) {
                const { word, offset } = candidates[index]!;
                const start = at - WINDOW + 1 - offset;
                if (start < from || start + word.length > end) continue;
                let matched = 0;
                while (matched < word.length && bytes[start + matched] === word[matched]) matched += 1;
                if (matched === word.length) return start;
            }
            at += 1;
        }
        return -1;
    }
}

/** Line ends in the bytes. Four at a time: of `x ^ 0a0a0a0a` the bytes that are zero. */
export function countLines(bytes: Uint8Array, from: number, end: number): number {
    let count = 0;
    let at = from;
    while (at < end && ((bytes.byteOffset + at) & 3) !== 0) {
        if (bytes[at] === NEWLINE) count += 1;
        at += 1;
    }
    if (at >= end) return count;
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, (end - at) >> 2);
    // eslint-disable-next-line @typescript-eslint/prefer-for-of -- an iterator costs three times as much here
    for (let index = 0; index < words.length; index += 1) {
        const word = words[index]! ^ 0x0a0a0a0a;
        const zero = ~(((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word | 0x7f7f7f7f);
        if (zero !== 0) count += ((zero >>> 7) & 1) + ((zero >>> 15) & 1) + ((zero >>> 23) & 1) + (zero >>> 31);
    }
    for (at += words.length * 4; at < end; at += 1) if (bytes[at] === NEWLINE) count += 1;
    return count;
}
