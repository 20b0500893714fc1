import { type Pin, isPlace } from '../../generated/ast.js';
import { CONSTRUCT_BY_WORD } from '../../../vocabulary/settings.js';
import type { PinHolder } from '../../../simulator/program.js';
import type { Context } from '../context.js';
import { lowerPlaceArguments } from '../step/places.js';
import { wordOf } from '../word/words.js';
import { checkWord } from '../word/words-of-tables.js';

const HOLDERS: readonly PinHolder[] = ['io_uring', 'vmsplice', 'longterm'];

/** `pin heap[0..3] by io_uring`. */
export function lowerPin(node: Pin, context: Context): void {
    const args = node.arguments;
    const taken = isPlace(args[0]) ? lowerPlaceArguments(args, 0, context) : undefined;
    const by = taken === undefined ? undefined : args[taken.next];
    if (taken === undefined || wordOf(by) !== 'by' || args.length !== taken.next + 2) {
        if (args.length === 0 || taken !== undefined) {
            context.issues.report('pin/holder', node, `Who holds the pin? It is written \`${CONSTRUCT_BY_WORD.get('pin')!.form}\`.`);
        }
        return;
    }
    const word = wordOf(args[taken.next + 1]) ?? '';
    if (checkWord(word, HOLDERS, 'holder of pins', args[taken.next + 1]!, context) && taken.place !== undefined) {
        context.facts.pins.push({ node, spec: { source: context.sources.of(node), by: word as PinHolder, place: taken.place } });
    }
}
