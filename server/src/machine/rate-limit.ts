/** How often a message may be printed: so many in an interval that begins with the first (struct ratelimit_state). */
export class RateLimit {
    readonly #intervalNs: number;
    readonly #burst: number;
    private begin: number | null = null;
    private printed = 0;
    private missed = 0;

    constructor(intervalNs: number, burst: number) {
        this.#intervalNs = intervalNs;
        this.#burst = burst;
    }

    /**
     * May the message be printed? Follows ___ratelimit().
     * @returns whether, and how many were suppressed in the interval that has ended
     */
    ask(nowNs: number): { readonly allowed: boolean; readonly suppressed: number } {
        let suppressed = 0;
        if (this.begin === null || nowNs > this.begin + this.#intervalNs) {
            suppressed = this.missed;
            this.begin = nowNs;
            this.printed = 0;
            this.missed = 0;
        }
        const allowed = this.printed < this.#burst;
        if (allowed) this.printed += 1;
        else this.missed += 1;
        return { allowed, suppressed };
    }
}
