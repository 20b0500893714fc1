/** Threads that run files beside this one. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FileResult } from './file-output.js';
import type { RunSettings } from './file-runner.js';
import type { FromThread, ToThread } from './worker.js';

/** Files that a thread has before it: whoever hands them out runs some, too, and does not answer meanwhile. Near the end of a run a thread that has many keeps them from others. */
const AHEAD = 8;
const AHEAD_AT_THE_END = 2;

/** What threads ask of the run that they belong to. */
export interface ThreadWork {
    /** The next file that nobody has taken; undefined when there is none. */
    take(): number | undefined;
    /** How many nobody has taken. */
    left(): number;
    count(file: number, matching: number): Promise<number>;
    done(file: number, result: FileResult): void;
    /** A thread died with this file in its hands. */
    lost(file: number): void;
}

/** The program that a thread starts with; undefined where the command line is not bundled. */
export function threadProgram(): string | undefined {
    const program = path.join(__dirname, 'run-thread.js');
    return existsSync(program) ? program : undefined;
}

export class Threads {
    readonly #workers = new Set<Worker>();
    readonly #work: ThreadWork;

    constructor(program: string, count: number, settings: RunSettings, work: ThreadWork) {
        this.#work = work;
        for (let index = 0; index < count; index++) {
            this.#start(program, settings);
        }
    }

    async end(): Promise<void> {
        const workers = [...this.#workers];
        this.#workers.clear();
        await Promise.all(workers.map((worker) => worker.terminate()));
    }

    #start(program: string, settings: RunSettings): void {
        const worker = new Worker(program, { workerData: settings });
        const taken = new Set<number>();
        const tell = (message: ToThread): void => worker.postMessage(message);
        const feed = (): void => {
            while (taken.size < (this.#work.left() > AHEAD * this.#workers.size * 4 ? AHEAD : AHEAD_AT_THE_END)) {
                const file = this.#work.take();
                if (file === undefined) return;
                taken.add(file);
                tell({ file });
            }
        };
        worker.on('message', (message: FromThread) => {
            if ('ready' in message) {
                feed();
            } else if ('matching' in message) {
                void this.#work.count(message.file, message.matching).then((before) => tell({ file: message.file, before }));
            } else {
                taken.delete(message.file);
                feed();
                this.#work.done(message.file, message.result);
            }
        });
        const gone = (): void => {
            if (this.#workers.delete(worker)) {
                taken.forEach((file) => this.#work.lost(file));
                taken.clear();
            }
        };
        worker.on('error', gone);
        worker.on('exit', gone);
        this.#workers.add(worker);
    }
}
