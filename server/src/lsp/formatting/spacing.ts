/** Blanks between two tokens of a line. */
import { UNITS, type Unit } from '../../vocabulary/units.js';
import { endOf, type TextToken } from '../cursor/tokens.js';

const NONE_BEFORE = new Set([')', ']', ',', ';', '.', '..', ':']);
const NONE_AFTER = new Set(['(', '[', '.', '..']);

/** How many blanks belong between the tokens at two neighbouring places; `null` leaves them as they are. */
export function blanksBetween(tokens: readonly TextToken[], index: number): number | null {
    const left = tokens[index - 1]!;
    const right = tokens[index]!;
    const asWritten = right.start - endOf(left);
    if (left.kind === 'other' || right.kind === 'other') {
        return null;
    }
    if (NONE_BEFORE.has(right.text) && right.kind !== 'string' || NONE_AFTER.has(left.text) && left.kind !== 'string') {
        return 0;
    }
    if (right.text === '[' && left.kind === 'word' || left.text === '{' && right.text === '}') {
        return 0;
    }
    // A device number: 8:17.
    if (left.text === ':' && right.kind === 'number' && tokens[index - 2]?.kind === 'number') {
        return 0;
    }
    // `at +67s`, but `dentry + 0x5080`.
    if (left.text === '+' && tokens[index - 2]?.text === 'at') {
        return 0;
    }
    if (left.kind === 'number' && asWritten === 0) {
        // `67s` is written so; what is no unit may be part of a word.
        const unit = (UNITS as Readonly<Record<string, Unit>>)[right.text];
        return unit === undefined ? null : unit.of === 'time' ? 0 : 1;
    }
    return 1;
}
