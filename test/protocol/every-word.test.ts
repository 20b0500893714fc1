/** Every word of the examples and of the pages on the language: each has a hover, can be completed, and is renamed wherever it stands. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionList, Diagnostic, Hover, Location, Range, WorkspaceEdit } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Named {
    readonly name: string;
    readonly text: string;
}

const EXAMPLES: readonly Named[] = readdirSync(path.join(ROOT, 'examples')).filter((file) => file.endsWith('.hwp')).map((name) => ({ name, text: readFileSync(path.join(ROOT, 'examples', name), 'utf8') }));
const fencesOf = (page: string): Named[] => [...readFileSync(path.join(ROOT, 'docs', `${page}.md`), 'utf8').matchAll(/^```hwp\n([\s\S]*?)^```$/gm)].map(([, text = ''], index) => ({ name: `${page}-${index}.hwp`, text }));
/** Fences that others import: they begin with the name of their file. */
const IMPORTED: readonly Named[] = fencesOf('language').flatMap(({ text }) => (/^\/\/ (\S+\.hwp)\n/.exec(text) ?? []).slice(1).map((name) => ({ name, text })));
const REFERENCE = fencesOf('language').filter(({ text }) => IMPORTED.every((imported) => imported.text !== text));
const ALL = [...EXAMPLES, ...REFERENCE, ...['races', 'sweeps', 'kexec'].flatMap(fencesOf)];

interface Word {
    readonly word: string;
    readonly line: number;
    readonly character: number;
    /** What stands before it on its line. */
    readonly before: string;
}

/** Comments and strings are no words; neither are digits. */
function wordsOf(text: string, pattern: RegExp): Word[] {
    const plain = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (comment) => comment.replaceAll(/[^\n]/g, ' ')).replaceAll(/"[^"\n]*"/g, (string) => `"${' '.repeat(string.length - 2)}"`);
    return plain.split('\n').flatMap((line, number) => [...line.matchAll(pattern)].map(({ 0: word, index }) => ({ word, line: number, character: index, before: line.slice(0, index) })));
}

let client: InProcessClient;
beforeAll(async () => {
    client = await InProcessClient.start();
    for (const { name, text } of IMPORTED) {
        await client.open(`file:///${name}`, text);
    }
});
afterAll(() => client.stop());

test('has a hover', async () => {
    const silent: string[] = [];
    let asked = 0;
    for (const { name, text } of ALL) {
        const uri = `file:///${name}`;
        await client.open(uri, text);
        for (const { word, line, character } of wordsOf(text, /(?<![\w.-])[A-Za-z_][\w-]*/g)) {
            asked++;
            if (await client.at<Hover | null>('hover', uri, { line, character }) === null) {
                silent.push(`${name}:${line + 1} ${word}`);
            }
        }
        await client.close(uri);
    }
    expect(silent).toEqual([]);
    expect(asked).toBeGreaterThan(5000);
});

/** What stands behind these words is made up by who writes it. */
const NEW_NAME = /(^|[{;])\s*(scenario|machine|region|filesystem|file|swap|pmem|cgroup|process|thread|map|page|guest)\s+$|\b(as|ksm|phase|mmap)\s+$/;
/** What is offered is another way to say it, or does not fit and is there to show that. */
const OTHERWISE: readonly (readonly [before: RegExp, word: string])[] = [
    [/SIGBUS .* to late at $/, 'buf'], [/in vm corrupt-pfn $/, 'app.heap'], [/length 0 $/, 'MADV_HWPOISON'], [/kernel: allocate $/, 'dentry'], [/^\s*$/, 'when'],
];

test('is offered where it stands', async () => {
    const missing: string[] = [];
    const seen = new Set<string>();
    for (const { name, text } of [...REFERENCE, ...EXAMPLES.filter((example) => /^11-/.test(example.name))]) {
        const uri = `file:///${name}`;
        await client.open(uri, text);
        const lines = text.split('\n');
        for (const { word, line, character, before } of wordsOf(text, /(?<![\w.-])[A-Za-z_][\w.-]*/g)) {
            const key = `${before.trim().replaceAll(/0x[0-9a-f]+|\d+/g, '#')} ${word}`;
            if (seen.has(key) || NEW_NAME.test(before) && !/= .* as $/.test(before) || OTHERWISE.some(([where, what]) => what === word && where.test(before))) {
                continue;
            }
            seen.add(key);
            await client.change(uri, lines.map((each, number) => number === line ? each.slice(0, character) : each).join('\n'));
            const list = await client.at<CompletionList | null>('completion', uri, { line, character });
            const first = word.split('.')[0]!;
            if (list?.items.some(({ label }) => [word, first, `${word}:`, `${first}:`].includes(label) || label.split(/[ .]/)[0] === first) !== true) {
                missing.push(`${name}:${line + 1} ${before.trim()} | ${word}`);
            }
        }
        await client.close(uri);
    }
    expect(missing).toEqual([]);
    expect(seen.size).toBeGreaterThan(500);
});

/** Codes and lines: what names stand in the messages does not matter. */
const found = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map(({ code, range }) => `${range.start.line} ${code}`);

/** A text that is expected is the kernel's, or a program's: one that prints the name between these lines prints the new one afterwards. */
function withPrinted(text: string, name: string, lines: readonly number[]): string {
    const printed = new RegExp(`(?<=\\btext "[^"]* at )${name}(?=\\[)`, 'g');
    return text.split('\n').map((line, number) => number >= Math.min(...lines) && number <= Math.max(...lines) ? line.replace(printed, 'renamed') : line).join('\n');
}

test('is renamed everywhere, when it is a name: nothing else changes', async () => {
    let renamed = 0;
    // What is imported is renamed in its own file.
    for (const { name, text } of [...REFERENCE.filter((fence) => !fence.text.includes('import ')), ...EXAMPLES.filter((example) => /^(05|11)-/.test(example.name))]) {
        const uri = `file:///${name}`;
        const before = await client.open(uri, text);
        const done = new Set<string>();
        for (const { word, line, character } of wordsOf(text, /(?<![\w-])[A-Za-z_][\w-]*/g)) {
            const position = { line, character };
            const range = done.has(`${line}:${character}`) ? null : await client.at<Range | null>('prepareRename', uri, position);
            // The kernel prints the name of this one, and a text that is expected has it.
            if (range === null || word === 'rescue' && text.includes('Sending SIGBUS to rescue')) {
                continue;
            }
            const edits = (await client.at<WorkspaceEdit>('rename', uri, position, { newName: 'renamed' })).changes![uri]!;
            const uses = await client.at<Location[]>('references', uri, position, { context: { includeDeclaration: true } });
            expect(edits.length, `${name}:${line + 1} ${word}`).toBe(uses.length);
            edits.forEach(({ range: { start } }) => done.add(`${start.line}:${start.character}`));
            const edited = TextDocument.applyEdits(TextDocument.create(uri, 'hwp', 0, text), edits);
            const after = await client.open('file:///renamed.hwp', withPrinted(edited, word, edits.map(({ range: { start } }) => start.line)));
            expect(found(after), `${name}:${line + 1} ${word}`).toEqual(found(before));
            await client.close('file:///renamed.hwp');
            renamed++;
        }
        await client.close(uri);
    }
    expect(renamed).toBeGreaterThan(150);
});
