/** Edits a text as nobody would, through the protocol, and asks now and then whether the server still knows what a fresh one finds. */
import type { Diagnostic, InlayHint, Position } from 'vscode-languageserver/node';
import { InProcessClient } from '../in-process-client.js';

export interface Editing {
    /** How many edits. */
    readonly edits: number;
    /** Edits between two comparisons with a fresh server. */
    readonly compareEvery: number;
    readonly seed: number;
    /** Called after each comparison. */
    readonly onCompared?: (edits: number) => void;
}

/** What an editor shows of a text. */
export interface Shown {
    readonly text: string;
    readonly diagnostics: readonly Diagnostic[];
    readonly hints: readonly InlayHint[];
}

export interface Compared {
    readonly edited: Shown;
    readonly fresh: Shown;
}

const URI = 'file:///edited.hwp';
const GARBAGE = ['}', '{', '"', '/*', '*/', '//', ';', '\n', '\r\n', '@#$', 'scenario "x" {\n', '\nscenario "y" {\n', 'machine m {\n', '\u0000', '💥', '(((', 'import "none.hwp"\n', '0x', '..', 'expect ', '    '];
/** Edits that can be undone. */
const UNDO = 40;
/** Beyond this the text is cut back, so that an edit costs the same at the end as at the start. */
const MAX_LENGTH_FACTOR = 1.5;

/** Edits a text from where it starts; yields what is shown, and what a fresh server shows. */
export async function* editAtRandom(original: string, { edits, compareEvery, seed, onCompared }: Editing): AsyncGenerator<Compared> {
    const random = randomFrom(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    const client = await InProcessClient.start();
    let text = original;
    const undo: string[] = [];
    await client.open(URI, text);
    for (let edit = 1; edit <= edits; edit++) {
        const [start, end, inserted] = change(text, original, undo, below);
        undo.push(text);
        if (undo.length > UNDO) {
            undo.shift();
        }
        await client.edit(URI, { start: positionOf(text, start), end: positionOf(text, end) }, inserted);
        text = text.slice(0, start) + inserted + text.slice(end);
        if (edit % compareEvery === 0 || edit === edits) {
            yield { edited: await shown(client, text), fresh: await shownAfresh(text) };
            onCompared?.(edit);
        }
    }
    client.stop();
}

/** Where the next edit starts and ends, and what it puts there. */
function change(text: string, original: string, undo: string[], below: (limit: number) => number): [start: number, end: number, inserted: string] {
    const kind = below(10);
    const start = below(text.length + 1);
    if (text.length > original.length * MAX_LENGTH_FACTOR || text.length < original.length / 2) {
        return [0, text.length, original];
    }
    if (kind < 3 && undo.length > 0) {
        // Undo replaces what differs.
        const earlier = undo.pop()!;
        let from = 0;
        while (from < Math.min(text.length, earlier.length) && text[from] === earlier[from]) {
            from++;
        }
        return [from, text.length, earlier.slice(from)];
    }
    if (kind < 5) {
        return [start, Math.min(text.length, start + below(30)), ''];
    }
    if (kind < 7) {
        return [start, start, GARBAGE[below(GARBAGE.length)]!];
    }
    const from = below(original.length);
    return [start, kind === 9 ? Math.min(text.length, start + below(100)) : start, original.slice(from, from + below(200))];
}

async function shown(client: InProcessClient, text: string): Promise<Shown> {
    // A second edit that changes nothing would hide what the first one left: the last published state counts.
    const hints = await client.request<InlayHint[] | null>('textDocument/inlayHint', { textDocument: { uri: URI }, range: { start: { line: 0, character: 0 }, end: positionOf(text, text.length) } });
    return { text, diagnostics: client.diagnostics(URI), hints: hints ?? [] };
}

async function shownAfresh(text: string): Promise<Shown> {
    const client = await InProcessClient.start();
    await client.open(URI, text);
    const result = await shown(client, text);
    client.stop();
    return result;
}

/** The position of an offset; a line ends as the protocol says. */
export function positionOf(text: string, offset: number): Position {
    const before = text.slice(0, offset);
    const breaks = [...before.matchAll(/\r\n|\n|\r/g)];
    const last = breaks[breaks.length - 1];
    // Between the two characters of a line end is no position: that line ends before both.
    return { line: breaks.length, character: last === undefined ? offset : offset - last.index - last[0].length };
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
    let state = seed;
    return () => {
        state = state + 0x6d2b79f5 | 0;
        let mixed = Math.imul(state ^ state >>> 15, 1 | state);
        mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
        return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
    };
}
