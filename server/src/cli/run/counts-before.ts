/** How many scenarios there are in the files before one, when files are read at the same time: parts of a run do not depend on who reads what. */
export class CountsBefore {
    readonly #counts: number[] = [];
    readonly #waiting = new Map<number, ((before: number) => void)[]>();
    /** By file, as far as all files before it are counted. */
    readonly #before: number[] = [0];

    /** Tells the count of a file, again if it is read again; resolves when those of all files before it are known. */
    tell(file: number, count: number): Promise<number> {
        this.#counts[file] = count;
        const known = this.#before[file];
        const before = known === undefined ? new Promise<number>((resolve) => {
            this.#waiting.set(file, [...this.#waiting.get(file) ?? [], resolve]);
        }) : Promise.resolve(known);
        for (let next = this.#before.length - 1; this.#counts[next] !== undefined; next += 1) {
            const sum = this.#before[next]! + this.#counts[next]!;
            this.#before.push(sum);
            this.#waiting.get(next + 1)?.forEach((resolve) => resolve(sum));
            this.#waiting.delete(next + 1);
        }
        return before;
    }
}
