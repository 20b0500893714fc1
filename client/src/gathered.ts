/** No more within this time: what there is is handed on, in milliseconds. */
const QUIET_MS = 250;

/** The longest wait while more and more comes, in milliseconds. */
const LONGEST_MS = 4_000;

/** Between two portions the window answers keys, in milliseconds. */
const PAUSE_MS = 100;

/**
 * Values by key that are handed on together, the latest of each key: a folder of a thousand files comes in a thousand messages, and the window works as
 * long for each message as for hundreds of files in one.
 */
export class Gathered<Value> {
    readonly #handOn: (values: readonly Value[]) => void;
    readonly #portion: number;
    readonly #values = new Map<string, Value>();
    #quiet: ReturnType<typeof setTimeout> | undefined;
    #longest: ReturnType<typeof setTimeout> | undefined;

    /** @param portion most values that are handed on at once */
    constructor(handOn: (values: readonly Value[]) => void, portion = Infinity) {
        this.#handOn = handOn;
        this.#portion = portion;
    }

    add(key: string, value: Value): void {
        this.#values.set(key, value);
        clearTimeout(this.#quiet);
        this.#quiet = setTimeout(() => this.#next(), QUIET_MS);
        this.#longest ??= setTimeout(() => this.#next(), LONGEST_MS);
    }

    delete(key: string): void {
        this.#values.delete(key);
    }

    /** Hands on all there is, at once. */
    flush(): void {
        const values = [...this.#values.values()];
        this.clear();
        if (values.length > 0) {
            this.#handOn(values);
        }
    }

    /** Forgets what there is. */
    clear(): void {
        this.#stop();
        this.#values.clear();
    }

    dispose(): void {
        this.clear();
    }

    #stop(): void {
        clearTimeout(this.#quiet);
        clearTimeout(this.#longest);
        this.#longest = undefined;
    }

    #next(): void {
        this.#stop();
        const portion = [...this.#values].slice(0, this.#portion);
        portion.forEach(([key]) => this.#values.delete(key));
        if (this.#values.size > 0) {
            this.#longest = setTimeout(() => this.#next(), PAUSE_MS);
        }
        this.#handOn(portion.map(([, value]) => value));
    }
}
