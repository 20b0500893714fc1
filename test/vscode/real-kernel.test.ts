// On Node only: a kernel is booted in an emulator. What it needs is installed by scripts/vscode/run-tests.mts.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ClientRequests } from '../../server/src/lsp/protocol.js';
import { activeExtension, closeEditors, openText, replaceText, waitFor } from './workbench.js';

const TEXT = [
    'scenario "runs for real" {',
    '    process db { prctl PR_MCE_KILL_EARLY; sigbus handler longjmp; map heap = anon 16 KiB written }',
    '    corrupt-pfn heap[2]',
    '    db: read heap[2]',
    '}',
    'scenario "cannot be made" {',
    '    process qemu { map ram = anon 64 MiB thp; guest vm backed by ram { kernel 6.12; process app { map heap = anon 16 KiB written } } }',
    '    machine-check UCNA at vm.heap[2]',
    '    in vm app: read heap[2]',
    '}',
    '',
].join('\n');

const MINUTES = 60_000;

function differences(uri: vscode.Uri, code: string): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(uri).filter((each) => each.source === 'real kernel' && each.code === code);
}

/** The marks of a document by line; other hints stand there as well. */
async function marksOf(document: vscode.TextDocument): Promise<ReadonlyMap<number, string>> {
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, new vscode.Range(0, 0, document.lineCount, 0));
    return new Map(hints.flatMap(({ position, label }) => typeof label === 'string' && /^[✓✗] /.test(label) ? [[position.line, label] as const] : []));
}

describe('a real kernel', function () {
    this.timeout(10 * MINUTES);

    before(async () => {
        await vscode.workspace.getConfiguration('hwp.realKernel').update('version', '7.3', vscode.ConfigurationTarget.Global);
        await activeExtension();
        await vscode.commands.executeCommand('hwp.setUpLab');
    });

    after(async () => {
        await vscode.workspace.getConfiguration('hwp.realKernel').update('version', undefined, vscode.ConfigurationTarget.Global);
        await closeEditors();
    });

    it('does what was predicted: a mark with its version behind each step, until the next edit', async () => {
        const document = await openText(TEXT);

        await vscode.commands.executeCommand('hwp.runOnRealKernel', document.uri.toString(), 'runs for real');
        const marked = await marksOf(document);
        await replaceText(document, `${TEXT}// later\n`);

        assert.match(marked.get(2) ?? '', /✓ 7\.3\./);
        assert.match(marked.get(3) ?? '', /✓ 7\.3\./);
        assert.deepEqual(differences(document.uri, 'real-kernel/differs'), []);
        await waitFor('the marks to go', async () => (await marksOf(document)).size === 0);
    });

    it('does something else than was predicted of another version: both sides, at the step', async () => {
        const { client } = await activeExtension();
        const document = await openText(TEXT);
        const send = client.sendRequest.bind(client) as (...args: unknown[]) => Promise<unknown>;
        client.sendRequest = ((method: string, params: ClientRequests['hwp/realKernelCases']['params'], ...more: unknown[]) =>
            send(method, method === 'hwp/realKernelCases' ? { ...params, kernel: '6.1' } : params, ...more)) as typeof client.sendRequest;
        try {
            await vscode.commands.executeCommand('hwp.runOnRealKernel', document.uri.toString(), 'runs for real');
        } finally {
            client.sendRequest = send as typeof client.sendRequest;
        }

        const [first] = differences(document.uri, 'real-kernel/differs');
        assert.match(first?.message ?? '', /predicted: [^]*real: /);
        assert.match((await marksOf(document)).get(first?.range.start.line ?? -1) ?? '', /✗ 7\.3\./);
    });

    it('cannot be what the lab cannot make: named at the construct', async () => {
        const document = await openText(TEXT);

        await vscode.commands.executeCommand('hwp.runOnRealKernel', document.uri.toString(), 'cannot be made');

        assert.notEqual(differences(document.uri, 'real-kernel/not-made').length, 0);
    });

    it('is not booted where the emulator lacks: the tests say so, with the mend', async () => {
        const document = await openText(TEXT);
        const before = process.env['HWP_QEMU'];
        process.env['HWP_QEMU'] = '/nowhere/qemu';
        try {
            await vscode.commands.executeCommand('hwp.runOnRealKernel', document.uri.toString(), 'runs for real');
        } finally {
            if (before === undefined) {
                delete process.env['HWP_QEMU'];
            } else {
                process.env['HWP_QEMU'] = before;
            }
        }

        assert.deepEqual(vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'real kernel'), []);
        await vscode.commands.executeCommand('notifications.clearAll');
    });
});
