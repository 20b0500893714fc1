import type { Folio } from './folio.js';

/** The pool of huge pages of one size (struct hstate). */
export class HugetlbPool {
    /** log2 bytes. */
    readonly shift: number;
    /** nr_hugepages. */
    total: number;
    /** Folios on the free list, poisoned ones included. */
    readonly free: Folio[] = [];
    /** Free pages promised to mappings. */
    reserved: number;
    surplus = 0;
    /** The huge page that the next allocation gets, off the free list already. */
    handOut: Folio | null = null;
    readonly overcommit: number;

    constructor(shift: number, total: number, reserved: number, overcommit: number) {
        this.shift = shift;
        this.total = total;
        this.reserved = reserved;
        this.overcommit = overcommit;
    }
}
