/** Quick fixes write expectations that hold in every variant of a scenario. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic, Range } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const SYSCTL = 'vm.panic_on_unrecoverable_memory_failure';
const SLAB = 'region dentry = slab 1 page\nregion text = reserved 1 page\ncorrupt-pfn dentry\n';
const DB = 'process db { sigbus handler longjmp; map heap = anon 128 KiB written }\n';

interface Row {
    readonly name: string;
    readonly lines: string;
    /** The diagnostic that is mended; without one the fix is offered on the last step. */
    readonly code?: string;
    readonly title: string;
    readonly gives: readonly string[];
}

const ROWS: readonly Row[] = [
    { name: 'a claim limited to where it holds', lines: `vary kernel 6.12, 7.2, 7.3\n${SLAB}expect MF_MSG_KERNEL`, code: 'verdict/failed', title: 'Expect it only', gives: ['expect MF_MSG_KERNEL when kernel = 7.3'] },
    {
        name: 'a claim said for each', lines: `vary kernel 6.12, 7.2, 7.3\n${SLAB}expect MF_MSG_KERNEL MF_IGNORED`, code: 'verdict/failed', title: 'Expect what happens in each variant',
        gives: ['expect MF_MSG_GET_HWPOISON MF_IGNORED when kernel <= 7.2', 'expect MF_MSG_KERNEL MF_IGNORED when kernel = 7.3'],
    },
    { name: 'a claim that fails everywhere', lines: `vary kernel 7.2, 6.12\n${SLAB}expect MF_RECOVERED`, code: 'verdict/failed', title: 'Expect what happens: `MF_MSG_GET_HWPOISON MF_IGNORED`', gives: ['expect MF_MSG_GET_HWPOISON MF_IGNORED'] },
    {
        name: 'a panic of some', lines: `vary kernel 6.12, 7.0 with panic-unrecoverable-v4, 7.3\nvary sysctl ${SYSCTL} 0, 1\n${SLAB}`, code: 'verdict/unexpected-panic', title: 'Expect the panic',
        gives: [`expect panic when kernel = 7.3 and sysctl ${SYSCTL} = 1`],
    },
    {
        name: 'everything, by page size and policy', lines: `vary prctl db PR_MCE_KILL_EARLY, PR_MCE_KILL_LATE\narch arm64\nvary page size 4 KiB, 64 KiB\n${DB}corrupt-pfn heap[1]\n`, title: 'Expect what happens, in every step of the scenario',
        gives: ['expect MF_MSG_DIRTY_LRU MF_RECOVERED errno 0', 'expect no signal when prctl db = PR_MCE_KILL_LATE', 'lsb 16 when prctl db = PR_MCE_KILL_EARLY and page size = 64 KiB'],
    },
    {
        name: 'everything, by proposal', lines: `vary kernel 7.0, 7.0 with panic-unrecoverable-v4, 7.3\nvary sysctl vm.memory_failure_early_kill 0, 1\n${SLAB}corrupt-pfn text\n`, title: 'Expect what happens, in every step of the scenario',
        gives: ['expect MF_MSG_KERNEL MF_IGNORED errno EBUSY when with panic-unrecoverable-v4 or kernel = 7.3'],
    },
];

describe('fixes in variants', () => {
    let client: InProcessClient;
    beforeAll(async () => {
        client = await InProcessClient.start();
    });
    afterAll(() => client.stop());

    async function errorsOf(uri: string, text: string): Promise<readonly Diagnostic[]> {
        const diagnostics = await client.open(uri, text);
        return diagnostics.filter(({ severity }) => severity === 1);
    }

    test.each(ROWS)('$name', async ({ lines, code, title, gives }) => {
        const uri = `untitled:${encodeURIComponent(title + lines.length)}`;
        const text = `scenario "s" {\n${lines.split('\n').map((line) => `    ${line}`).join('\n')}\n}\n`;
        const errors = await errorsOf(uri, text);
        const wanted = errors.find((error) => error.code === code);
        const lastStep = text.slice(0, text.lastIndexOf('corrupt-pfn')).split('\n').length - 1;
        const range: Range = wanted?.range ?? { start: { line: lastStep, character: 5 }, end: { line: lastStep, character: 5 } };
        const actions = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range, context: { diagnostics: wanted === undefined ? [] : [wanted] } });
        const action = actions.find((each) => each.title.startsWith(title));
        expect(actions.map((each) => each.title), title).toContain(action?.title);
        const mended = TextDocument.applyEdits(TextDocument.create(uri, 'hwp', 0, text), action!.edit!.changes![uri] ?? Object.values(action!.edit!.changes!)[0]!);
        for (const line of gives) {
            expect(mended).toContain(line);
        }
        // What was mended holds in every variant.
        expect((await errorsOf(`${uri}2`, mended)).filter((error) => code === undefined || error.code === code)).toEqual([]);
    });
});
