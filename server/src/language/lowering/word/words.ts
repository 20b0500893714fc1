import type { AstNode } from 'langium';
import { type Argument, type Place, isPlace, isQuantity, isText, isVersion } from '../../generated/ast.js';

/** The plain word that an argument is, whatever it may also name; undefined for anything with pages, an offset or a dot. */
export function wordOf(argument: Argument | undefined): string | undefined {
    return isPlace(argument) && isPlainWord(argument) ? argument.target.$refText : undefined;
}

function isPlainWord(place: Place): boolean {
    return place.target !== undefined && place.member === undefined && place.pages === undefined && place.offset === undefined;
}

/** An argument as it stands in the text, for messages. */
export function textOf(argument: AstNode | undefined): string {
    return argument?.$cstNode?.text ?? '';
}

/** What kind of argument that is, for messages. */
export function kindOf(argument: Argument): string {
    if (isQuantity(argument)) {
        return 'the number';
    }
    return isText(argument) ? 'the text' : isVersion(argument) ? 'the version' : 'the word';
}
