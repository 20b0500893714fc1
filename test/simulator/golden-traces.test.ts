// Whole explanations beside their scenarios, for a reader: test/resources/traces/<noun>/<name>.hwp and .trace.
// `UPDATE_TRACES=1 npm run test:unit -- test/simulator/golden-traces.test.ts` writes them anew; read the difference before you commit it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { plain } from '../../server/src/report/output/paint.js';
import type { SourceTexts } from '../../server/src/report/output/source-texts.js';
import { fileLines } from '../../server/src/report/output/text.js';

const FOLDER = path.resolve(import.meta.dirname, '../resources/traces');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hwp')).map((file) => file.replaceAll(path.sep, '/')).sort();

function sourcesOf(name: string, text: string): SourceTexts {
    const lines = text.split('\n');
    return { pathOf: () => name, textOf: ({ startLine, startColumn, endLine, endColumn }) => startLine === endLine ? (lines[startLine] ?? '').slice(startColumn, endColumn) : (lines[startLine] ?? '').slice(startColumn) };
}

test.each(files)('%s', async (file) => {
    const text = readFileSync(path.join(FOLDER, file), 'utf8');
    const report = await new TextAnalyzer().analyze(`file:///${file}`, text);
    const found = `${fileLines(report, { explain: true, paint: plain, sources: sourcesOf(file, text) }).join('\n')}\n`;
    const golden = path.join(FOLDER, file.replace(/\.hwp$/, '.trace'));
    if (process.env['UPDATE_TRACES'] !== undefined) {
        writeFileSync(golden, found);
    }
    expect(report.scenarios.map(({ title, status }) => [title, status])).toEqual(report.scenarios.map(({ title }) => [title, 'passed']));
    expect(existsSync(golden) ? readFileSync(golden, 'utf8') : '').toBe(found);
});
