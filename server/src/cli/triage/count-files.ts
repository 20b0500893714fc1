/** Logs that are counted for a summary: nothing of them is kept but the counts. */
import { countLog, type Counts } from '../../log/output/summary.js';
import { triageFile, type FileTriage } from './triage-file.js';

export async function countFile(counts: Counts, path: string, shown: string): Promise<void> {
    countResult(counts, shown, await triageFile(path, shown));
}

export function countResult(counts: Counts, shown: string, read: FileTriage): void {
    if ('log' in read) countLog(counts, read.log);
    else counts.unread.push({ path: shown, error: read.error });
}
