/** Arguments of a declaration, step or claim as they stand in the text, finished or not. */
import { UNITS } from '../../vocabulary/units.js';
import type { TextToken } from './tokens.js';

export type WrittenKind = 'quantity' | 'text' | 'place' | 'symbol';

export interface WrittenArgument {
    readonly kind: WrittenKind;
    /** First token to last, as written, blanks left out. */
    readonly text: string;
    /** The word, when the argument is nothing but one: without member, pages or offset. */
    readonly word?: string;
    /** For a quantity: whether a unit follows the number. */
    readonly hasUnit?: boolean;
    /** Brackets or a sum that still wait for their end. */
    readonly open?: boolean;
}

/** Groups tokens as the grammar does: `heap[0..3] + 0x10` and `16 KiB` are one argument each. */
export function argumentsOf(tokens: readonly TextToken[]): WrittenArgument[] {
    const found: WrittenArgument[] = [];
    let index = 0;
    const at = (ahead = 0): TextToken | undefined => tokens[index + ahead];
    while (index < tokens.length) {
        const token = tokens[index]!;
        const start = index;
        index++;
        let open = false;
        let hasUnit = false;
        if (token.kind === 'number') {
            hasUnit = takeUnit();
            if (at()?.text === '..' || at()?.text === ':') {
                index++;
                open = at()?.kind !== 'number';
                index += open ? 0 : 1;
            }
        } else if (token.kind === 'word') {
            if (at()?.text === '.') {
                index++;
                open = at()?.kind !== 'word';
                index += open ? 0 : 1;
            }
            if (at()?.text === '[') {
                while (index < tokens.length && at()?.text !== ']') {
                    index++;
                }
                open = index >= tokens.length;
                index += open ? 0 : 1;
            }
            if (at()?.text === '+') {
                index++;
                open = at()?.kind !== 'number';
                index += open ? 0 : 1;
                takeUnit();
            }
        }
        const kind = token.kind === 'number' ? 'quantity' : token.kind === 'string' ? 'text' : token.kind === 'word' ? 'place' : 'symbol';
        const plain = index - start === 1 && kind === 'place';
        found.push({
            kind, text: tokens.slice(start, index).map(({ text }) => text).join(''),
            ...(plain ? { word: token.text } : {}), ...(kind === 'quantity' ? { hasUnit } : {}), ...(open ? { open } : {}),
        });
    }
    return found;

    function takeUnit(): boolean {
        const isUnit = Object.hasOwn(UNITS, at()?.text ?? '');
        index += isUnit ? 1 : 0;
        return isUnit;
    }
}
