/** Middle value. */
export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export interface Repetition {
    /** Rounds that are not counted. */
    readonly warmUp: number;
    readonly rounds: number;
}

/** What is timed, and how many runs make a round: the clock of the CPU ticks in milliseconds, so a round takes a hundred of them. */
export interface Subject { readonly run: () => unknown; readonly runs: number; }

/** Keeps what runs return, so that nothing is optimised away. */
const kept: unknown[] = [];

/** Milliseconds of one run. `cpu` is what the thread worked, which other work on the machine does not change much. */
export interface Time { readonly wall: number; readonly cpu: number; }

function timeRound({ run, runs }: Subject): Time {
    const cpuStart = process.threadCpuUsage();
    const start = performance.now();
    for (let each = 0; each < runs; each += 1) kept[0] = run();
    const wall = performance.now() - start;
    const { user, system } = process.threadCpuUsage(cpuStart);
    return { wall: wall / runs, cpu: (user + system) / 1000 / runs };
}

/** Medians of the time of one run. The subjects take turns, so that a slow moment hits all of them. */
export function timeInTurns(subjects: readonly Subject[], { warmUp, rounds }: Repetition): Time[] {
    const times = subjects.map((): Time[] => []);
    for (let round = 0; round < warmUp + rounds; round += 1) {
        for (const [index, subject] of subjects.entries()) {
            const time = timeRound(subject);
            if (round >= warmUp) times[index]!.push(time);
        }
    }
    return times.map((of) => ({ wall: median(of.map(({ wall }) => wall)), cpu: median(of.map(({ cpu }) => cpu)) }));
}

declare const gc: () => void;

/** A function of its own: a variable of the loop would keep the results of the round before. */
function sizeRound(run: () => unknown, results: number): number {
    kept.length = 0;
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let each = 0; each < results; each += 1) kept.push(run());
    gc();
    return (process.memoryUsage().heapUsed - before) / results;
}

/** Bytes on the heap that one result takes, by what stays reachable of many. Medians; the subjects take turns. */
export function sizeInTurns(subjects: readonly (() => unknown)[], rounds: number, results: number): number[] {
    const sizes = subjects.map((): number[] => []);
    for (let round = 0; round <= rounds; round += 1) {
        for (const [index, run] of subjects.entries()) {
            const size = sizeRound(run, results);
            // The first round also pays for caches that stay.
            if (round > 0) sizes[index]!.push(size);
        }
    }
    kept.length = 0;
    return sizes.map(median);
}

/** How many objects a value is made of. */
export function countObjects(value: unknown): number {
    if (typeof value !== 'object' || value === null) return 0;
    return Object.values(value).reduce((sum: number, each) => sum + countObjects(each), 1);
}

export interface Plain { readonly t: string; readonly id: string; readonly pfn: number; readonly note: string; }

/** The floor under a simulation: as many plain objects as its trace has. */
export function buildObjects(count: number): Plain[] {
    const built: Plain[] = [];
    for (let index = 0; index < count; index += 1) built.push({ t: 'decision', id: `memory_failure.${index & 15}`, pfn: index, note: `refcount ${index & 3}` });
    return built;
}
