/** What people write first, by the words of hints, logs and other tools: one error a line, its fix makes the line right, and reasons are the right ones. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const URI = 'file:///first-words.hwp';
const HEAP = 'process db { sigbus handler longjmp; map heap = anon 4 pages written }';
const GUEST = 'process qemu { sigbus handler longjmp; map ram = anon 64 MiB; guest vm backed by ram { process app { sigbus handler longjmp; map own = anon 4 pages written } } }';

const scenario = (...lines: readonly string[]): string => `scenario "s" {\n${lines.map((line) => `    ${line}\n`).join('')}}\n`;

describe('the first words', () => {
    let client: InProcessClient;
    beforeAll(async () => {
        client = await InProcessClient.start();
    });
    afterAll(() => client.stop());

    const errorsOf = (diagnostics: readonly Diagnostic[]): Diagnostic[] => diagnostics.filter(({ severity, code }) => severity === 1 && !String(code).startsWith('verdict/'));

    test.each<readonly [string, readonly string[], string]>([
        ['expect DIRTY_LRU Recovered', [HEAP, 'corrupt-pfn heap[2]', 'expect DIRTY_LRU Recovered'], 'expect MF_MSG_DIRTY_LRU MF_RECOVERED'],
        ['expect Recovered', [HEAP, 'corrupt-pfn heap[2]', 'expect Recovered'], 'expect MF_RECOVERED'],
        ['expect MF_DIRTY_LRU', [HEAP, 'corrupt-pfn heap[2]', 'expect MF_DIRTY_LRU'], 'expect MF_MSG_DIRTY_LRU'],
        ['expect SIGBUS AO to db', [HEAP, 'corrupt-pfn heap[2]', 'expect SIGBUS AO to db'], 'expect SIGBUS BUS_MCEERR_AO to db'],
        ['expect SIGBUS BUS_MCEERR_AO db', [HEAP, 'corrupt-pfn heap[2]', 'expect SIGBUS BUS_MCEERR_AO db'], 'expect SIGBUS BUS_MCEERR_AO to db'],
        ['expect EBUSY', [HEAP, 'corrupt-pfn heap[2]', 'expect EBUSY'], 'expect errno EBUSY'],
        ['expect db killed', [HEAP, 'corrupt-pfn heap[2]', 'expect db killed'], 'expect killed db'],
        ['expect not panic', [HEAP, 'corrupt-pfn heap[2]', 'expect not panic'], 'expect no panic'],
        ['expect behind the step', [HEAP, 'corrupt-pfn heap[2] expect errno 0'], 'corrupt-pfn heap[2]\n        expect errno 0'],
        ['with a condition', [HEAP, 'corrupt-pfn heap[2] expect errno 0 when kernel >= 7.3'], 'corrupt-pfn heap[2]\n        expect errno 0 when kernel >= 7.3'],
        ['SRAR', [HEAP, 'cpu 0 runs db in user mode', 'machine-check SRAR at heap[0]'], 'machine-check AR at heap[0]'],
        ['SRAO', [HEAP, 'machine-check SRAO at heap[0]'], 'machine-check AO at heap[0]'],
        ['v6.12', ['kernel v6.12', HEAP, 'corrupt-pfn heap[2]'], 'kernel 6.12'],
        ['quoted version', ['kernel "6.12"', HEAP, 'corrupt-pfn heap[2]'], 'kernel 6.12'],
        ['kexec with', [HEAP, 'kexec with kho-hwpoison'], 'kexec kernel 7.3 with kho-hwpoison'],
        ['kexec 7.3', [HEAP, 'kexec 7.3'], 'kexec kernel 7.3'],
        ['an actor without a colon', [HEAP, 'db read heap[2]'], 'db: read heap[2]'],
        ['a thread without a colon', [HEAP, 'db.main read heap[2]'], 'db.main: read heap[2]'],
        ['a kernel without a colon', [HEAP, 'kernel read heap[2]'], 'kernel: read heap[2]'],
        ['a guest that acts', [GUEST, 'vm: read own[1]'], 'in vm app: read own[1]'],
        ['a process of a guest', [GUEST, 'app: read own[1]'], 'in vm app: read own[1]'],
        ['a guest without an actor', [GUEST, 'in vm: read own[1]'], 'in vm app: read own[1]'],
        ['a time with a colon', [HEAP, 'at 10s: corrupt-pfn heap[0]'], 'at 10s corrupt-pfn heap[0]'],
        ['a page without brackets', [HEAP, 'corrupt-pfn heap 2'], 'corrupt-pfn heap[2]'],
        ['a page in parentheses', [HEAP, 'corrupt-pfn heap(2)'], 'corrupt-pfn heap[2]'],
        ['a number for a frame', [HEAP, 'corrupt-pfn 0x1000'], 'corrupt-pfn pfn 0x1000'],
        ['a sysctl without =', ['sysctl vm.memory_failure_early_kill 1', HEAP, 'corrupt-pfn heap[0]'], 'sysctl vm.memory_failure_early_kill = 1'],
        ['a mapping without =', ['process db { map heap anon 4 pages }', 'corrupt-pfn pfn 1'], 'map heap = anon 4 pages'],
        ['GB', ['memory 1GB', HEAP, 'corrupt-pfn heap[0]'], 'memory 1 GiB'],
        ['aarch64', ['arch aarch64', HEAP, 'corrupt-pfn heap[0]'], 'arch arm64'],
        ['a policy in words', ['process db { prctl early; map heap = anon 4 pages }', 'corrupt-pfn heap[0]'], 'prctl PR_MCE_KILL_EARLY'],
        ['an advice in words', [HEAP, 'db: madvise heap[0] hwpoison'], 'db: madvise heap[0] MADV_HWPOISON'],
        ['unpoison', [HEAP, 'unpoison heap[0]'], 'unpoison-pfn heap[0]'],
        ['assert', [HEAP, 'corrupt-pfn heap[0]', 'assert errno 0'], 'expect errno 0'],
    ])('%s', async (_what, lines, right) => {
        const text = scenario(...lines);
        const wrong = errorsOf(await client.open(URI, text));
        expect(wrong.map(({ message }) => message)).toHaveLength(1);
        const actions = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri: URI }, range: wrong[0]!.range, context: { diagnostics: wrong } });
        const fixed = actions.map(({ edit }) => TextDocument.applyEdits(TextDocument.create(URI, 'hwp', 0, text), edit!.changes![URI]!));
        expect(fixed.find((each) => each.includes(right))).toBeDefined();
        expect(errorsOf(await client.change(URI, fixed.find((each) => each.includes(right))!))).toEqual([]);
        await client.close(URI);
    });

    test.each<readonly [string, readonly string[], RegExp]>([
        ['AO is not `no`', [HEAP, 'corrupt-pfn heap[2]', 'expect SIGBUS XO to db'], /^(?!.*Did you mean `no`)/],
        ['UC is not `UE`', [HEAP, 'machine-check UC at heap[0]'], /^(?!.*Did you mean)/],
        ['`get` says nothing about getpid', [HEAP, 'db: getpid'], /^(?!.*Did you mean)/],
        ['one name is no list', [HEAP, 'late: read heap[0]'], /There is `db`/],
        ['a distribution\'s kernel', ['kernel 6.8.0-45-generic', HEAP, 'corrupt-pfn heap[0]'], /distribution's kernel.*such as `6\.8\.0`/],
        ['several items on a line', ['kernel 7.3  memory 1 GiB', HEAP, 'corrupt-pfn heap[0]'], /separated by `;`/],
        ['an attribute for a kind', ['process db { map heap = thp 4 MiB }', 'corrupt-pfn heap[0]'], /is an attribute.*`map heap = anon SIZE thp`/],
    ])('%s', async (_what, lines, message) => {
        const wrong = errorsOf(await client.open(URI, scenario(...lines)));
        expect(wrong[0]?.message).toMatch(message);
        await client.close(URI);
    });

    test.each(['expect MF_RECOVERED poisoned heap[2]', 'expect MF_MSG_DIRTY_LRU poisoned heap[2]', 'expect errno 0 poisoned heap[2] survives db', 'expect SIGBUS BUS_MCEERR_AO to db killed db', 'expect no signal poisoned heap[2]', 'expect no panic contents heap[1] intact', 'expect MF_MSG_DIRTY_LRU MF_RECOVERED HardwareCorrupted 4 KiB'])('%s is right', async (claim) => {
        expect(errorsOf(await client.open(URI, scenario(HEAP, 'corrupt-pfn heap[2]', claim)))).toEqual([]);
        await client.close(URI);
    });

    test('a machine check on an idle CPU says what to write, and writes it', async () => {
        const text = scenario(HEAP, 'machine-check AR at heap[1]');
        const found = (await client.open(URI, text)).filter(({ code }) => code === 'verdict/unexpected-panic');
        expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('CPU 0 runs nothing')]);
        const [first] = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri: URI }, range: found[0]!.range, context: { diagnostics: found } });
        const fixed = TextDocument.applyEdits(TextDocument.create(URI, 'hwp', 0, text), first!.edit!.changes![URI]!);
        expect(fixed).toContain('cpu 0 runs db in user mode');
        expect((await client.change(URI, fixed)).filter(({ severity }) => severity === 1)).toEqual([]);
        await client.close(URI);
    });

    test.each(['expect value "A"', 'expect in vm value "A"'])('a guest ends with the kernel of its host, and nothing panicked: %s', async (expectation) => {
        const found = await client.open(URI, scenario(GUEST, 'kexec', 'in vm app: read own[1]', `    ${expectation}`));
        const failed = found.find(({ code }) => code === 'verdict/failed');
        expect(failed?.message ?? '').toContain('vm ended with the kernel of its host');
        await client.close(URI);
    });

    test('a missing import is one error', async () => {
        const found = await client.open(URI, 'import "nowhere.hwp"\nscenario "s" on host {\n    corrupt-pfn dentry[1]\n    app: read heap[0]\n        expect killed app\n}\n');
        expect(errorsOf(found).map(({ code }) => code)).toEqual(['import/missing']);
        await client.close(URI);
    });
});
