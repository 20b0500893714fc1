import type { KernelChoice } from './program.js';

/** `7.3 with kho-hwpoison`. */
export function kernelWords({ written, proposals }: Pick<KernelChoice, 'written' | 'proposals'>): string {
    return proposals.length === 0 ? written : `${written} with ${proposals.join(', ')}`;
}
