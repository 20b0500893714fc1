// A virtual machine's side of a step, in every view of the editor.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hover } from 'vscode-languageserver';
import type { ReportText } from '../../server/src/lsp/protocol.js';
import { InProcessClient } from './in-process-client.js';

const URI = 'file:///guests.hwp';
const TEXT = `scenario "s" {
    process qemu {
        prctl PR_MCE_KILL_EARLY
        sigbus handler longjmp
        map ram = anon 64 MiB
        guest vm backed by ram {
            kernel 6.12
            process app { prctl PR_MCE_KILL_EARLY; sigbus handler longjmp; map heap = anon 4 pages written }
        }
    }
    machine-check UCNA at vm.heap[2]
    in vm app: read heap[2]
    corrupt-pfn vm.heap[0]
    wait 1 s
}
`;

describe('a step that a guest hears of', () => {
    let client: InProcessClient;
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(URI, TEXT);
    });
    afterAll(() => client.stop());

    const hover = async (word: string): Promise<string> => {
        const line = TEXT.split('\n').findIndex((each) => each.includes(word));
        const found = await client.at<Hover | null>('hover', URI, { line, character: TEXT.split('\n')[line]!.indexOf(word) });
        return (found?.contents as { value: string } | undefined)?.value ?? '';
    };

    test('the hover tells both sides, the guest on its own kernel', async () => {
        const [host = '', guest = ''] = (await hover('machine-check UCNA')).split('**In vm**, Linux 6.12');
        expect(host).toContain('BUS\\_MCEERR\\_AO to qemu');
        expect(host).not.toContain('to app');
        expect(guest).toMatch(/^\n\n\*\*DIRTY\\_LRU Recovered · AO→app.main\*\*/);
        expect(guest).toContain('`memory_failure()`');
        expect(guest).toMatch(/\*\*Log\*\*\n\n```text\n\[ {4}0\.000000\] .*[\s\S]*recovery action for dirty LRU page: Recovered/);
        expect(guest).toMatch(/\*\*Signals\*\*\n\n- .*BUS\\_MCEERR\\_AO to app/);
        expect(guest).toContain('**State**');
    });

    test('a step on the guest\'s side tells what its kernel did', async () => {
        expect(await hover('read heap[2]')).toMatch(/\*\*In vm\*\*[\s\S]*BUS\\_MCEERR\\_AR to app/);
    });

    test('its name tells what it is, and leads to its declaration', async () => {
        const line = TEXT.split('\n').findIndex((each) => each.trim().startsWith('guest '));
        const position = { line, character: TEXT.split('\n')[line]!.indexOf('guest ') + 6 };
        const { contents } = await client.at<{ contents: { value: string } }>('hover', URI, position);
        expect(contents.value).toMatch(/Linux \S+ under KVM, run by `qemu`/);
        expect(contents.value).toMatch(/MiB of memory, which is `qemu\.ram`/);
        expect(await client.at<unknown[]>('definition', URI, position)).toHaveLength(1);
        expect(JSON.stringify(await client.request('textDocument/documentSymbol', { textDocument: { uri: URI } }))).toContain('"name":"vm","kind":4');
    });

    test('a step that no guest hears of has one side', async () => {
        expect(await hover('wait 1 s')).not.toContain('In vm');
    });

    test('the kernel log has the lines of both kernels, the guest\'s with its name; the trace has its decisions', async () => {
        const { text: log } = await client.request<ReportText>('hwp/kernelLog', { uri: URI, scenario: 's' });
        expect(log).toMatch(/^\[ .*Memory failure: .*Recovered$/m);
        expect(log).toMatch(/^vm: \[ {4}0\.\d{6}\] Memory failure: .*Recovered$/m);
        expect((await client.request<ReportText>('hwp/trace', { uri: URI, scenario: 's' })).text).toMatch(/in vm\n[\s\S]*memory_failure\(\)/);
    });
});
