/** Which nodes of the tree are names of something declared: what can be gone to, found and renamed. */
import type { AstNode, ReferenceInfo } from 'langium';
import { type Place, isIntroduction, isMapping, isPhrase, isPin, isPlace } from '../../language/generated/ast.js';
import { isVocabularyWord } from '../../language/references/vocabulary-words.js';
import { wordOf } from '../../language/lowering/word/words.js';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';

const DECLARED = new Set(['Region', 'Filesystem', 'File', 'Swap', 'Pmem', 'Cgroup', 'Process', 'Thread', 'Mapping', 'Frame', 'Machine', 'Introduction', 'Guest']);

/** Does the node declare its name? `allocate spare as slab` names a kind, nothing new. */
export function declaresName(node: AstNode): boolean {
    return DECLARED.has(node.$type) && !(isIntroduction(node) && OPERATION_BY_ID.get(node.$container.verb)?.introduces === undefined);
}

/** Words after which a name stands even if it is a word of a table too. */
const BEFORE_NAMES = new Set(['to', 'at', 'killed', 'survives', 'exited', 'poisoned', 'contents', 'on', 'in', 'from', 'of', 'with', 'runs']);

/** A linked name, and not a word of the vocabulary that happens to be somebody's name elsewhere. */
export function isNameUse({ container, property }: ReferenceInfo): boolean {
    return !isPlace(container) || property !== 'target' || wordOf(container) === undefined || !isVocabularyWord(container.target.$refText) || standsForName(container);
}

function standsForName(place: Place): boolean {
    const container = place.$container as AstNode & { readonly arguments?: readonly AstNode[]; readonly claims?: readonly AstNode[] };
    const siblings = container.arguments ?? container.claims;
    if (siblings === undefined) {
        return true;
    }
    const index = siblings.indexOf(place);
    const before = siblings[index - 1];
    return index === 0 ? isPhrase(container) || isMapping(container) || isPin(container) : isPlace(before) && BEFORE_NAMES.has(wordOf(before) ?? '');
}
