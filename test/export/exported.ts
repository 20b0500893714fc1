/** Scenario files as exported programs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { reproduce, type ExportForm, type ExportRequest, type Reproducer } from '../../server/src/export/reproducer.js';
import { stepWords } from '../../server/src/report/output/source-texts.js';
import type { SourceRange } from '../../server/src/simulator/program.js';
import { variantWords } from '../../server/src/vocabulary/vary.js';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Exported extends Reproducer {
    /** `examples/01-early-kill.hwp: early kill`, and the values of a variant. */
    readonly name: string;
}

/** Every scenario, and every variant of one, of the files (relative to the root). Texts that are given stand for files that are not there. */
export async function exported(files: readonly string[], form: ExportForm, checks: ExportRequest['checks'], given: Readonly<Record<string, string>> = {}): Promise<Exported[]> {
    const lines = new Map<string, readonly string[]>();
    const read = (uri: string, text: string): string => {
        lines.set(uri, text.split('\n'));
        return text;
    };
    const analyzer = new TextAnalyzer((uri) => read(uri, readFileSync(fileURLToPath(uri), 'utf8')));
    const textOf = ({ uri, startLine, startColumn, endLine, endColumn }: SourceRange): string =>
        (lines.get(uri) ?? []).slice(startLine, endLine + 1).map((line, index) => line.slice(index === 0 ? startColumn : 0, index === endLine - startLine ? endColumn : undefined)).join('\n');
    const sources = { pathOf: (uri: string) => path.basename(uri), textOf };
    const all: Exported[] = [];
    for (const file of files) {
        const uri = pathToFileURL(path.join(ROOT, file)).toString();
        const report = await analyzer.analyze(uri, read(uri, given[file] ?? readFileSync(path.join(ROOT, file), 'utf8')));
        for (const { title, variants, issues } of report.scenarios) {
            for (const { program, trace, values } of variants) {
                if (trace === null) throw new Error(`${file}: ${title} does not run: ${issues.map(({ message }) => message).join('; ')}`);
                const request: ExportRequest = {
                    program, trace, checks, origin: `${path.basename(file)}:${program.sources[program.source]!.startLine + 1}`, variant: variantWords(values),
                    textOf: (source) => stepWords(program.sources[source]!, sources),
                };
                all.push({ name: [`${file}: ${title}`, variantWords(values)].filter((each) => each !== '').join(', '), ...reproduce(form, request) });
            }
        }
    }
    return all;
}
