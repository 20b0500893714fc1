import type { Pfn } from './units.js';

/** Entries that the array has room for when it is made; 8 bytes each. */
export const FIRST_ENTRIES = 512;

/** The kernel's list of poisoned pages that kexec handover carries on (kho-hwpoison proposal): an array that doubles when it is full. */
export class PoisonList {
    readonly pfns: Pfn[] = [];
    /** Entries that the array has room for. */
    capacity = FIRST_ENTRIES;
    /** The next kernel will find it. Later changes happen in place. */
    published = false;
    /** Handover is not up yet, or a replay is under way: nothing is published. */
    heldBack = true;
    /** Entries that memory is to be had for. */
    readonly limit: number;
    /** Lines about entries that were not preserved in the current interval, and when that began. */
    readonly warned = { sinceNs: 0, lines: 0 };

    constructor(limit: number) {
        this.limit = limit;
    }

    /** @returns false when no memory is left for the entry */
    append(pfn: Pfn): boolean {
        if (this.pfns.length >= this.limit) return false;
        while (this.pfns.length >= this.capacity) this.capacity *= 2;
        this.pfns.push(pfn);
        return true;
    }

    /** The last entry takes the place of the first that matches. @returns false when none does */
    remove(pfn: Pfn): boolean {
        const at = this.pfns.indexOf(pfn);
        if (at < 0) return false;
        const last = this.pfns.pop()!;
        if (at < this.pfns.length) this.pfns[at] = last;
        return true;
    }
}
