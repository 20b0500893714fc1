/**
 * Every decision the model can record: the kernel function that takes it and what it means.
 * Breakpoints, coverage, hovers and golden files name decisions by their id: the function, and after a dot which of its choices.
 */
import { DECISION_WORDS } from './words/decision-words.js';

export interface DecisionDescription {
    /** The kernel function, as the kernel spells it; '' for what others do meanwhile. */
    readonly function: string;
    /** One sentence, present tense. */
    readonly text: string;
}

export type DecisionId = keyof typeof DECISION_WORDS;

/** Not a function of the handler: a competitor's move. */
const MEANWHILE = 'meanwhile';

/** The function stands before the dot of the id. */
function described([id, text]: readonly [string, string]): readonly [string, DecisionDescription] {
    const [before] = id.split('.', 1);
    return [id, { function: before === MEANWHILE ? '' : before!, text }];
}

let made: Readonly<Record<DecisionId, DecisionDescription>> | undefined;

/** All of them, by their ids. */
export function decisions(): Readonly<Record<DecisionId, DecisionDescription>> {
    return made ??= Object.fromEntries(Object.entries(DECISION_WORDS).map(described)) as Record<DecisionId, DecisionDescription>;
}
