import { nearestWords } from '../../../vocabulary/nearest.js';
import type { Issues } from '../../issues.js';

/** Most words that are offered. */
const MOST = 3;

/** Shortest beginning that says what was meant. */
const MIN_PREFIX = 3;

/** After so many findings in one scenario nothing is suggested any more: comparing words takes longer than anything else. */
const MAX_FINDINGS_WITH_SUGGESTIONS = 100;

/** Words that may have been meant: those that are one letter off, then those that begin alike, then those that are a few letters off; best first. */
export function suggest(word: string, candidates: Iterable<string>, issues: Issues): string[] {
    if (issues.all.length > MAX_FINDINGS_WITH_SUGGESTIONS) {
        return [];
    }
    const all = [...new Set(candidates)].filter((candidate) => candidate !== word);
    const alike = all.filter((candidate) => begins(candidate, word) || begins(word, candidate)).sort((a, b) => Math.abs(a.length - word.length) - Math.abs(b.length - word.length) || (a < b ? -1 : 1));
    const near = nearestWords(word, all, MOST);
    return [...new Set([...nearestWords(word, near, MOST, 1), ...near.filter((candidate) => alike.includes(candidate)), ...alike, ...near])].slice(0, MOST);
}

function begins(word: string, prefix: string): boolean {
    return prefix.length >= MIN_PREFIX && word.toLowerCase().startsWith(prefix.toLowerCase());
}
