/** A thread that triages logs, or scans pieces of a large one, as it is told. */
import { parentPort } from 'node:worker_threads';
import { brief } from '../../log/output/results.js';
import { scanPiece, type ScannedPiece } from './scan-piece.js';
import { triageFile, type FileTriage } from './triage-file.js';

/** What a thread is asked; `number` comes back with the answer. */
export type Task =
    | { readonly number: number; readonly files: readonly { readonly path: string; readonly shown: string }[]; readonly brief: boolean }
    | { readonly number: number; readonly piece: { readonly path: string; readonly from: number; readonly to: number } };

export type Answer = { readonly number: number; readonly results: readonly FileTriage[] } | { readonly number: number; readonly scanned: ScannedPiece };

export function serveThread(): void {
    parentPort!.on('message', (task: Task) => {
        void answer(task).then((message) => parentPort!.postMessage(message));
    });
}

async function answer(task: Task): Promise<Answer> {
    if ('piece' in task) return { number: task.number, scanned: scanPiece(task.piece.path, task.piece.from, task.piece.to) };
    const results: FileTriage[] = [];
    for (const { path, shown } of task.files) {
        const read = await triageFile(path, shown);
        results.push(task.brief && 'log' in read ? { log: brief(read.log) } : read);
    }
    return { number: task.number, results };
}
