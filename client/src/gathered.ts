/** No more within this time: what there is is handed on, in milliseconds. */
const QUIET_MS = 250;

/** The longest wait while more and more comes, in milliseconds. */
const LONGEST_MS = 4_000;

/** After so long without any, the next ones begin with small portions again, in milliseconds. */
const REST_MS = 10_000;

/** How values are handed on that are too many for the window to take at once. */
export interface Portioning {
    /** The most of the first portion, the second and so on; the last of them is that of all further ones. */
    readonly sizes: readonly number[];
    /** Between two portions the window draws, and answers keys; in milliseconds. */
    readonly pauseMs: number;
}

const TOGETHER: Portioning = { sizes: [Infinity], pauseMs: 0 };

/**
 * Values by key that are handed on together, the latest of each key, in the order of the keys: a folder of a thousand files comes in a thousand messages,
 * and the window works as long for each message as for hundreds of files in one.
 */
export class Gathered<Value> {
    readonly #handOn: (values: readonly Value[]) => void;
    readonly #portioning: Portioning;
    readonly #values = new Map<string, Value>();
    #quiet: ReturnType<typeof setTimeout> | undefined;
    #longest: ReturnType<typeof setTimeout> | undefined;
    #pause: ReturnType<typeof setTimeout> | undefined;
    #rest: ReturnType<typeof setTimeout> | undefined;
    /** Portions handed on since the last rest. */
    #portions = 0;

    constructor(handOn: (values: readonly Value[]) => void, portioning = TOGETHER) {
        this.#handOn = handOn;
        this.#portioning = portioning;
    }

    add(key: string, value: Value): void {
        this.#values.set(key, value);
        if (this.#pause !== undefined) {
            return;
        }
        clearTimeout(this.#quiet);
        this.#quiet = setTimeout(() => this.#next(), QUIET_MS);
        this.#longest ??= setTimeout(() => this.#next(), LONGEST_MS);
    }

    delete(key: string): void {
        this.#values.delete(key);
    }

    /** Hands on all there is, at once. */
    flush(): void {
        const values = this.#sorted().map(([, value]) => value);
        this.clear();
        if (values.length > 0) {
            this.#handOn(values);
        }
    }

    /** Forgets what there is. */
    clear(): void {
        this.#stop();
        this.#portions = 0;
        this.#values.clear();
    }

    dispose(): void {
        this.clear();
    }

    #sorted(): [string, Value][] {
        return [...this.#values].sort(([a], [b]) => a < b ? -1 : 1);
    }

    #stop(): void {
        [this.#quiet, this.#longest, this.#pause, this.#rest].forEach(clearTimeout);
        this.#longest = this.#pause = undefined;
    }

    #next(): void {
        this.#stop();
        const { sizes, pauseMs } = this.#portioning;
        const portion = this.#sorted().slice(0, sizes[Math.min(this.#portions++, sizes.length - 1)]);
        portion.forEach(([key]) => this.#values.delete(key));
        if (this.#values.size > 0) {
            this.#pause = setTimeout(() => this.#next(), pauseMs);
        } else {
            this.#rest = setTimeout(() => {
                this.#portions = 0;
            }, REST_MS);
        }
        if (portion.length > 0) {
            this.#handOn(portion.map(([, value]) => value));
        }
    }
}
