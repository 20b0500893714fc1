/** Finds, reads and analyses what the command line names. */
import { fileURLToPath } from 'node:url';
import { TextAnalyzer, type AnalysisOptions } from '../analysis/text-analyzer.js';
import type { UnreadFile } from '../report/output/json.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import type { SourceTexts } from '../report/output/source-texts.js';
import { findFiles } from './find-files.js';
import { nameOf, relative, uriOf } from './file-names.js';
import { readSource } from './read-source.js';
import { SourceLines } from './source-lines.js';

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
    const lines = new SourceLines();
    const given = new Map(paths.map((each) => [uriOf(each), nameOf(each)]));
    const analyzer = new TextAnalyzer((uri) => {
        const source = readSource(fileURLToPath(uri));
        return 'text' in source ? source.text : undefined;
    }, [...given.keys()]);
    async function* reports(): AsyncGenerator<FileReport> {
        for (const each of paths) {
            const source = readSource(each);
            if ('error' in source) {
                unread.push({ path: nameOf(each), error: source.error });
                continue;
            }
            lines.add(uriOf(each), source.text);
            yield await analyzer.analyze(uriOf(each), source.text, options);
        }
    }
    return {
        reports: reports(), unread,
        sources: {
            pathOf: (uri) => given.get(uri) ?? relative(uri),
            textOf: (range) => lines.textOf(range),
        },
    };
}
