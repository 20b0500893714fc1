import type { Folio } from './mm-types.js';

/** A swap area: what was written out, and the swap cache over it. Slots are numbered across areas. */
export class SwapArea {
    readonly name: string;
    on = true;
    /** Contents of each slot in use. */
    readonly slots = new Map<number, string>();
    /** Swap cache: folio that stands for the slot. */
    readonly cache = new Map<number, Folio>();
    /** Slots of pages that were part of a huge page when they were paged out. */
    readonly slotsOfHugePages = new Set<number>();
    readonly firstSlot: number;
    /** SWP_SYNCHRONOUS_IO: reading is as fast as memory, so that nothing is gained by keeping a copy (zram). */
    readonly synchronous: boolean;
    private next: number;

    constructor(name: string, firstSlot: number, synchronous = false) {
        this.name = name;
        this.synchronous = synchronous;
        this.firstSlot = firstSlot;
        this.next = firstSlot;
    }

    /** @returns the number of a fresh slot that holds the content */
    store(content: string): number {
        const slot = this.next;
        this.next += 1;
        this.slots.set(slot, content);
        return slot;
    }
}
