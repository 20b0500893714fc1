import { nearestWords } from '../../../vocabulary/nearest.js';
import { synonymIn, VALUE_SYNONYMS } from '../../../vocabulary/synonyms.js';
import type { Issues } from '../../issues.js';

/** Most words that are offered. */
const MOST = 3;

/** Shortest beginning that says what was meant. */
const MIN_PREFIX = 3;

/** Of words up to that length another letter is too much to guess: `AO` is not `no`, and `CE` not `UE`. */
const MAX_GUESSED = 2;

/** After so many findings in one scenario nothing is suggested any more: comparing words takes longer than anything else. */
const MAX_FINDINGS_WITH_SUGGESTIONS = 100;

/** Words that may have been meant: those that are one letter off, then those that begin alike, then those that are a few letters off; best first. */
export function suggest(word: string, candidates: Iterable<string>, issues: Issues): string[] {
    if (issues.all.length > MAX_FINDINGS_WITH_SUGGESTIONS) {
        return [];
    }
    const all = [...new Set(candidates)].filter((candidate) => candidate !== word);
    const alike = all.filter((candidate) => begins(candidate, word) || isMost(candidate, word) && begins(word, candidate)).sort((a, b) => Math.abs(a.length - word.length) - Math.abs(b.length - word.length) || (a < b ? -1 : 1));
    const near = nearestWords(word, all, MOST).filter((candidate) => letters(candidate) === letters(word) || candidate.length !== word.length || word.length > MAX_GUESSED);
    const synonym = synonymIn(VALUE_SYNONYMS, word);
    const same = all.filter((candidate) => candidate === synonym || isLastPart(word, candidate) || isLastPart(candidate, word));
    return [...new Set([...same, ...nearestWords(word, near, MOST, 1), ...near.filter((candidate) => alike.includes(candidate)), ...alike, ...near])].slice(0, MOST);
}

/** The letters of a word whatever their order. */
function letters(word: string): string {
    return [...word.toLowerCase()].sort().join('');
}

/** `AO` of `BUS_MCEERR_AO`, `early` of `PR_MCE_KILL_EARLY`, `Recovered` of `MF_RECOVERED`, `dirty` of `PG_dirty`: the part that tells it from its neighbours. */
function isLastPart(word: string, candidate: string): boolean {
    return /^[A-Z]+_/.test(candidate) && candidate.toUpperCase().endsWith(`_${word.toUpperCase().replaceAll('-', '_')}`);
}

/** What to say of words that may have been meant: the right word where it is known, a question where it is guessed; '' for none. */
export function meant(word: string, suggestions: readonly string[]): string {
    const [first] = suggestions;
    if (first === undefined) {
        return '';
    }
    return first === synonymIn(VALUE_SYNONYMS, word) || isLastPart(word, first) || isLastPart(first, word) ? ` It is written \`${first}\`.` : ` Did you mean \`${first}\`?`;
}

/** `There is \`a\`.`, `There are \`a\`, \`b\`.` */
export function listed(names: readonly string[]): string {
    return `There ${names.length === 1 ? 'is' : 'are'} ${names.map((name) => `\`${name}\``).join(', ')}.`;
}

/** `get` says nothing about `getpid`. */
function isMost(prefix: string, word: string): boolean {
    return prefix.length > word.length / 2;
}

function begins(word: string, prefix: string): boolean {
    return prefix.length >= MIN_PREFIX && word.toLowerCase().startsWith(prefix.toLowerCase());
}
