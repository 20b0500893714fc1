import type { Vma } from './vma.js';

/** Where anonymous pages are mapped: every VMA that may hold one of them, through fork included. */
export class AnonVma {
    readonly kind = 'anon';
    readonly vmas: Vma[] = [];
}
