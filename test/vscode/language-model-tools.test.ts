// On Node and in a browser: the server answers what a model asks.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activeExtension } from './workbench.js';

/** Of VS Code 1.95 and newer. */
interface Tools {
    readonly tools: readonly { readonly name: string }[];
    readonly invokeTool: (name: string, options: { readonly input: object; readonly toolInvocationToken: undefined }) => Thenable<{ readonly content: readonly { readonly value?: string }[] }>;
}

async function asked(name: string, input: object): Promise<string> {
    const { content } = await (vscode.lm as unknown as Tools).invokeTool(name, { input, toolInvocationToken: undefined });
    return content.map(({ value }) => value ?? '').join('');
}

describe('tools of language models', () => {
    it('check, run, explain, read a log and tell words', async () => {
        await activeExtension();
        const text = 'scenario "s" {\n    process db { map heap = anon 16 KiB written }\n    corrupt-pfn heap[1]\n}\n';

        assert.match(await asked('hwp_run', { text }), /DIRTY_LRU Recovered/);
        assert.match(await asked('hwp_explain', { text, kernel: '6.12' }), /memory_failure/);
        assert.match(await asked('hwp_check', { text: 'scenario "s" { corrupt-pfn nothing }' }), /Nothing is called/);
        assert.match(await asked('hwp_triage', { text: '[    1.000000] Memory failure: 0x1234: recovery action for dirty LRU page: Recovered\n' }), /0x1234/);
        assert.match(await asked('hwp_vocabulary', { word: 'MF_MSG_DIRTY_LRU' }), /MF_MSG_DIRTY_LRU/);
    });

    it('say to the model what it can mend', async () => {
        const said = await asked('hwp_run', { text: 'scenario "s" { }', kernel: '2.6' }).then(() => 'nothing', String);
        assert.match(said, /too old/);
    });
});
