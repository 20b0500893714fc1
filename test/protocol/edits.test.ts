import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LanguageClient } from './language-client.js';

interface Hint { readonly position: { readonly line: number }; readonly label: string }

const MACHINE = `machine web {
    region dentry = slab 1 page
}
`;
const ON_IMPORTED = `import "web.hwp"
scenario "on a shared machine" on web {
    corrupt-pfn dentry
}
`;
/**
 * Longer than any machine stands still, and soon read: few steps, of many pages each. No two alike: equal ones are run
 * once. No more steps in one than a scenario may have: what is refused is not run.
 */
const ENDLESS = Array.from({ length: 4 }, (_each, index) => `scenario "long ${index}" {
    process db { map heap = anon 60000 pages written }
    repeat 9000 {
        db: write heap[${index}..59999]
    }
}
`).join('');
const SHORT = `scenario "short" {
    region dentry = slab 1 page
    corrupt-pfn dentry
}
`;

describe('edits', () => {
    let client: LanguageClient;
    let folder = '';
    beforeAll(async () => {
        folder = mkdtempSync(path.join(tmpdir(), 'hwp-edits-'));
        writeFileSync(path.join(folder, 'web.hwp'), MACHINE);
        client = await LanguageClient.start();
        client.notify('workspace/didChangeConfiguration', { settings: { hwp: { hints: { defaults: false } } } });
    });
    afterAll(async () => {
        await client.stop();
        rmSync(folder, { recursive: true });
    });

    const uriOf = (file: string): string => pathToFileURL(path.join(folder, file)).toString();
    const hints = async (uri: string): Promise<string[]> => (await client.request<Hint[]>('textDocument/inlayHint', {
        textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } },
    })).map(({ label }) => label);

    test('an import is read although no folder is open, and the scenario has results', async () => {
        expect((await client.open(uriOf('a.hwp'), ON_IMPORTED)).filter(({ severity }) => severity === 1)).toEqual([]);
        expect(await hints(uriOf('a.hwp'))).toEqual(['KERNEL Ignored · EBUSY']);
    });

    test('an edit of the imported machine changes the results', async () => {
        await client.open(uriOf('web.hwp'), MACHINE);
        await client.change(uriOf('web.hwp'), MACHINE.replace('slab', 'free'));
        expect(await hints(uriOf('a.hwp'))).toEqual(['BUDDY Recovered']);
    });

    test('an error in the imported machine is said at the scenario, with a link', async () => {
        await client.change(uriOf('web.hwp'), MACHINE.replace('slab', 'slap'));
        expect(await client.change(uriOf('a.hwp'), `${ON_IMPORTED}\n`)).toMatchObject([
            { severity: 1, range: { start: { line: 1 } }, relatedInformation: [{ location: { uri: uriOf('web.hwp'), range: { start: { line: 1 } } } }] },
        ]);
        expect(await hints(uriOf('a.hwp'))).toEqual([]);
    });

    test('a document that has no file yet has results too', async () => {
        await client.open('untitled:Untitled-1', SHORT);
        expect(await hints('untitled:Untitled-1')).toEqual(['KERNEL Ignored · EBUSY']);
        client.notify('textDocument/didClose', { textDocument: { uri: 'untitled:Untitled-1' } });
    });

    test('a long simulation is dropped when the text changes', async () => {
        const uri = uriOf('long.hwp');
        client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'hwp', version: 1, text: ENDLESS } });
        // Answered once the text is read and linked: what comes next is the simulation.
        expect(await client.request('textDocument/references', { textDocument: { uri }, position: { line: 1, character: 21 }, context: { includeDeclaration: true } })).toHaveLength(2);
        await client.change(uri, SHORT);
        expect(await hints(uri)).toEqual(['KERNEL Ignored · EBUSY']);
        // Had it not been dropped, there would be results of the first text, too.
        expect(client.told.filter((each) => each === uri)).toHaveLength(1);
    });

    test('whatever comes while it is building, the last text wins', async () => {
        const uri = uriOf('typing.hwp');
        client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'hwp', version: 1, text: '' } });
        for (let length = 1; length < SHORT.length; length += 3) {
            client.notify('textDocument/didChange', { textDocument: { uri, version: 1 + length }, contentChanges: [{ text: SHORT.slice(0, length) }] });
        }
        await client.change(uri, SHORT);
        expect(await hints(uri)).toEqual(['KERNEL Ignored · EBUSY']);
    });

    test('a file that is gone when its change is told keeps no other from its results', async () => {
        writeFileSync(path.join(folder, 'briefly.hwp'), MACHINE);
        expect(await client.request('hwp/scenarios', { uri: uriOf('briefly.hwp') })).toMatchObject({ scenarios: [] });
        rmSync(path.join(folder, 'briefly.hwp'));
        client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf('briefly.hwp'), type: 2 }] });

        await client.open(uriOf('after.hwp'), SHORT);
        expect(await hints(uriOf('after.hwp'))).toEqual(['KERNEL Ignored · EBUSY']);
        expect(await client.request('hwp/scenarios', { uri: uriOf('briefly.hwp') })).toBe(null);
    });

    test('who opens a file is told again what is remarked of it: of a closed one the editor may have kept only errors and warnings', async () => {
        const uri = uriOf('remarks.hwp');
        const text = 'scenario "nobody handles it" {\n    process db { map heap = anon 16 KiB written }\n    corrupt-pfn heap[1]\n    db: read heap[1]\n}\n';
        writeFileSync(path.join(folder, 'remarks.hwp'), text);
        const closed = await client.created(uri);
        expect(closed.map(({ severity }) => severity)).toContain(3);
        expect(await client.open(uri, text)).toEqual(closed);
    });
});
