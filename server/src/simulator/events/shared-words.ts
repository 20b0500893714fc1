/** A list of values in two parts: numbers, and all else with a gap for each number. */
export interface SplitList {
    /** Shared by all lists that have the same. */
    readonly words: readonly unknown[];
    readonly numbers: readonly number[];
}

/** Stands for a number. */
const NUMBER = Symbol('number');

/** How many lists of words are compared before a new one is made. */
const MOST = 4;

/**
 * Most failures of a run go one of a few ways: same decisions, same words, other frames. Their lists of words are one list. Words are looked for among the
 * last few that were used.
 */
export class SharedWords {
    /** The latest one first. */
    readonly #known: (readonly unknown[])[] = [];
    readonly #numbers: number[] = [];

    /** @param length of `values`, those that count */
    split(values: readonly unknown[], length: number): SplitList {
        const numbers = this.#numbers;
        let count = 0;
        for (let at = 0; at < length; at += 1) {
            const value = values[at];
            if (typeof value === 'number') numbers[count++] = value;
        }
        return { words: this.#wordsOf(values, length), numbers: numbers.slice(0, count) };
    }

    #wordsOf(values: readonly unknown[], length: number): readonly unknown[] {
        const known = this.#known;
        const at = known.findIndex((words) => isLike(words, values, length));
        if (at === 0) return known[0]!;
        const words = at < 0 ? values.slice(0, length).map((value) => typeof value === 'number' ? NUMBER : value) : known.splice(at, 1)[0]!;
        if (known.unshift(words) > MOST) known.pop();
        return words;
    }
}

function isLike(words: readonly unknown[], values: readonly unknown[], length: number): boolean {
    if (words.length !== length) return false;
    for (let at = 0; at < length; at += 1) {
        const value = values[at];
        if (words[at] !== (typeof value === 'number' ? NUMBER : value)) return false;
    }
    return true;
}

/** The list as it was. */
export function unsplit({ words, numbers }: SplitList): unknown[] {
    let next = 0;
    return words.map((word) => word === NUMBER ? numbers[next++] : word);
}
