import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LanguageClient, type PublishedDiagnostic } from './language-client.js';

interface Hint { readonly position: { readonly line: number; readonly character: number }; readonly label: string }
interface Hover { readonly contents: { readonly kind: string; readonly value: string } }

const TEXT = `scenario "early kill" {
    kernel 7.3
    memory 1 GiB
    process db {
        prctl PR_MCE_KILL_EARLY
        sigbus handler longjmp
        map heap = anon 16 KiB written
    }
    page bad = heap[2]

    corrupt-pfn bad
        expect MF_MSG_DIRTY_LRU MF_RECOVERED
        expect SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12
    db: read heap[2]
        expect SIGBUS BUS_MCEERR_AR to db at heap[2] lsb 12
}

scenario "a slab page" {
    sysctl vm.panic_on_unrecoverable_memory_failure = 1
    region dentry = slab "dentry" 1 page

    corrupt-pfn dentry    // panics
        expect panic
}
`;
const INJECTION = 10;
const READ = 13;
const SLAB = 21;

describe('the server', () => {
    let client: LanguageClient;
    const uri = 'file:///first-light.hwp';

    beforeAll(async () => {
        client = await LanguageClient.start();
        client.notify('workspace/didChangeConfiguration', { settings: { hwp: { hints: { defaults: false } } } });
    });
    afterAll(async () => {
        await client.stop();
    });

    const hints = (): Promise<Hint[]> => client.request('textDocument/inlayHint', {
        textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } },
    });
    const hover = async (line: number, character: number): Promise<string> =>
        (await client.request<Hover | null>('textDocument/hover', { textDocument: { uri }, position: { line, character } }))?.contents.value ?? '';
    const errors = (diagnostics: readonly PublishedDiagnostic[]): string[] => diagnostics.filter(({ severity }) => severity === 1).map(({ code }) => String(code));

    test('finds nothing wrong with a scenario that passes', async () => {
        expect(errors(await client.open(uri, TEXT))).toEqual([]);
    });

    test('shows the result of each step at the end of its line', async () => {
        expect((await hints()).map(({ position, label }) => [position.line, label])).toEqual([
            [INJECTION, 'DIRTY_LRU Recovered · AO→db.main'],
            [READ, 'SIGBUS AR lsb 12'],
            [SLAB, 'KERNEL Ignored · panic'],
        ]);
    });

    test('puts a hint behind the comment of its line', async () => {
        const line = TEXT.split('\n')[SLAB] ?? '';
        expect((await hints()).find(({ position }) => position.line === SLAB)?.position.character).toBe(line.length);
    });

    test('explains a step by kernel function', async () => {
        const text = await hover(INJECTION, 6);
        expect(text).toContain(String.raw`**DIRTY\_LRU Recovered`);
        expect(text).toContain('`memory_failure()`');
        expect(text).toMatch(/Memory failure: 0x[0-9a-f]+: recovery action for dirty LRU page: Recovered/);
        expect(text).toContain('HardwareCorrupted: 0 → 4 KiB');
    });

    test('explains a word', async () => {
        expect(await hover(11, 20)).toContain(String.raw`MF\_MSG\_DIRTY\_LRU`);
        expect(await hover(18, 25)).toContain(String.raw`vm.panic\_on\_unrecoverable\_memory\_failure`);
    });

    test('says what was expected in vain, and where that was decided', async () => {
        const failed = await client.change(uri, TEXT.replace('MF_MSG_DIRTY_LRU', 'MF_MSG_CLEAN_LRU'));
        expect(failed.filter(({ code }) => code === 'verdict/failed')).toMatchObject([{
            severity: 1,
            message: 'Expected MF_MSG_CLEAN_LRU MF_RECOVERED, but: MF_MSG_DIRTY_LRU MF_RECOVERED.',
            range: { start: { line: 11 } },
            relatedInformation: [{ location: { uri, range: { start: { line: INJECTION } } } }],
        }]);
    });

    test('a scenario that is broken loses its results, the others keep theirs', async () => {
        await client.change(uri, TEXT.replace('corrupt-pfn bad', 'corrupt-pfn'));
        expect((await hints()).map(({ position }) => position.line)).toEqual([SLAB]);
        await client.change(uri, TEXT.replace('region dentry = slab', 'region dentry = slap'));
        expect((await hints()).map(({ position }) => position.line)).toEqual([INJECTION, READ]);
    });

    test('asks for new hints after a build, and writes nothing beside the protocol', async () => {
        await client.change(uri, TEXT);
        expect(client.asked).toContain('workspace/inlayHint/refresh');
        expect(client.asked).toContain('client/registerCapability');
        expect(client.stderr).toBe('');
    });
});
