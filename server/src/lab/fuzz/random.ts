/** Numbers that follow from a seed: mulberry32, by Tommy Ettinger. */
export class Random {
    private state: number;

    constructor(seed: number) {
        this.state = seed >>> 0;
    }

    /** A whole number from 0 up to below the limit. */
    below(limit: number): number {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.state ^ this.state >>> 15, this.state | 1);
        mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
        return ((mixed ^ mixed >>> 14) >>> 0) % limit;
    }

    chance(percent: number): boolean {
        return this.below(100) < percent;
    }

    of<Item>(items: readonly Item[]): Item {
        return items[this.below(items.length)]!;
    }

    /** A seed for something of its own, so that it does not depend on how much was drawn before. */
    static of(seed: number, index: number): Random {
        return new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
    }
}

/** A table of what is drawn how often, as a list to draw from. */
export function weighted<Item>(table: readonly (readonly [number, Item])[]): readonly Item[] {
    return table.flatMap(([weight, item]) => Array.from({ length: weight }, () => item));
}
