/** A scenario that varies something, in every view of the server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeLens, Diagnostic, Hover, InlayHint } from 'vscode-languageserver';
import type { ClientRequests } from '../../server/src/lsp/protocol.js';
import { InProcessClient } from './in-process-client.js';

const URI = 'file:///work/variants.hwp';
const SYSCTL = 'vm.panic_on_unrecoverable_memory_failure';
const TEXT = `scenario "every answer" {
    vary kernel 6.12, 7.0 with panic-unrecoverable-v4, 7.3
    vary sysctl ${SYSCTL} 0, 1
    region dentry = slab 1 page
    region spare = free 1 page

    corrupt-pfn dentry
        expect MF_MSG_GET_HWPOISON MF_IGNORED
        expect panic when kernel >= 7.3 and sysctl ${SYSCTL} = 1
    corrupt-pfn spare
        expect MF_RECOVERED when kernel < 7.3
}
`;
const NAMES = ['kernel 6.12', `kernel 7.0 with panic-unrecoverable-v4, ${SYSCTL} 0`, `kernel 7.0 with panic-unrecoverable-v4, ${SYSCTL} 1`, `kernel 7.3, ${SYSCTL} 0`, `kernel 7.3, ${SYSCTL} 1`];

describe('variants', () => {
    let client: InProcessClient;
    let diagnostics: Diagnostic[] = [];
    beforeAll(async () => {
        client = await InProcessClient.start();
        diagnostics = [...await client.open(URI, TEXT)];
    });
    afterAll(() => client.stop());

    const ask = <Method extends keyof ClientRequests>(method: Method, params: ClientRequests[Method]['params']): Promise<ClientRequests[Method]['result']> => client.request(method, params);
    const scenario = 'every answer';

    test('are items of their scenario, each with a name and a state of its own', async () => {
        const [item] = (await ask('hwp/scenarios', { uri: URI }))?.scenarios ?? [];
        expect(item?.status).toBe('failed');
        expect(item?.variants.map(({ name, status }) => [name, status])).toEqual(NAMES.map((name, index) => [name, index < 3 ? 'passed' : 'failed']));
        expect(item?.failures.map(({ message }) => message)).toEqual(['Expected MF_MSG_GET_HWPOISON MF_IGNORED, got MF_MSG_KERNEL MF_IGNORED, in kernel 7.3']);
        expect(item?.variants[4]?.failures.map(({ message }) => message)).toEqual(['Expected MF_MSG_GET_HWPOISON MF_IGNORED, got MF_MSG_KERNEL MF_IGNORED']);
        expect(item?.met).toBe(2);
    });

    test('have texts, logs and traces of their own, or all of them one after the other', async () => {
        const [run] = await ask('hwp/run', { uri: URI }) ?? [];
        expect(run?.text).toContain('5 variants: all Ignored, 1 panics');
        expect(run?.variants.map(({ text }) => text.split('\n')[0])).toEqual([
            '✓ every answer · kernel 6.12', `✓ every answer · kernel 7.0 with panic-unrecoverable-v4, ${SYSCTL} 0`, `✓ every answer · kernel 7.0 with panic-unrecoverable-v4, ${SYSCTL} 1`,
            `✗ every answer · kernel 7.3, ${SYSCTL} 0`, `✗ every answer · kernel 7.3, ${SYSCTL} 1`,
        ]);
        const all = (await ask('hwp/kernelLog', { uri: URI, scenario }))?.text;
        expect(all?.match(/==> .* <==/g)).toEqual(NAMES.map((name) => `==> ${name} <==`));
        const one = (await ask('hwp/kernelLog', { uri: URI, scenario, variant: NAMES[4]! }))?.text;
        expect(one).not.toContain('==>');
        expect(one).toContain('Kernel panic');
        expect(await ask('hwp/kernelLog', { uri: URI, scenario, variant: 'kernel 5.4' })).toBeNull();
        expect((await ask('hwp/trace', { uri: URI, scenario, variant: NAMES[0]! }))?.text).toContain('[get_any_page.unhandlable]');
        expect((await ask('hwp/trace', { uri: URI, scenario, variant: NAMES[0]! }))?.text).not.toContain('[get_any_page.kernel-owned]');
        const { text: trace = '' } = await ask('hwp/trace', { uri: URI, scenario }) ?? {};
        // Wrapped lines would tear columns apart: what differs is listed, and the variants with it.
        expect(trace).toMatch(/^ +GET_HWPOISON Ignored.* {2}in kernel 6\.12/m);
        expect(trace).not.toMatch(/^ +kernel {2,}/m);
        const explanation = (await ask('hwp/explanation', { uri: URI, scenario, step: 0 }))?.text;
        expect(explanation?.split('\n').filter((line) => line.startsWith('in ')).length).toBeGreaterThan(1);
        expect(explanation?.split('\n')[0]).toBe('corrupt-pfn dentry  5 variants: all Ignored, 1 panics');
    });

    test('are summarised at the end of the line, and stand in a table on hover', async () => {
        const hints = await client.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri: URI }, range: { start: { line: 5, character: 0 }, end: { line: 11, character: 0 } } });
        expect(hints.map(({ label }) => label)).toEqual(['5 variants: all Ignored, 1 panics', '5 variants: 4 Recovered, 1 not reached']);
        const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri: URI }, position: { line: 6, character: 6 } });
        const { value } = hover.contents as { value: string };
        expect(value).toContain(String.raw`| kernel | vm.panic\_on\_unrecoverable\_memory\_failure | type | result | errno | machine |`);
        expect(value).toContain(String.raw`| 7.3 | 1 | KERNEL | Ignored |  | panic |`);
        expect(value).toContain('In kernel 6.12');
    });

    test('share their diagnostics: each once, with the variants', () => {
        const said = diagnostics.map(({ range, code, message }) => [range.start.line, code, message] as const);
        expect(said.filter(([, code]) => code === 'verdict/failed')).toEqual([[7, 'verdict/failed', 'Expected MF_MSG_GET_HWPOISON MF_IGNORED, but: MF_MSG_KERNEL MF_IGNORED. In 2 of 5 variants: kernel 7.3.']]);
        expect(said.filter(([, code]) => code === 'vary/left-out')).toMatchObject([[2, 'vary/left-out', expect.stringContaining('Left out on kernel 6.12')]]);
    });

    test('are counted above the scenario', async () => {
        const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: URI } });
        expect(lenses.map(({ command }) => command?.title)).toContain('✗ 1 failed, 2 met, in 2 of 5 variants');
    });
});
