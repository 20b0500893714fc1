/** Proposals from the tables of the vocabulary. */
import type { CompletionItemKind } from 'vscode-languageserver';
import { describeWord } from '../../vocabulary/lookup.js';
import { UNITS, type Unit } from '../../vocabulary/units.js';
import { KIND, type Proposal } from './proposal.js';

/** Words with what their tables say of them; `doc` where no table has them. */
export function wordProposals(words: readonly string[], kind: CompletionItemKind, more: Partial<Proposal> & { readonly doc?: string } = {}): Proposal[] {
    const { doc, ...rest } = more;
    return words.map((word) => {
        const description = describeWord(word);
        return {
            label: word, kind,
            ...(description === undefined ? {} : { detail: description.title }),
            ...(description === undefined && doc === undefined ? {} : { documentation: description?.doc ?? doc }),
            ...rest,
        };
    });
}

export function unitProposals(...of: readonly Unit['of'][]): Proposal[] {
    return Object.entries(UNITS as Readonly<Record<string, Unit>>).filter(([, unit]) => of.includes(unit.of))
        .map(([label, { doc }]) => ({ label, kind: KIND.unit, documentation: doc, rank: 0 }));
}

/** A fixed word of the grammar. */
export function keyword(label: string, documentation: string, more: Partial<Proposal> = {}): Proposal {
    return { label, kind: KIND.keyword, documentation, ...more };
}
