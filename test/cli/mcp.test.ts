/** `hwp mcp`, spoken to by the protocol's own client. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CLI = path.resolve(import.meta.dirname, '../../out/cli.js');
const SCENARIO = 'scenario "slab" {\n    region dentry = slab 1 page\n    corrupt-pfn dentry\n        expect MF_MSG_KERNEL MF_IGNORED errno EBUSY\n}\n';

describe('hwp mcp', () => {
    const client = new Client({ name: 'test', version: '1' });
    beforeAll(() => client.connect(new StdioClientTransport({ command: process.execPath, args: [CLI, 'mcp'] })));
    afterAll(() => client.close());

    async function call(name: string, args: Record<string, unknown>): Promise<{ readonly text: string; readonly isError: boolean }> {
        const { content, isError } = await client.callTool({ name, arguments: args });
        const [first] = content;
        return { text: first?.type === 'text' ? first.text : '', isError: isError === true };
    }

    test('offers its tools, each with a schema that refuses what it does not know', async () => {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name)).toEqual(['check', 'run', 'explain', 'triage', 'vocabulary']);
        for (const { description, inputSchema, annotations } of tools) {
            expect(description!.length).toBeGreaterThan(40);
            expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
            expect(annotations).toMatchObject({ readOnlyHint: true, openWorldHint: false });
        }
    });

    test('answers as the command does', async () => {
        expect(await call('check', { text: SCENARIO.replace('slab 1', 'slap 1') })).toEqual({ isError: false, text: expect.stringContaining('scenario.hwp:2:21: error: `slap` is no kind of page. Did you mean `slab`?') as string });
        expect((await call('check', { text: SCENARIO })).text).toMatch(/^Nothing is wrong: 1/);
        expect((await call('run', { text: SCENARIO })).text).toContain('corrupt-pfn dentry  KERNEL Ignored · EBUSY');
        expect((await call('run', { text: SCENARIO, kernel: '6.12' })).text).toContain('1 failed');
        expect((await call('run', { text: SCENARIO, sysctls: { 'vm.panic_on_unrecoverable_memory_failure': 1 } })).text).toContain('panic');
        expect((await call('explain', { text: SCENARIO })).text).toContain('get_any_page.kernel-owned');
        expect((await call('triage', { text: '[    1.000000] mce: [Hardware Error]: Machine check events logged\n[    1.000001] Memory failure: 0x4003: recovery action for dirty LRU page: Recovered\n' })).text).not.toBe('');
        expect((await call('vocabulary', { word: 'MF_MSG_KERNEL' })).text).toContain('reserved kernel page');
        expect((await call('vocabulary', {})).text.split('\n').length).toBeGreaterThan(200);
    });

    test.each([
        ['run', {}, '"run" needs "text"'], ['run', { text: 5 }, '"text" of "run" must be a string, not 5.'], ['run', { text: '', kernel: '5.15' }, 'Linux 5.15 is too old'],
        ['run', { text: '', kernel: 'new' }, 'is no kernel version'], ['run', { text: '', sysctls: { 'vm.nothing': 1 } }, 'There is no sysctl "vm.nothing" here'],
        ['run', { text: '', sysctls: { 'vm.memory_failure_early_kill': 'yes' } }, 'must be an object of whole numbers'], ['run', { text: '', file: '/etc/passwd' }, '"run" takes no "file": it takes text, kernel, sysctls.'],
        ['vocabulary', { word: 'MF_MSG_KERNAL' }, 'Did you mean MF_MSG_KERNEL'],
    ])('%s %j is an error that the model can mend', async (name, args, words) => {
        expect(await call(name, args)).toEqual({ isError: true, text: expect.stringContaining(words) as string });
    });

    test('a tool that there is not is an error of the protocol', async () => {
        await expect(client.callTool({ name: 'rum', arguments: {} })).rejects.toThrow('There is no tool "rum". Did you mean "run"?');
    });

    test('files are not read: an import is what was passed in, or missing', async () => {
        expect((await call('check', { text: `import "${path.resolve(import.meta.dirname, '../../examples/01-early-kill.hwp')}"\n${SCENARIO}` })).text).toContain('import/');
    });

    test('any text gets an answer', async () => {
        expect(await call('run', { text: '\u0000{{{ scenario "' })).toMatchObject({ isError: false });
        expect(await call('triage', { text: '\u0000\u0001' })).toMatchObject({ isError: false });
    });
});

test('a client that sends nonsense is told so, and the next one is served', () => {
    const lines = [
        'nonsense', '[1, 2]', '5', '{"jsonrpc":"2.0","id":1,"method":"initialize","params":7}', '{"jsonrpc":"2.0","id":"a","method":"tools/call","params":null}', '{"jsonrpc":"2.0","id":{},"method":"ping"}',
        '{"jsonrpc":"2.0","id":9,"method":"ping","trace":1}', '{"jsonrpc":"2.0","id":2.5,"method":"ping"}', '{"jsonrpc":"2.0","id":null,"method":"ping"}',
        '{"jsonrpc":"2.0","id":6}', '{"jsonrpc":"2.0","id":7,"method":"no/such"}', '{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":5}}', '',
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'mcp'], { input: lines.join('\n'), encoding: 'utf8' });
    expect(status).toBe(0);
    const answers = stdout.trim().split('\n').map((line) => JSON.parse(line) as { id: number | null; error: { code: number } });
    expect(answers.map(({ id, error: { code } }) => [id, code])).toEqual([
        [null, -32700], [null, -32600], [null, -32600], [1, -32602], ['a', -32602], [null, -32600], [9, -32600], [null, -32600], [null, -32600], [6, -32600], [7, -32601], [8, -32602],
    ]);
    expect(stderr).toContain('hwp mcp: A line is no JSON');
});

test('bytes that are no text, and a line without end, are one error each, and the next message is answered', () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, at) => at % 256 === 10 ? 11 : at % 256));
    const endless = Buffer.alloc(2 ** 26, 'x');
    const { status, stdout } = spawnSync(process.execPath, [CLI, 'mcp'], { input: Buffer.concat([bytes, Buffer.from('\n'), endless, Buffer.from('\n{"jsonrpc":"2.0","id":9,"method":"no/such"}\n')]), encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout.trim().split('\n').map((line) => JSON.parse(line) as { id: number | null; error: { message: string } }).map(({ id, error: { message } }) => [id, message.slice(0, 24)])).toEqual([
        [null, 'A line is no JSON: every'], [null, 'A line is longer than 10'], [9, 'Method not found'],
    ]);
});
