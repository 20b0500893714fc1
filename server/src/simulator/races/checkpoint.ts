/**
 * The state of a machine at one moment, to go back to and to compare with. It is found by walking the properties of objects, so
 * whatever can change must be one: the classes of the machine have no private names (`#`) for it.
 */

type Fields = Record<string, unknown>;

/** What an object held at the moment. */
type Saved =
    | { readonly kind: 'fields'; readonly of: Fields; readonly names: readonly string[]; readonly values: readonly unknown[] }
    | { readonly kind: 'array'; readonly of: unknown[]; readonly values: readonly unknown[] }
    | { readonly kind: 'map'; readonly of: Map<unknown, unknown>; readonly keys: readonly unknown[]; readonly values: readonly unknown[] }
    | { readonly kind: 'set'; readonly of: Set<unknown>; readonly values: readonly unknown[] };

function save(of: object): Saved {
    if (of instanceof Map) return { kind: 'map', of, keys: [...of.keys()], values: [...of.values()] };
    if (of instanceof Set) return { kind: 'set', of, values: [...of] };
    if (Array.isArray(of)) return { kind: 'array', of, values: [...of as unknown[]] };
    return { kind: 'fields', of: of as Fields, names: Object.keys(of), values: Object.values(of) };
}

function valuesOf(saved: Saved): readonly unknown[] {
    return saved.kind === 'map' ? [...saved.keys, ...saved.values] : saved.values;
}

function isObject(value: unknown): value is object {
    return typeof value === 'object' && value !== null;
}

export class Checkpoint {
    readonly #saved: Saved[] = [];
    /** Where an object stands in the list. */
    readonly #numbers = new Map<object, number>();

