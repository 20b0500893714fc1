/** A thread that runs files as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FileResult } from './file-output.js';
import { FileRunner, type RunSettings } from './file-runner.js';

/** What a thread is told: to run a file, or how many scenarios there are in the files before it. */
export type ToThread = { readonly file: number } | { readonly file: number; readonly before: number };

/** What a thread says. */
export type FromThread = { readonly ready: true } | { readonly file: number; readonly matching: number } | { readonly file: number; readonly result: FileResult };

export function serveThread(): void {
    const settings = workerData as RunSettings;
    const runner = new FileRunner(settings);
    const waiting = new Map<number, (before: number) => void>();
    const say = (message: FromThread): void => parentPort!.postMessage(message);
    // A runner works on one file at a time.
    let last: Promise<void> = Promise.resolve();
    const run = async (file: number): Promise<void> => {
        const result = await runner.run(settings.files[file]!, (matching) => {
            if (settings.selection.shard === undefined) return Promise.resolve(0);
            say({ file, matching });
            return new Promise((resolve) => void waiting.set(file, resolve));
        });
        say({ file, result });
    };
    parentPort!.on('message', (message: ToThread) => {
        if ('before' in message) {
            waiting.get(message.file)?.(message.before);
            waiting.delete(message.file);
        } else {
            last = last.then(() => run(message.file));
        }
    });
    say({ ready: true });
}
