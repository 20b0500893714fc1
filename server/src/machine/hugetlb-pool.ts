import type { Folio } from './folio.js';
import { FreeHugePages } from './free-huge-pages.js';
import type { PhysicalMemory } from './physical-memory.js';

/** The pool of huge pages of one size (struct hstate). */
export class HugetlbPool {
    /** log2 bytes. */
    readonly shift: number;
    /** nr_hugepages. */
    total: number;
    /** Folios on the free list, poisoned ones included. */
    readonly free: FreeHugePages;
    /** Free pages promised to mappings that the scenario does not tell of. */
    reserved: number;
    /** The same to those that it tells of. */
    promised = 0;
    surplus = 0;
    /** The huge page that the next allocation gets, off the free list already. */
    handOut: Folio | null = null;
    readonly overcommit: number;

    /** @param pageShift log2 bytes of a base page */
    constructor(memory: PhysicalMemory, pageShift: number, shift: number, total: number, reserved: number, overcommit: number) {
        this.free = new FreeHugePages(2 ** (shift - pageShift), (pfn) => memory.folio(pfn));
        this.shift = shift;
        this.total = total;
        this.reserved = reserved;
        this.overcommit = overcommit;
    }
}