    /** @param roots everything that can be reached from them is kept */
    constructor(roots: readonly object[]) {
        for (const root of roots) this.#note(root);
        // The list grows while it is read.
        for (const saved of this.#saved) for (const value of valuesOf(saved)) if (isObject(value)) this.#note(value);
    }

    #note(of: object): void {
        if (this.#numbers.has(of)) return;
        this.#numbers.set(of, this.#saved.length);
        this.#saved.push(save(of));
    }

    /** Everything is as it was at the moment. Objects keep their identity. */
    restore(): void {
        for (const saved of this.#saved) {
            switch (saved.kind) {
                case 'fields':
                    if (!sameFields(saved)) saved.names.forEach((name, at) => { saved.of[name] = saved.values[at]; });
                    break;
                case 'array':
                    if (!sameList(saved.of, saved.values)) saved.of.splice(0, saved.of.length, ...saved.values);
                    break;
                case 'map':
                    if (sameMap(saved.of, saved.keys, saved.values)) break;
                    saved.of.clear();
                    saved.keys.forEach((key, at) => saved.of.set(key, saved.values[at]));
                    break;
                case 'set':
                    if (sameSet(saved.of, saved.values)) break;
                    saved.of.clear();
                    for (const value of saved.values) saved.of.add(value);
            }
        }
    }

    /** What differs now, in words that are the same whenever the state is: two that are equal lead to equal states. */
    difference(...held: readonly unknown[]): string {
        return new Difference(this.#saved, this.#numbers).text(held);
    }
}

/** All values of an object at once cost a tenth of one by one: it is asked of many kinds of objects at each moment. */
function sameFields({ of, values }: Saved & { readonly kind: 'fields' }): boolean {
    return sameList(Object.values(of), values);
}

function sameList(now: readonly unknown[], then: readonly unknown[]): boolean {
    if (now.length !== then.length) return false;
    for (let at = 0; at < now.length; at += 1) if (now[at] !== then[at]) return false;
    return true;
}

/** In the same order, too. */
function sameMap(now: ReadonlyMap<unknown, unknown>, keys: readonly unknown[], values: readonly unknown[]): boolean {
    if (now.size !== keys.length) return false;
    let at = 0;
    for (const key of now.keys()) {
        if (key !== keys[at] || now.get(key) !== values[at]) return false;
        at += 1;
    }
    return true;
}

function sameSet(now: ReadonlySet<unknown>, then: readonly unknown[]): boolean {
    if (now.size !== then.length) return false;
    let at = 0;
    for (const value of now) {
        if (value !== then[at]) return false;
        at += 1;
    }
    return true;
}

/** Writes what differs. Objects that there were are named by their number, others by the order in which they are met. */
class Difference {
    readonly #saved: readonly Saved[];
    readonly #numbers: ReadonlyMap<object, number>;
    readonly #fresh = new Map<object, number>();
    readonly #parts: string[] = [];

    constructor(saved: readonly Saved[], numbers: ReadonlyMap<object, number>) {
        this.#saved = saved;
        this.#numbers = numbers;
    }

    text(held: readonly unknown[]): string {
        for (const value of held) this.#parts.push(this.#word(value));
        this.#saved.forEach((saved, at) => this.#compare(at, saved));
        // The map grows while it is read: new objects lead to further ones.
        for (const object of this.#fresh.keys()) this.#describe(object);
        return this.#parts.join(' ');
    }

    #word(value: unknown): string {
        if (typeof value === 'string') return JSON.stringify(value);
        if (!isObject(value)) return typeof value === 'function' ? 'f' : String(value);
        const known = this.#numbers.get(value);
        if (known !== undefined) return `@${known}`;
        let number = this.#fresh.get(value);
        if (number === undefined) {
            number = this.#fresh.size;
            this.#fresh.set(value, number);
        }
        return `+${number}`;
    }

    #compare(at: number, saved: Saved): void {
        switch (saved.kind) {
            case 'fields':
                if (!sameFields(saved)) this.#compareFields(at, saved);
                break;
            case 'array':
                if (!sameList(saved.of, saved.values)) this.#parts.push(`${at}[${saved.of.map((value) => this.#word(value)).join()}]`);
                break;
            case 'map':
                if (!sameMap(saved.of, saved.keys, saved.values)) this.#compareMaps(at, saved.of, new Map(saved.keys.map((key, index) => [key, saved.values[index]])));
                break;
            case 'set':
                if (!sameSet(saved.of, saved.values)) this.#parts.push(`${at}{${sorted([...saved.of]).map((value) => this.#word(value)).join()}}`);
        }
    }

    #compareFields(at: number, { of, names, values }: Saved & { readonly kind: 'fields' }): void {
        names.forEach((name, field) => {
            if (of[name] !== values[field]) this.#parts.push(`${at}.${name}=${this.#word(of[name])}`);
        });
    }

    #compareMaps(at: number, now: ReadonlyMap<unknown, unknown>, then: ReadonlyMap<unknown, unknown>): void {
        const keys = [...now.keys()].filter((key) => !then.has(key) || then.get(key) !== now.get(key));
        for (const key of sorted(keys)) this.#parts.push(`${at}[${this.#word(key)}]=${this.#word(now.get(key))}`);
        for (const key of sorted([...then.keys()].filter((each) => !now.has(each)))) this.#parts.push(`${at}[${this.#word(key)}]-`);
    }

    #describe(object: object): void {
        const content = object instanceof Map ? sorted([...object.keys()]).map((key) => `${this.#word(key)}:${this.#word(object.get(key))}`)
            : object instanceof Set ? sorted([...object as ReadonlySet<unknown>]).map((value) => this.#word(value))
                : Array.isArray(object) ? (object as unknown[]).map((value) => this.#word(value))
                    : Object.entries(object).map(([name, value]) => `${name}:${this.#word(value)}`);
        this.#parts.push(`{${content.join()}}`);
    }
}

/** Numbers and strings by size; the order in which they came makes no difference. */
function sorted<Value>(values: Value[]): Value[] {
    return values.every((value) => typeof value === 'number') ? (values as number[]).sort((a, b) => a - b) as Value[]
        : values.every((value) => typeof value === 'string') ? values.sort() : values;
}
