/** The server dies without a word, whatever it is doing; the one that is started in its place knows all that it knew. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LanguageClient } from './language-client.js';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const TEXTS = readdirSync(EXAMPLES).filter((file) => /^0[1257]-/.test(file)).map((file) => ({ uri: `file:///killed/${file}`, text: readFileSync(path.join(EXAMPLES, file), 'utf8') }));

/** What takes long: the server is killed while it runs. */
const LONG = { uri: 'file:///killed/long.hwp', text: 'scenario "long" {\n    region pool = free 60000 pages\n    repeat 9000 {\n        corrupt-pfn pool[0]\n    }\n}\n' };

const everything = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

interface Answers {
    readonly diagnostics: unknown;
    readonly hints: unknown;
    readonly scenarios: unknown;
    readonly hover: unknown;
    readonly lenses: unknown;
}

async function answers(client: LanguageClient): Promise<Answers[]> {
    const found: Answers[] = [];
    for (const { uri, text } of TEXTS) {
        const textDocument = { uri };
        found.push({
            diagnostics: await client.open(uri, text),
            hints: await client.request('textDocument/inlayHint', { textDocument, range: everything }),
            scenarios: await client.request('hwp/scenarios', { uri }),
            hover: await client.request('textDocument/hover', { textDocument, position: { line: 12, character: 6 } }),
            lenses: await client.request('textDocument/codeLens', { textDocument }),
        });
    }
    return found;
}

async function soundAnswers(): Promise<Answers[]> {
    const client = await LanguageClient.start();
    const found = await answers(client);
    await client.stop();
    return found;
}

/** Moments at which the server is killed: what it is given, and how many milliseconds later it dies. */
const MOMENTS: readonly { readonly during: string; readonly afterMs: readonly number[]; readonly act: (client: LanguageClient) => void }[] = [
    { during: 'its start', afterMs: [0, 3], act: () => undefined },
    { during: 'reading', afterMs: [0, 5, 20], act: (client) => TEXTS.forEach(({ uri, text }) => client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'hwp', version: 1, text } })) },
    { during: 'a simulation', afterMs: [30, 120], act: (client) => client.notify('textDocument/didOpen', { textDocument: { uri: LONG.uri, languageId: 'hwp', version: 1, text: LONG.text } }) },
    {
        during: 'typing', afterMs: [1, 15, 40], act: (client) => {
            const { uri, text } = TEXTS[0]!;
            client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'hwp', version: 1, text } });
            for (let length = 1; length < text.length; length += 40) {
                client.notify('textDocument/didChange', { textDocument: { uri, version: length + 1 }, contentChanges: [{ text: text.slice(0, length) }] });
            }
        },
    },
    {
        during: 'a run of the workspace', afterMs: [2, 25], act: (client) => {
            TEXTS.forEach(({ uri, text }) => client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'hwp', version: 1, text } }));
            client.request('hwp/runWorkspace', { uris: TEXTS.map(({ uri }) => uri), progress: 'run' }).catch(() => undefined);
        },
    },
];

describe('a server that is killed', () => {
    const sound = soundAnswers();

    test.each(MOMENTS.flatMap(({ during, afterMs, act }) => afterMs.map((ms) => ({ during, ms, act }))))('during $during, $ms ms on', async ({ ms, act }) => {
        const victim = await LanguageClient.start();
        act(victim);
        await new Promise((resolve) => setTimeout(resolve, ms));
        await victim.kill();

        expect(await soundAnswers()).toEqual(await sound);
    });

    test('says what fails, when it is asked for more', async () => {
        const victim = await LanguageClient.start();
        await victim.kill();
        await expect(victim.request('hwp/scenarios', { uri: LONG.uri })).rejects.toThrow('the server is gone');
    });
});
