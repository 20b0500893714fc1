/** Runs files on several threads; results come in the order of the files, whoever ran them. */
import { availableParallelism } from 'node:os';
import { CountsBefore } from './counts-before.js';
import type { FileResult } from './file-output.js';
import { FileRunner, type RunSettings } from './file-runner.js';
import { Threads, threadProgram } from './threads.js';

/** A run that ends within this time is quicker without threads: each of them reads the program first. */
const ALONE_MS = 250;

/** So many files take longer than that on every machine: nobody has to wait to know it. */
const MANY_FILES = 100;

/** More threads than this only wait for memory. */
const MAX_THREADS = 16;

/**
 * @param jobs threads, this one included; unless given, as many as there are cores when the run takes longer, or will
 * @param own runs what this thread runs
 */
export async function* runFiles(settings: RunSettings, jobs: number | undefined, own = new FileRunner(settings)): AsyncGenerator<FileResult> {
    const { files } = settings;
    const counts = new CountsBefore();
    const results = files.map(() => new Later<FileResult>());
    // Only shards ask, and wait for those who run the files before: nobody else may.
    const count = (file: number, matching: number): Promise<number> => settings.selection.shard === undefined ? Promise.resolve(0) : counts.tell(file, matching);
    const run = async (file: number, runner: FileRunner): Promise<void> => {
        results[file]!.settle(await runner.run(files[file]!, (matching) => count(file, matching)));
    };
    let next = 0;
    const take = (): number | undefined => next < files.length ? next++ : undefined;
    const threadCount = settings.reports ? 1 : Math.min(jobs ?? availableParallelism(), MAX_THREADS, files.length);
    const program = threadCount > 1 ? threadProgram() : undefined;
    const begin = performance.now();
    let threads: Threads | undefined;
    try {
        for (const result of results) {
            while (!result.isSettled) {
                if (threads === undefined && program !== undefined && files.length - next > 1 && (jobs !== undefined || files.length >= MANY_FILES || performance.now() - begin > ALONE_MS)) {
                    threads = new Threads(program, threadCount - 1, settings, {
                        take, left: () => files.length - next, count, done: (file, each) => results[file]!.settle(each),
                        // Whatever killed it, nothing of the others may be lost; it is run here as if there had been no threads.
                        lost: (file) => void run(file, new FileRunner(settings)),
                    });
                }
                // This thread goes on beside them: it has compiled already what each of them compiles for itself.
                const file = take();
                await (file === undefined ? result.value : run(file, own).then(turn));
            }
            yield await result.value;
        }
    } finally {
        await threads?.end();
    }
}

/** Lets the messages of threads in. */
function turn(): Promise<void> {
    return new Promise((resolve) => void setImmediate(resolve));
}

/** A value that comes from somewhere else. */
class Later<Value> {
    readonly value: Promise<Value>;
    isSettled = false;
    #resolve: (value: Value) => void = () => undefined;

    constructor() {
        this.value = new Promise((resolve) => {
            this.#resolve = resolve;
        });
    }

    settle(value: Value): void {
        this.isSettled = true;
        this.#resolve(value);
    }
}
