/**
 * Comments that switch diagnostics off: `// quiet: page/ignored, signal/unhandled`. At the end of a line it speaks of that
 * line; on a line of its own, from there to the end of the scenario or machine that it stands in, or of the file. Errors
 * stay: a text that is wrong does not run.
 */
import type { Document } from './generated/ast.js';

export interface QuietCode {
    readonly code: string;
    /** Where the code stands, line and column from 0. */
    readonly line: number;
    readonly column: number;
    /** Lines that it speaks of. */
    readonly from: number;
    readonly to: number;
}

/** Texts and comments, so that a text that holds `//` is none. */
const PIECES = /"(?:[^"\\\r\n]|\\.)*"?|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\r\n]*/g;

const QUIET = /^\/\/\s*quiet:\s*/;
const CODE = /^([a-z][a-z-]*(?:\/[a-z][a-z-]*)?)(\s*,\s*)?/;

/** The codes that the comments of a text switch off. What stands behind them in the comment is its reason. */
export function quietCodes(text: string, root: Document): readonly QuietCode[] {
    if (!text.includes('quiet:')) {
        return [];
    }
    const starts = lineStarts(text);
    return [...text.matchAll(PIECES)].flatMap((piece) => {
        const lead = QUIET.exec(piece[0])?.[0];
        if (lead === undefined) {
            return [];
        }
        const line = lineOf(piece.index, starts);
        const alone = text.slice(starts[line], piece.index).trim() === '';
        const to = alone ? blockEnd(line, root) : line;
        const codes: QuietCode[] = [];
        for (let at = lead.length, more = true; more;) {
            const match = CODE.exec(piece[0].slice(at));
            if (match !== null) {
                codes.push({ code: match[1]!, line, column: piece.index - starts[line]! + at, from: line, to });
            }
            at += match?.[0].length ?? 0;
            more = match?.[2] !== undefined;
        }
        return codes;
    });
}

export function isQuiet(codes: readonly QuietCode[], code: string, line: number): boolean {
    return codes.some((each) => each.code === code && each.from <= line && line <= each.to);
}

function lineStarts(text: string): number[] {
    return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
}

function lineOf(offset: number, starts: readonly number[]): number {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (starts[middle]! <= offset) low = middle;
        else high = middle - 1;
    }
    return low;
}

/** The last line of the scenario or machine around a line; outside all of them, of the file. */
function blockEnd(line: number, { elements }: Document): number {
    const around = elements.map((element) => element.$cstNode?.range).find((range) => range !== undefined && range.start.line < line && line <= range.end.line);
    return around?.end.line ?? Number.MAX_SAFE_INTEGER;
}
