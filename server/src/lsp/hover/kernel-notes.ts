/** What the named differences between kernels say about a word: a kernel version, or a word that they concern. */
import { DIFFERENCES, spanOf, type Difference } from '../../kernel/versions/differences.js';
import { KERNELS, resolveKernel, type KernelVersion } from '../../vocabulary/kernels.js';

const ALL: readonly Difference[] = Object.values(DIFFERENCES);

/** Markdown; empty for words that mean the same in every kernel. */
export function kernelNotes(word: string): readonly string[] {
    const resolved = resolveKernel(word);
    return 'error' in resolved ? notesOnWord(word) : notesOnKernel(resolved.version);
}

/** What the kernel does that the one before it did not, and what it no longer does. */
function notesOnKernel(version: KernelVersion): readonly string[] {
    const before = KERNELS[KERNELS.findIndex((kernel) => kernel.version === version) - 1];
    const began = before === undefined ? [] : ALL.filter(({ from }) => from === version);
    const ended = ALL.filter((difference) => difference.before === version);
    return [
        ...list(before === undefined ? '' : `New since ${before.version}:`, began.map(said)),
        ...list(`No longer, as up to ${before?.version ?? ''}:`, ended.map(said)),
        ...before === undefined ? list('Only up to here, or up to a later version:', ALL.filter(({ from }) => from === undefined).map((difference) => `${capital(spanOf(difference))}: ${said(difference)}`)) : [],
    ];
}

function notesOnWord(word: string): readonly string[] {
    return list('By kernel:', ALL.filter(({ words }) => words.includes(word)).map((difference) => `${capital(spanOf(difference))}: ${said(difference)}`));
}

function said({ effect, evidence }: Difference): string {
    return evidence === 'recorded' ? effect : `${effect} *(derived from source)*`;
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

function list(head: string, items: readonly string[]): readonly string[] {
    return items.length === 0 ? [] : [[head, '', ...items.map((item) => `- ${item}`)].join('\n')];
}
