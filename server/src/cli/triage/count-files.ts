/** Logs that are counted for a summary: nothing of them is kept but the counts. */
import { countLog, type Counts } from '../../log/output/summary.js';
import { triageFile, type FileTriage, type LogFile } from './triage-file.js';

/** Returns the large ones, which were not read. */
export async function countFiles(counts: Counts, files: readonly LogFile[]): Promise<readonly LogFile[]> {
    const large: LogFile[] = [];
    for (const file of files) {
        const read = await triageFile(file.path, file.shown);
        if ('large' in read) large.push(file);
        else countResult(counts, file.shown, read);
    }
    return large;
}

export function countResult(counts: Counts, shown: string, read: FileTriage): void {
    if ('log' in read) countLog(counts, read.log);
    else counts.unread.push({ path: shown, error: read.error });
}
