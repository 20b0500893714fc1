/** Threads that share the work: as many as there are cores, started when they are first needed. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ScannedPiece } from './scan-piece.js';
import type { FileTriage, LargeText, LogFile } from './triage-file.js';
import type { Answer, Counted, Task } from './serve-thread.js';

type Work = Task extends infer Each ? Each extends Task ? Omit<Each, 'number'> : never : never;

interface Answers { readonly results: readonly (FileTriage | LargeText)[]; readonly counted: Counted; readonly scanned: ScannedPiece; }

interface Thread { readonly worker: Worker; busy: number; }

/** Tasks that a thread has before it, so that it need not wait for the next one. */
const AHEAD = 2;

export class Threads {
    readonly count: number;
    readonly #threads: Thread[] = [];
    readonly #waiting = new Map<number, { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void; readonly thread: Thread }>();
    #number = 0;

    constructor(count = availableParallelism()) {
        this.count = Math.max(1, Math.min(count, 16));
    }

    /** Threads that read small files while this one reads some too. */
    get #beside(): number {
        return Math.max(1, this.count - 1);
    }

    /** One of the threads beside this one would have to wait for work. */
    get haveRoom(): boolean {
        return this.#threads.length < this.#beside || this.#threads.some(({ busy }) => busy < AHEAD);
    }

    /** What takes a thread longest is to start: it does that while files are still looked for. */
    start(): void {
        if (this.count > 1) while (this.#threads.length < this.#beside) this.#start();
    }

    async triage(files: readonly LogFile[]): Promise<readonly (FileTriage | LargeText)[]> {
        return this.#ask('results', { files }, this.#beside);
    }

    async countFiles(files: readonly LogFile[]): Promise<Counted> {
        return this.#ask('counted', { counted: files }, this.#beside);
    }

    async scan(file: string, from: number, to: number): Promise<ScannedPiece> {
        return this.#ask('scanned', { piece: { path: file, from, to } }, this.count);
    }

    /** The threads end; what they were asked and did not answer is given up. */
    async end(): Promise<void> {
        await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
    }

    async #ask<Key extends keyof Answers>(key: Key, work: Work, most: number): Promise<Answers[Key]> {
        const answer: Partial<Answers> = await this.#answerTo(work, most);
        const asked = answer[key];
        if (asked === undefined) throw new Error('a thread gave the answer to another question');
        return asked;
    }

    #answerTo(work: Work, most: number): Promise<Answer> {
        const thread = this.#free(most);
        this.#number += 1;
        const number = this.#number;
        thread.busy += 1;
        return new Promise((resolve, reject) => {
            this.#waiting.set(number, { resolve, reject, thread });
            thread.worker.postMessage({ ...work, number } satisfies Task);
        });
    }

    /** @param most threads that may run */
    #free(most: number): Thread {
        const idle = this.#threads.find(({ busy }) => busy === 0);
        if (idle !== undefined) return idle;
        if (this.#threads.length < most) return this.#start();
        return this.#threads.reduce((least, each) => (each.busy < least.busy ? each : least));
    }

    #start(): Thread {
        // Built beside the command line.
        const worker = new Worker(path.join(__dirname, 'triage-worker.js'), { resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 4 } });
        const thread: Thread = { worker, busy: 0 };
        worker.on('message', (answer: Answer) => {
            const waiting = this.#waiting.get(answer.number);
            this.#waiting.delete(answer.number);
            thread.busy -= 1;
            waiting?.resolve(answer);
        });
        worker.on('error', (error) => {
            this.#threads.splice(this.#threads.indexOf(thread), 1);
            for (const [number, waiting] of this.#waiting) {
                if (waiting.thread !== thread) continue;
                this.#waiting.delete(number);
                waiting.reject(error as Error);
            }
        });
        this.#threads.push(thread);
        return thread;
    }
}
