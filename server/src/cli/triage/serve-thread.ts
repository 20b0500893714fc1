/** A thread that triages logs, or scans pieces of a large one, as it is told. */
import { parentPort } from 'node:worker_threads';
import { noCounts, type Counts } from '../../log/output/summary.js';
import { countFiles } from './count-files.js';
import { scanPiece, type ScannedPiece } from './scan-piece.js';
import { triageFile, type FileTriage, type LargeText, type LogFile } from './triage-file.js';

/** What a thread is asked; `number` comes back with the answer. */
export type Task =
    | { readonly number: number; readonly files: readonly LogFile[] }
    /** The same, where nobody asks for more than a summary. */
    | { readonly number: number; readonly counted: readonly LogFile[] }
    | { readonly number: number; readonly piece: { readonly path: string; readonly from: number; readonly to: number } };

export interface Counted { readonly counts: Counts; readonly large: readonly LogFile[]; }

export type Answer = { readonly number: number; readonly results: readonly (FileTriage | LargeText)[] } | { readonly number: number; readonly counted: Counted } | { readonly number: number; readonly scanned: ScannedPiece };

export function serveThread(): void {
    parentPort!.on('message', (task: Task) => {
        void answer(task).then((message) => parentPort!.postMessage(message));
    });
}

async function answer(task: Task): Promise<Answer> {
    if ('piece' in task) return { number: task.number, scanned: scanPiece(task.piece.path, task.piece.from, task.piece.to) };
    if ('counted' in task) {
        const counts = noCounts();
        const large = await countFiles(counts, task.counted);
        return { number: task.number, counted: { counts, large } };
    }
    const results: (FileTriage | LargeText)[] = [];
    for (const { path, shown } of task.files) results.push(await triageFile(path, shown));
    return { number: task.number, results };
}
