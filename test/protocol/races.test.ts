// A raced step in the editor: its hint, its hover, what is said about competitors.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnostic, Hover } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const URI = 'file:///races.hwp';
const TEXT = `scenario "taken under the handler" {
    kernel 7.0 with panic-unrecoverable-v4
    sysctl vm.panic_on_unrecoverable_memory_failure = 1
    region buf = free 1 page; region spare = free 1 page
    process app { map heap = anon 1 page untouched }

    corrupt-pfn buf
        race app: write heap[0] from buf
        race kernel: isolate spare
        expect never { MF_MSG_KERNEL_HIGH_ORDER }
    wait 1s
}
`;

describe('a raced step', () => {
    let client: InProcessClient;
    let diagnostics: readonly Diagnostic[];
    beforeAll(async () => {
        client = await InProcessClient.start();
        diagnostics = await client.open(URI, TEXT) as unknown as readonly Diagnostic[];
    });
    afterAll(() => client.stop());

    test('has the number of outcomes at the end of its line', async () => {
        const hints = await client.request<{ label: string; position: { line: number } }[]>('textDocument/inlayHint', { textDocument: { uri: URI }, range: { start: { line: 6, character: 0 }, end: { line: 7, character: 0 } } });
        expect(hints.filter(({ position }) => position.line === 6).map(({ label }) => label)).toEqual([
            '6 outcomes, 1 panics',
        ]);
    });

    test('shows each outcome with its windows and a way to it, and what the windows are', async () => {
        const hover = await client.at<Hover | null>('hover', URI, { line: 6, character: 6 });
        const value = (hover!.contents as { value: string }).value.replaceAll('\\', '');
        for (const words of [
            '**KERNEL_HIGH_ORDER Ignored · panic**: W3', '**BUDDY Recovered**: nobody interferes', 'W3: app: write: the allocator hands the page out',
            'get_any_page.free > (W3) > rmqueue > memory_failure.no-longer-free > action_result', 'W3: between the grab returning "free" and', '**When nobody interferes**',
        ]) {
            expect(value).toContain(words);
        }
    });

    test('says which outcome is forbidden and possible, with its window and the decisions; and who meets no window', () => {
        expect(diagnostics.find(({ code }) => code === 'verdict/failed')?.message).toMatch(/possible: MF_MSG_KERNEL_HIGH_ORDER MF_IGNORED panic \(W3.*memory_failure\.no-longer-free > action_result/);
        expect(diagnostics.find(({ code }) => code === 'race/no-window')).toMatchObject({ severity: 2, range: { start: { line: 8 } }, message: expect.stringContaining('`kernel: isolate` meets no window') as string });
        // A panic in an outcome that no expectation speaks of.
        expect(diagnostics.find(({ code }) => code === 'verdict/unexpected-panic')?.message).toContain('in one outcome of the race (W3)');
    });

    test('the words say what they mean', async () => {
        const at = async (line: number, word: string): Promise<string> => ((await client.at<Hover | null>('hover', URI, { line, character: TEXT.split('\n')[line]!.indexOf(word) + 1 }))?.contents as { value: string } | undefined)?.value ?? '';
        expect(await at(7, 'race')).toContain('Every interleaving is run');
        expect(await at(8, 'isolate')).toContain('off the LRU');
        expect(await at(9, 'never')).toContain('None of these outcomes');
    });
});
