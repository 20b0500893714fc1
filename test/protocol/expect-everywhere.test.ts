/** Take what is expected out of whole files, let the editor write what happens, and all of it holds. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const filesIn = (folder: string): string[] => readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hwp')).sort().map((file) => path.join(folder, file));
const FILES = [...filesIn('examples'), ...filesIn('test/conformance/scenarios').filter((file) => !file.endsWith('lab.hwp')).filter((_file, index) => index % 12 === 0)];

let client: InProcessClient;
beforeAll(async () => {
    client = await InProcessClient.start({ files: true });
});
afterAll(() => client.stop());

/** Expectations of one line, and those with a list of outcomes. */
function withoutExpectations(text: string): string {
    return text.replaceAll(/^ *expect\b[^\n{]*\{[^}]*\}[^\n]*\n/gm, '').replaceAll(/^ *expect [^\n]*\n/gm, '');
}

test.each(FILES)('%s', async (file) => {
    const uri = pathToFileURL(path.join(ROOT, file)).toString();
    let text = withoutExpectations(readFileSync(path.join(ROOT, file), 'utf8'));
    expect(text).not.toMatch(/^ *expect\b/m);
    let found = await client.open(uri, text);
    for (let line = 0; line < text.split('\n').length; line++) {
        const at = { line, character: 0 };
        const actions = /^scenario /.test(text.split('\n')[line]!) ? await client.request<CodeAction[] | null>('textDocument/codeAction', { textDocument: { uri }, range: { start: at, end: at }, context: { diagnostics: [] } }) : [];
        const edits = actions?.find(({ title }) => title.includes('every step'))?.edit?.changes?.[uri];
        if (edits !== undefined) {
            text = TextDocument.applyEdits(TextDocument.create(uri, 'hwp', 0, text), edits);
            found = await client.change(uri, text);
        }
    }
    expect(text).toMatch(/^ *expect\b/m);
    expect(found.filter(({ severity }) => severity === 1).map(({ range, message }) => `${range.start.line + 1}: ${message as string}`), text).toEqual([]);
    await client.close(uri);
});
