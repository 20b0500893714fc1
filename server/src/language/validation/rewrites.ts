/**
 * Lines in the words of other tools and languages: a shell's, C's, a kernel's command line and configuration. What is written here for them is found by the rows of
 * a table, each of which mends one thing; one finding says what all of them make of the line.
 */
import { UNIT_SYNONYMS } from '../../vocabulary/synonyms.js';
import { FOREIGN, TYPOGRAPHY } from './foreign-words.js';
import type { Rewrite } from './rewrite.js';
import type { Surroundings } from './usual-mistakes.js';

export interface Rewritten {
    readonly written: string;
    readonly meant: string;
    /** The whole line as it is meant. */
    readonly line: string;
    /** Columns of what is written. */
    readonly start: number;
    readonly end: number;
}

/** One unit as others write it is no reason to rewrite a line, but is mended where there is one. */
const UNITS: Rewrite = { find: new RegExp(`\\b(0x[\\da-fA-F]+|\\d[\\d_.]*)\\s*(${Object.keys(UNIT_SYNONYMS).join('|')})(?![\\w=.:\\[])`, 'g'), write: ([, number = '', unit = '']) => `${number} ${UNIT_SYNONYMS[unit]}` };

/** @param line without its comment. Undefined where no row fits. */
export function rewritten(line: string, around: Surroundings): Rewritten | undefined {
    const texts: string[] = [];
    // What stands in quotes is not the language's.
    const plain = applied(TYPOGRAPHY, line, around).replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => `"\ue001${texts.push(text) - 1}"`);
    const mended = applied(FOREIGN, plain, around);
    const meant = (mended === plain && (plain.match(UNITS.find)?.length ?? 0) < 2 ? mended : applied([UNITS], mended, around)).replaceAll(/"\ue001(\d+)"/g, (_all, index) => texts[Number(index)]!).trimEnd();
    return meant === line ? undefined : difference(line, meant);
}

function applied(rows: readonly Rewrite[], line: string, around: Surroundings): string {
    return rows.reduce((text, { find, write, on }) => on !== undefined && !on.test(text) ? text : text.replace(find, (...match: unknown[]) => {
        const groups = match.slice(0, match.findIndex((each) => typeof each === 'number')).map((group) => String(group ?? ''));
        return typeof write === 'string' ? write.replaceAll(/\$(\d)/g, (_all, index) => groups[Number(index)] ?? '') : write(groups, around) ?? groups[0]!;
    }), line);
}

/** What differs, in whole words. */
function difference(line: string, meant: string): Rewritten {
    let start = 0;
    while (start < line.length && line[start] === meant[start]) start++;
    let same = 0;
    while (same < Math.min(line.length, meant.length) - start && line.at(-1 - same) === meant.at(-1 - same)) same++;
    while (start > 0 && /\S/.test(line[start - 1]!)) start--;
    while (same > 0 && /\S/.test(line.at(-same)!)) same--;
    if (line.slice(start, line.length - same).trim() === '') {
        // Something lacks: it is said behind the word before.
        start = line.slice(0, start).replace(/\S*\s*$/, '').length;
    }
    if (meant.slice(start).startsWith('= ')) {
        start = line.slice(0, start).replace(/\S*\s*$/, '').length;
    }
    const written = line.slice(start, line.length - same);
    const blanks = written.length - written.trimStart().length;
    return { line: meant, written: written.trim(), meant: meant.slice(start, meant.length - same).trim(), start: start + blanks, end: start + written.trimEnd().length };
}
