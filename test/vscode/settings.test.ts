import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EVERY_HINT } from '../resources/every-hint.js';
import { activeExtension, EXTENSION_ID, hintsOf, openText, replaceText, waitFor } from './workbench.js';

interface Contributed {
    readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, unknown>> } };
}

const WORDS: Readonly<Record<string, string>> = {
    results: 'DIRTY_LRU Recovered', signals: 'AO→db.main', errnos: 'EBUSY', values: "'A'", data: 'log[0] lost', exits: 'db killed', panics: 'panic',
    boots: '7.3 boots', notReached: 'not reached', defaults: 'kernel 7.3',
};

async function set(name: string, value: boolean | undefined): Promise<void> {
    await vscode.workspace.getConfiguration('hwp').update(name, value, vscode.ConfigurationTarget.Global);
}

describe('settings', () => {
    let document: vscode.TextDocument;

    before(async () => {
        document = await openText(EVERY_HINT);
    });

    const shown = async (): Promise<string> => [...(await hintsOf(document)).values()].join('\n');

    it('are those that are tested here', () => {
        const { contributes } = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as Contributed;

        assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), [...Object.keys(WORDS).map((kind) => `hwp.hints.${kind}`), 'hwp.hints.coverage', 'hwp.diagnostics.quiet', 'hwp.realKernel.version', 'hwp.realKernel.image', 'hwp.realKernel.modules', 'hwp.testing.followEdits', 'hwp.trace.server'].sort());
    });

    for (const [kind, words] of Object.entries(WORDS)) {
        it(`hwp.hints.${kind}`, async () => {
            await waitFor(`"${words}"`, async () => (await shown()).includes(words));
            await set(`hints.${kind}`, false);
            await waitFor(`"${words}" to go`, async () => !(await shown()).includes(words));
            await set(`hints.${kind}`, undefined);
            await waitFor(`"${words}" to come back`, async () => (await shown()).includes(words));
        });
    }

    it('hwp.hints.coverage is off until it is asked for', async () => {
        assert.ok(!(await shown()).includes('from the source'));
        await set('hints.coverage', true);
        await waitFor('how well it is covered', async () => (await shown()).includes('from the source'));
        await set('hints.coverage', undefined);
        await waitFor('that to go', async () => !(await shown()).includes('from the source'));
    });

    it('hwp.testing.followEdits: off, states wait for a run', async () => {
        const { onTestState, runTests, tests, results } = await activeExtension();
        const states: string[] = [];
        const listening = onTestState(({ id, state }) => id.startsWith(document.uri.toString()) && states.push(state));
        await set('testing.followEdits', false);
        await replaceText(document, EVERY_HINT.replace('corrupt-pfn dentries', 'corrupt-pfn dentries\n        expect MF_MSG_SLAB'));
        await waitFor('the failure', () => results.get(document.uri)?.scenarios[0]?.status !== 'passed' && vscode.languages.getDiagnostics(document.uri).length > 0);
        await new Promise((resolve) => setTimeout(resolve, 600));
        const unasked = [...states];
        const item = tests.items.get(document.uri.toString());
        assert.ok(item);
        await runTests([item]);
        await set('testing.followEdits', undefined);
        listening.dispose();

        assert.deepEqual(unasked, []);
        assert.equal(states.length, 1);
    });
});
