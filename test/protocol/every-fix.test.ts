/** Every fix of every diagnostic that the test cases have: what it mends is gone, and nothing else is wrong than before. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import { RUN_DIAGNOSTICS } from '../../server/src/analysis/diagnostics/table.js';
import { VARIANT_DIAGNOSTICS } from '../../server/src/analysis/diagnostics/unchecked.js';
import { CHECKS, type Check } from '../../server/src/language/checks.js';
import { UNMENDED } from '../../server/src/lsp/quick-fixes/unmended.js';
import { readMarks } from '../language/caret-comments.js';
import { InProcessClient } from './in-process-client.js';

const FOLDER = path.resolve(import.meta.dirname, '../resources/diagnostics');
// What is imported is not there.
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hwp') && !file.startsWith('imports')).sort();

/** Behind one mistake stands another, which comes to light when the first is gone; parts of the title by file and code. */
const REVEALS: Readonly<Record<string, readonly string[]>> = {
    'boots/boots.hwp hwp/unknown-word': ['`kho`', '`reserve_mem`'],
    'guests/guests.hwp sysctl/not-on-kernel': ['kernel 7.3'],
    'quantities/quantities.hwp quantity/unit-missing': ['10s', '10ms'],
    'quantities/quantities.hwp quantity/wrong-unit': ['10s', '10ms'],
    // They are declared below steps, and lack what the right word asks for.
    'steps/steps.hwp step/unknown': ['region', 'machine-check', 'wait', '`madvise'],
    'text/broken.hwp hwp/unexpected-character': ['Change to'],
    'text/broken.hwp hwp/missing-brace': ['Add `{`'],
    'text/broken.hwp step/unknown': ['corrupt-pfn', 'process'],
};

let client: InProcessClient;
let fixes = 0;
const mended = new Set<string>();
beforeAll(async () => {
    client = await InProcessClient.start();
});
afterAll(() => {
    client.stop();
    if (process.env['SHOW_MENDED'] !== undefined) console.log(JSON.stringify([...mended].sort()));
    expect(fixes).toBeGreaterThan(200);
    expect(mended.size).toBeGreaterThan(60);
});

const errors = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.filter(({ severity, code }) => severity === 1 && !String(code).startsWith('verdict/')).map(({ code }) => String(code));
const count = (diagnostics: readonly Diagnostic[], wanted: string): number => diagnostics.filter(({ code }) => code === wanted).length;

/** Codes that are among the first more often than among the second. */
function added(after: readonly string[], before: readonly string[]): string[] {
    const rest = [...before];
    return after.filter((code) => {
        const at = rest.indexOf(code);
        return at < 0 || rest.splice(at, 1).length === 0;
    });
}

test('no fix reads what a message says', () => {
    const folder = path.resolve(import.meta.dirname, '../../server/src/lsp/quick-fixes');
    const readers = readdirSync(folder).filter((file) => /\bmessage\b/.test(readFileSync(path.join(folder, file), 'utf8')));
    expect(readers).toEqual([]);
});

test.each(FILES)('%s', async (file) => {
    const { text } = readMarks(readFileSync(path.join(FOLDER, file), 'utf8'));
    const uri = `file:///fixed/${file}`;
    const before = await client.open(uri, text);
    const seen = new Set<string>();
    for (const diagnostic of before) {
        const code = String(diagnostic.code);
        const actions = await client.request<CodeAction[] | null>('textDocument/codeAction', { textDocument: { uri }, range: diagnostic.range, context: { diagnostics: [diagnostic] } }) ?? [];
        for (const { title, edit } of actions.filter(({ diagnostics }) => diagnostics?.[0]?.code === code)) {
            if (seen.has(`${code} ${title}`)) {
                continue;
            }
            seen.add(`${code} ${title}`);
            fixes++;
            mended.add(code);
            const fixed = TextDocument.applyEdits(TextDocument.create(uri, 'hwp', 0, text), edit!.changes![uri]!);
            const after = await client.open('file:///fixed/after.hwp', fixed);
            await client.close('file:///fixed/after.hwp');
            const where = `${file}:${diagnostic.range.start.line + 1} ${code} "${title}"`;
            expect(count(after, code), `${where} leaves it:\n${fixed}`).toBeLessThan(count(before, code));
            if (REVEALS[`${file} ${code}`]?.some((part) => title.includes(part)) !== true) {
                expect(added(errors(after), errors(before)), `${where} adds:\n${fixed}`).toEqual([]);
            }
        }
    }
    await client.close(uri);
});

/** Mended elsewhere: what is imported is not there, runs are judged, or the mend needs a certain value. */
const ELSEWHERE = new Set(['import/missing', 'import/path', 'import/cyclic', 'machine/unknown', 'verdict/unexpected-oops', 'file/folio-unsupported', 'pmem/overlaps-memory']);

test('every error has a quick fix, or a reason why there is none; all else can be switched off', () => {
    const known = new Map<string, string>([...Object.entries<Check>(CHECKS).map(([code, { severity }]) => [code, severity] as const), ...[...RUN_DIAGNOSTICS, ...VARIANT_DIAGNOSTICS].map(({ code, severity }) => [code, severity] as const)]);
    expect([...known].filter(([code, severity]) => severity === 'error' && !mended.has(code) && !ELSEWHERE.has(code) && UNMENDED[code] === undefined).map(([code]) => code)).toEqual([]);
    expect(Object.entries(UNMENDED).filter(([code, reason]) => mended.has(code) && known.get(code) === 'error' || !known.has(code) || reason.length < 20)).toEqual([]);
});
