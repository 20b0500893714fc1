/** What kernel developers type from memory: a shell's lines, C, man pages, other tools. One error a line; a fix that keeps what was meant, and is right. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const URI = 'file:///other-tools.hwp';
const DB = 'process db { sigbus handler longjmp; map heap = anon 4 pages written }';

/** Where a line stands, by the letter before it: among declarations, in a process, among steps, below a step. */
const AROUND: Readonly<Record<string, (line: string) => string>> = {
    D: (line) => `scenario "s" {\n    ${line}\n    ${DB}\n    corrupt-pfn heap[0]\n        expect errno 0\n}\n`,
    P: (line) => `scenario "s" {\n    process db {\n        ${line}\n        map heap = anon 4 pages written\n    }\n    corrupt-pfn heap[0]\n        expect errno 0\n}\n`,
    S: (line) => `scenario "s" {\n    ${DB}\n    cpu 0 runs db in user mode\n    ${line}\n}\n`,
    E: (line) => `scenario "s" {\n    ${DB}\n    corrupt-pfn heap[2]\n        ${line}\n}\n`,
};

/** `D: what is typed => what is meant`. */
const ROWS = readFileSync(path.resolve(import.meta.dirname, '../resources/other-tools.txt'), 'utf8').split('\n').filter((row) => row !== '')
    .map((row) => /^(\w): (.*) => (.*)$/.exec(row)!.slice(1) as [string, string, string]);

describe('words of other tools', () => {
    let client: InProcessClient;
    beforeAll(async () => {
        client = await InProcessClient.start();
    });
    afterAll(() => client.stop());

    const errorsOf = (diagnostics: readonly Diagnostic[]): Diagnostic[] => diagnostics.filter(({ severity, code }) => severity === 1 && !String(code).startsWith('verdict/'));

    test.each(ROWS)('%s: %s', async (kind, typed, meant) => {
        const text = AROUND[kind]!(typed);
        const wrong = errorsOf(await client.open(URI, text));
        expect(wrong).toHaveLength(1);
        const actions = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri: URI }, range: wrong[0]!.range, context: { diagnostics: wrong } });
        const fixed = actions.map(({ edit }) => TextDocument.applyEdits(TextDocument.create(URI, 'hwp', 0, text), edit!.changes![URI]!))
            .find((each) => each.split('\n').some((line) => line.trim() === meant));
        expect(fixed).toBeDefined();
        expect(errorsOf(await client.change(URI, fixed!))).toEqual([]);
        await client.close(URI);
    });

    // What would be run in part, and pass.
    test.each([
        ['vary kernel 6.12..7.3', /range|no kernel version|`6\.12, 6\.18/], ['vary kernel some', /`some` is no kernel version/], ['vary sysctl vm.memory_failure_early_kill 0..1', /0, 1|is a range/], ['vary filter corrupt-filter-enable 0..5', /is a range/],
    ])('%s is an error', async (line, message) => {
        const wrong = errorsOf(await client.open(URI, AROUND['D']!(line)));
        expect(wrong.map((each) => each.message)).toEqual([expect.stringMatching(message)]);
        await client.close(URI);
    });
});
