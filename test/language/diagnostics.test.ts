import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { CHECKS } from '../../server/src/language/checks.js';
import { TextParser } from '../../server/src/language/parse.js';
import { comparable, readMarks, writeMarks, type Marked } from './caret-comments.js';

// The folder is the list of cases. `UPDATE_DIAGNOSTICS=1 npm run test:unit -- test/language/diagnostics.test.ts`
// writes what is found into the files, for review.
const FOLDER = path.resolve(import.meta.dirname, '../resources/diagnostics');
const SEVERITIES = ['', 'error', 'warning', 'info', 'hint'];
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hwp')).sort();

async function findingsOf(file: string, text: string): Promise<Marked[]> {
    const parser = new TextParser((uri) => {
        try {
            return readMarks(readFileSync(new URL(uri), 'utf8')).text;
        } catch {
            return undefined;
        }
    });
    const document = await parser.parse(pathToFileURL(path.join(FOLDER, file)).toString(), text);
    return (document.diagnostics ?? []).map(({ range, severity, code, message }) => ({
        line: range.start.line, column: range.start.character, length: range.end.line === range.start.line ? range.end.character - range.start.character : 1,
        severity: SEVERITIES[severity ?? 1] ?? '', code: String(code), message: String(message),
    }));
}

test.each(files)('%s', async (file) => {
    const marked = readFileSync(path.join(FOLDER, file), 'utf8');
    const { text, marks } = readMarks(marked);
    const found = await findingsOf(file, text);
    if (process.env['UPDATE_DIAGNOSTICS'] !== undefined) {
        writeFileSync(path.join(FOLDER, file), writeMarks(text, found));
        return;
    }
    const { expected, actual } = comparable(marks, found);
    expect(actual).toEqual(expected);
});

/** These need texts that are too large for a resource, or cannot be reached by a text. */
const TESTED_ELSEWHERE = new Set(['hwp/too-deep', 'hwp/item-too-long', 'hwp/text-too-long', 'hwp/line-too-long', 'hwp/too-many-errors', 'hwp/internal', 'vary/limit', 'quantity/too-large', 'quiet/unknown-code']);

test('every check has a case', () => {
    const said = new Set(files.flatMap((file) => readMarks(readFileSync(path.join(FOLDER, file), 'utf8')).marks.map(({ code }) => code)));
    expect(Object.keys(CHECKS).filter((code) => !said.has(code) && !TESTED_ELSEWHERE.has(code))).toEqual([]);
});
