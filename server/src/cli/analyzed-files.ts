/** Finds, reads and analyses what the command line names. */
import type { AnalysisOptions } from '../analysis/text-analyzer.js';
import type { UnreadFile } from '../report/output/json.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import type { SourceTexts } from '../report/output/source-texts.js';
import { findFiles } from './find-files.js';
import { nameOf } from './file-names.js';
import { uriOf } from './file-uris.js';
import { SourceFiles } from './source-files.js';

export interface AnalyzedFiles {
    /** One after the other, so that the first results are shown before the last file is read. */
    readonly reports: AsyncIterable<FileReport>;
    /** Complete when all reports have been taken. */
    readonly unread: readonly UnreadFile[];
    readonly sources: SourceTexts;
}

export function analyzeFiles(args: readonly string[], options: AnalysisOptions): AnalyzedFiles {
    const { paths, missing } = findFiles(args);
    const unread: UnreadFile[] = [...missing];
    const files = new SourceFiles(paths);
    async function* reports(): AsyncGenerator<FileReport> {
        for (const each of paths) {
            const source = files.read(each);
            if ('error' in source) {
                unread.push({ path: nameOf(each), error: source.error });
                continue;
            }
            yield await files.analyzer.analyze(uriOf(each), source.text, options);
        }
    }
    return { reports: reports(), unread, sources: files.sources };
}
