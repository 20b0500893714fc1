// The search for the words of a log that matter, as WebAssembly: its code from word-scanner.wat, and its tables from the words.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import loadWabt from 'wabt';
import { ORDINARY_LINES } from './ordinary-lines.mts';

const FOLDER = 'server/src/log/formats';
export const WORD_SCANNER = `${FOLDER}/generated/word-scanner.ts`;
/** Bytes of a word that stand for it; a shorter word has anything after it. */
const PLACES = 6;
/** Of those, what is looked up. */
const KEY = 4;
const GROUPS = 8;
/** Groupings that are tried. */
const TRIES = 24;
/** Where the tables lie: see word-scanner.wat. */
const HASHES = PLACES * 32;
const ENTRIES = HASHES + 4096 * 2;
const ENTRY = 16;
const HASH_FACTOR = 0x9e3779b1;

/** How common a byte is in kernel logs, roughly. */
function commonness(byte: number): number {
    if (byte === 32) return 140;
    if (byte >= 97 && byte <= 122) return 'etaoinsrlcdpumh'.includes(String.fromCharCode(byte)) ? 40 : 10;
    if (byte >= 48 && byte <= 57) return 45;
    if (byte >= 65 && byte <= 90) return 4;
    return byte === 58 || byte === 46 || byte === 91 || byte === 93 ? 20 : byte >= 33 && byte < 127 ? 3 : 0.2;
}

/** By the high half of a byte and the set of its low halves, how common those bytes are of all. */
const COMMONNESS = Array.from({ length: 16 }, (_, high) => {
    const sums = new Float64Array(1 << 16);
    for (let set = 1; set < sums.length; set += 1) sums[set] = sums[set & (set - 1)]! + commonness((high << 4) | (31 - Math.clz32(set & -set)));
    return sums;
});
const TOTAL = COMMONNESS.reduce((sum, sums) => sum + sums[0xffff]!, 0);

/** For each of the places the low halves that its bytes may have, as bits, and the high ones. */
type Halves = readonly number[];

const ANY = 0xffff;
const allows = (halves: Halves, place: number, byte: number): boolean => ((halves[place * 2]! >> (byte & 15)) & (halves[place * 2 + 1]! >> (byte >> 4)) & 1) === 1;
const union = (a: Halves, b: Halves): Halves => a.map((each, index) => each | b[index]!);

/** How often by chance bytes have those halves, as if every byte were for itself. */
function chanceOf(halves: Halves): number {
    let chance = 1;
    for (let place = 0; place < PLACES; place += 1) {
        const low = halves[place * 2]!;
        let sum = 0;
        for (let highs = halves[place * 2 + 1]!; highs !== 0; highs &= highs - 1) sum += COMMONNESS[31 - Math.clz32(highs & -highs)]![low]!;
        chance *= sum / TOTAL;
    }
    return chance;
}

interface Word { readonly bytes: Uint8Array; /** What may stand for it, by where in the word it begins. */ readonly windows: readonly Halves[]; }

function wordOf(text: string): Word {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length < KEY) throw new Error(`"${text}" is shorter than ${KEY} bytes`);
    const windows = Array.from({ length: Math.max(1, bytes.length - PLACES + 1) }, (_, at) => Array.from({ length: PLACES }, (__, place) => bytes[at + place]).flatMap((byte) => (byte === undefined ? [ANY, ANY] : [1 << (byte & 15), 1 << (byte >> 4)])));
    return { bytes, windows };
}

/** The group of each word, and where in it those bytes are that stand for it. */
type Grouping = readonly { readonly group: number; readonly at: number; }[];

function groupsOf(words: readonly Word[], grouping: Grouping, without = -1): (Halves | undefined)[] {
    const groups: (Halves | undefined)[] = Array.from({ length: GROUPS }, () => undefined);
    grouping.forEach(({ group, at }, index) => {
        const window = words[index]!.windows[at]!;
        if (index !== without) groups[group] = groups[group] === undefined ? window : union(groups[group], window);
    });
    return groups;
}

/** From a random grouping on, every word goes where it is met least often by chance, until none moves any more. */
function settled(words: readonly Word[], seed: number): Grouping {
    let state = seed;
    const below = (limit: number): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((state / 2 ** 32) * limit);
    };
    const grouping = words.map(({ windows }) => ({ group: below(GROUPS), at: below(windows.length) }));
    for (let moved = true; moved;) {
        moved = false;
        for (const [index, { windows }] of words.entries()) {
            const groups = groupsOf(words, grouping, index);
            let least = Infinity;
            let best = grouping[index]!;
            for (const [group, halves] of groups.entries()) {
                const alone = halves === undefined ? 0 : chanceOf(halves);
                for (const [at, window] of windows.entries()) {
                    const more = chanceOf(halves === undefined ? window : union(halves, window)) - alone;
                    if (more < least - 1e-15) {
                        least = more;
                        best = { group, at };
                    }
                }
            }
            if (best.group !== grouping[index]!.group || best.at !== grouping[index]!.at) {
                grouping[index] = best;
                moved = true;
            }
        }
    }
    return grouping;
}

