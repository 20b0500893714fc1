// What a hint says when somebody points at it, and where it leads.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InlayHint, InlayHintLabelPart, MarkupContent } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const URI = 'file:///hints.hwp';
const TEXT = `scenario "hints" {
    kernel 7.3
    region buf = free 1 page
    process app { prctl PR_MCE_KILL_EARLY; sigbus handler longjmp; map heap = anon 16 pages written }
    process other { map more = anon 1 page untouched }
    corrupt-pfn heap[1]; corrupt-pfn heap[2]
    corrupt-pfn buf
        race other: write more[0] from buf
    corrupt-pfn                                                                                             heap[3]; corrupt-pfn heap[4]; soft_offline_page heap[9]
}
`;

describe('the tooltip of a hint', () => {
    let client: InProcessClient;
    let hints: InlayHint[];
    beforeAll(async () => {
        client = await InProcessClient.start({ tooltips: true });
        await client.open(URI, TEXT);
        hints = await client.request('textDocument/inlayHint', { textDocument: { uri: URI }, range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } } });
    });
    afterAll(() => client.stop());

    const partsAt = (line: number): InlayHintLabelPart[] => hints.find(({ position }) => position.line === line)!.label as InlayHintLabelPart[];
    const tooltipsAt = async (line: number): Promise<string[]> => {
        const resolved = await client.request<InlayHint>('inlayHint/resolve', hints.find(({ position }) => position.line === line));
        return (resolved.label as InlayHintLabelPart[]).flatMap(({ tooltip }) => tooltip === undefined ? [] : [(tooltip as MarkupContent).value.replaceAll('\\', '')]);
    };

    test('has the path of decisions, and a link to the explanation', async () => {
        const [tooltip] = await tooltipsAt(5);

        expect(tooltip).toContain('**DIRTY_LRU Recovered · AO→app.main**');
        expect(tooltip).toContain('memory_failure()');
        expect(tooltip).toContain(`command:hwp.explainStep?${encodeURIComponent(JSON.stringify([URI, 5, 4]))}`);
    });

    test('leads to the step whose result was followed', () => {
        // Both say the same, and it is said once; the third step of line 8 says something else.
        expect(partsAt(5).map(({ command }) => command?.arguments)).toEqual([[URI, 5, 4]]);
        expect(partsAt(8).flatMap(({ command }) => command?.arguments?.[2] as number)).toContain(TEXT.split('\n')[8]!.indexOf('corrupt-pfn'));
    });

    test('has the set of a race, of which the hint has the number, and what its windows are', async () => {
        expect(partsAt(6).map(({ value }) => value).join('')).toMatch(/^\d+ outcomes/);
        const [tooltip] = await tooltipsAt(6);

        expect(tooltip).toContain('BUDDY Recovered**: nobody interferes');
        expect(tooltip).toContain('W3: between the grab returning');
    });

    test('says of a default that it is one', async () => {
        expect((await tooltipsAt(4))[0]).toContain('defaults');
    });

    test('the hint itself leaves room for the text', () => {
        for (const { position, label } of hints) {
            const length = (label as InlayHintLabelPart[]).map(({ value }) => value).join('').length;
            expect(length, String(position.line)).toBeLessThanOrEqual(Math.max(48, 120 - position.character));
        }
    });

    test('clients that ask for no tooltip get a text', async () => {
        const plain = await InProcessClient.start();
        await plain.open(URI, TEXT);
        const [hint] = await plain.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri: URI }, range: { start: { line: 5, character: 0 }, end: { line: 6, character: 0 } } });
        plain.stop();

        expect(hint?.label).toBe('DIRTY_LRU Recovered · AO→app.main');
    });
});
