/** What the named differences between kernels say about a word: a kernel version, or a word that they concern. */
import { changeOf, DIFFERENCES, differencesIn, holdsIn, spanOf, type Difference, type DifferenceName } from '../../kernel/versions/differences.js';
import { isOlderRelease } from '../../vocabulary/kernel-changes.js';
import { KERNELS, releaseOf, resolveKernel, type KernelVersion } from '../../vocabulary/kernels.js';

/** Most differences that a hover lists. */
const MAX_ITEMS = 12;

const ALL: readonly Difference[] = Object.values(DIFFERENCES);

/** Markdown; empty for words that mean the same in every kernel. */
export function kernelNotes(word: string): readonly string[] {
    const resolved = resolveKernel(word);
    return 'error' in resolved ? notesOnWord(word) : notesOnKernel(word, resolved.version);
}

/** What the kernel does that another does not, and what it no longer does: a described one against the one before, a release against the described one. */
function notesOnKernel(written: string, version: KernelVersion): readonly string[] {
    const described = KERNELS.findIndex((kernel) => kernel.version === version);
    const before = KERNELS[described - 1];
    const isRelease = written !== version && releaseOf(written) !== KERNELS[described]!.release;
    const other = isRelease ? KERNELS[described]!.release : before?.version;
    if (other === undefined) {
        return list('Only up to here, or up to a later version:', ALL.filter((difference) => difference.from === undefined && holdsIn(difference, written)).map((difference) => `${capital(spanOf(difference))}: ${said(difference)}`));
    }
    const began = ALL.filter((difference) => holdsIn(difference, written) && !holdsIn(difference, other));
    const ended = ALL.filter((difference) => !holdsIn(difference, written) && holdsIn(difference, other));
    const isOlder = isRelease && isOlderRelease(written, other);
    return [
        ...list(isOlder ? `Other than in ${other}:` : `New since ${other}:`, began.map(withCommit)),
        ...list(isOlder ? `Not yet, as in ${other}:` : `No longer, as up to ${other}:`, ended.map(withCommit)),
    ];
}

/** Of a step: what in it goes otherwise on other kernels, by the differences that the model asked for. Markdown; empty where nothing does. */
export function kernelNotesOnStep(asked: readonly DifferenceName[], written: string): readonly string[] {
    const held = differencesIn(written);
    const items = asked.map((name): [DifferenceName, Difference] => [name, DIFFERENCES[name]]).map(([name, difference]) => `${held.has(name) ? '**here**' : 'not here'}: ${capital(spanOf(difference))}: ${said(difference)}${titlesOf(difference)}`);
    const shown = items.length > MAX_ITEMS ? [...items.slice(0, MAX_ITEMS), `${items.length - MAX_ITEMS} more`] : items;
    return list(`What this step asks of its kernel (${written}):`, shown);
}

function notesOnWord(word: string): readonly string[] {
    return list('By kernel:', ALL.filter(({ words }) => words.includes(word)).map((difference) => `${capital(spanOf(difference))}: ${said(difference)}${titlesOf(difference)}`));
}

function said({ effect, evidence }: Difference): string {
    return evidence === 'recorded' ? effect : `${effect} *(derived from source)*`;
}

/** ` (`title`)`: the commits that begin and end it. */
function titlesOf({ from, before }: Difference): string {
    const titles = [changeOf(from), changeOf(before)].flatMap((change) => change === undefined ? [] : [`\`${change.title}\``]);
    return titles.length === 0 ? '' : ` (${titles.join('; ')})`;
}

/** With the commits that begin and end it: what to look for in a tree of one's own. */
function withCommit(difference: Difference): string {
    const titles = [changeOf(difference.from), changeOf(difference.before)].flatMap((change) => change === undefined ? [] : [`\`${change.title}\``]);
    return titles.length === 0 ? said(difference) : `${said(difference)} ${capital(spanOf(difference))}: ${titles.join('; ')}.`;
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

function list(head: string, items: readonly string[]): readonly string[] {
    return items.length === 0 ? [] : [[head, '', ...items.map((item) => `- ${item}`)].join('\n')];
}