/** Places in a text that a group allows. */
function metIn(text: Uint8Array, groups: readonly (Halves | undefined)[]): number {
    let met = 0;
    for (let at = 0; at + PLACES <= text.length; at += 1) {
        if (groups.some((halves) => halves !== undefined && Array.from({ length: PLACES }, (_, place) => place).every((place) => allows(halves, place, text[at + place]!)))) met += 1;
    }
    return met;
}

/** The grouping that is met least often in ordinary lines. */
function bestGrouping(words: readonly Word[]): Grouping {
    const ordinary = new TextEncoder().encode(ORDINARY_LINES.join('\n'));
    return Array.from({ length: TRIES }, (_, seed) => settled(words, seed + 1)).map((grouping) => ({ grouping, met: metIn(ordinary, groupsOf(words, grouping)) }))
        .reduce((best, each) => (each.met < best.met ? each : best)).grouping;
}

/** What lies at the beginning of the memory. */
function tablesOf(texts: readonly string[]): Uint8Array {
    // A word that holds another is found by the other.
    const words = texts.filter((text) => !texts.some((other) => other !== text && text.includes(other))).map(wordOf);
    const grouping = bestGrouping(words);
    const tables = new Uint8Array(words.reduce((sum, { bytes }) => sum + bytes.length, ENTRIES + words.length * ENTRY));
    const view = new DataView(tables.buffer);
    groupsOf(words, grouping).forEach((halves, group) => {
        halves?.forEach((bits, index) => {
            for (let half = 0; half < 16; half += 1) if (((bits >> half) & 1) === 1) tables[index * 16 + half]! |= 1 << group;
        });
    });
    let text = ENTRIES + words.length * ENTRY;
    words.forEach(({ bytes }, index) => {
        const { at } = grouping[index]!;
        const entry = ENTRIES + index * ENTRY;
        tables.set(bytes, text);
        const key = view.getUint32(text + at, true);
        const hash = HASHES + (Math.imul(key, HASH_FACTOR) >>> 20) * 2;
        view.setUint32(entry, key, true);
        view.setUint16(entry + 4, text, true);
        view.setUint16(entry + 6, bytes.length, true);
        view.setUint16(entry + 8, at, true);
        view.setUint16(entry + 10, view.getUint16(hash, true), true);
        view.setUint16(hash, entry, true);
        text += bytes.length;
    });
    return tables;
}

/** Runs of zeros are nearly all of the tables: pairs of an address and the bytes from there. */
function runsOf(tables: Uint8Array): (readonly [number, string])[] {
    const runs: (readonly [number, string])[] = [];
    for (let at = 0; at < tables.length;) {
        if (tables[at] === 0) {
            at += 1;
            continue;
        }
        let end = at;
        // Fewer zeros than a new run costs are written.
        while (end < tables.length && tables.subarray(end, end + 12).some((byte) => byte !== 0)) end += 1;
        runs.push([at, Buffer.from(tables.subarray(at, end)).toString('base64')]);
        at = end;
    }
    return runs;
}

/** The words, which are TypeScript of the server. */
async function searchedWords(root: string, outfile: string): Promise<readonly string[]> {
    await build({ absWorkingDir: root, entryPoints: [`${FOLDER}/triggers.ts`], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' });
    return (await import(pathToFileURL(outfile).href) as { readonly TRIGGER_WORDS: readonly string[] }).TRIGGER_WORDS;
}

/** Writes the scanner into the folder, where a repository's files lie as in `root`. */
export async function writeWordScanner(root: string, folder: string): Promise<void> {
    const name = `${FOLDER}/word-scanner.wat`;
    const words = await searchedWords(root, path.join(folder, 'searched-words.mjs'));
    const wabt = await loadWabt();
    const module = wabt.parseWat(name, readFileSync(path.join(root, name), 'utf8'), { simd: true });
    module.validate();
    const { buffer } = module.toBinary({});
    const file = path.join(folder, WORD_SCANNER);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, [
        '// Generated by scripts/word-scanner.mts from word-scanner.wat and the words of triggers.ts.', '',
        '/** WebAssembly. */',
        `export const SCANNER_CODE = '${Buffer.from(buffer).toString('base64')}';`, '',
        '/** Addresses in its memory, and what lies there. */',
        `export const SCANNER_TABLES: readonly (readonly [number, string])[] = [\n${runsOf(tablesOf(words)).map(([at, bytes]) => `    [${at}, '${bytes}'],`).join('\n')}\n];`, '',
    ].join('\n'));
}
