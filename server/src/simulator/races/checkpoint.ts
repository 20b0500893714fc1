/**
 * The state of a machine at one moment, to go back to and to compare with. It is found by walking the properties of objects, so
 * whatever can change must be one: the classes of the machine have no private names (`#`) for it.
 */

type Fields = Record<string, unknown>;

/** What an object held at the moment. */
type Saved =
    | { readonly kind: 'fields'; readonly of: Fields; readonly names: readonly string[]; readonly values: readonly unknown[] }
    | { readonly kind: 'array'; readonly of: unknown[]; readonly values: readonly unknown[] }
    | { readonly kind: 'map'; readonly of: Map<unknown, unknown>; readonly values: ReadonlyMap<unknown, unknown> }
    | { readonly kind: 'set'; readonly of: Set<unknown>; readonly values: ReadonlySet<unknown> };

function save(of: object): Saved {
    if (of instanceof Map) return { kind: 'map', of, values: new Map(of) };
    if (of instanceof Set) return { kind: 'set', of, values: new Set(of) };
    if (Array.isArray(of)) return { kind: 'array', of, values: [...of as unknown[]] };
    const names = Object.keys(of);
    return { kind: 'fields', of: of as Fields, names, values: names.map((name) => (of as Fields)[name]) };
}

function* valuesOf(saved: Saved): Iterable<unknown> {
    if (saved.kind === 'map') yield* saved.values.keys();
    yield* saved.values.values();
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
                    for (let at = 0; at < saved.names.length; at += 1) if (saved.of[saved.names[at]!] !== saved.values[at]) saved.of[saved.names[at]!] = saved.values[at];
                    break;
                case 'array':
                    if (saved.of.length !== saved.values.length || saved.of.some((value, at) => value !== saved.values[at])) saved.of.splice(0, saved.of.length, ...saved.values);
                    break;
                case 'map':
                    if (sameMap(saved.of, saved.values)) break;
                    saved.of.clear();
                    for (const [key, value] of saved.values) saved.of.set(key, value);
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

function sameMap(now: ReadonlyMap<unknown, unknown>, then: ReadonlyMap<unknown, unknown>): boolean {
    if (now.size !== then.size) return false;
    const before = then.entries();
    for (const [key, value] of now) {
        const [otherKey, otherValue] = before.next().value!;
        if (key !== otherKey || value !== otherValue) return false;
    }
    return true;
}

function sameSet(now: ReadonlySet<unknown>, then: ReadonlySet<unknown>): boolean {
    if (now.size !== then.size) return false;
    const before = then.values();
    for (const value of now) if (value !== before.next().value) return false;
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
        for (const [at, saved] of this.#saved.entries()) this.#compare(at, saved);
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
                for (let field = 0; field < saved.names.length; field += 1) {
                    const now = saved.of[saved.names[field]!];
                    if (now !== saved.values[field]) this.#parts.push(`${at}.${saved.names[field]!}=${this.#word(now)}`);
                }
                break;
            case 'array':
                if (saved.of.length !== saved.values.length || saved.of.some((value, index) => value !== saved.values[index])) this.#parts.push(`${at}[${saved.of.map((value) => this.#word(value)).join()}]`);
                break;
            case 'map':
                if (!sameMap(saved.of, saved.values)) this.#compareMaps(at, saved.of, saved.values);
                break;
            case 'set':
                if (!sameSet(saved.of, saved.values)) this.#parts.push(`${at}{${sorted([...saved.of]).map((value) => this.#word(value)).join()}}`);
        }
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
