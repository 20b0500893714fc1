import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activeExtension, hintsOf, scenarioUri, waitForValue } from './workbench.js';

const LOG = [
    '[   88.479424] {1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 1',
    '[   88.479424] {1}[Hardware Error]: event severity: recoverable',
    '[   88.479424] {1}[Hardware Error]:   section_type: memory error',
    '[   88.479424] {1}[Hardware Error]:   physical_address: 0x0000000002000080',
    '[   88.498473] Memory failure: 0x2000: unhandlable page.',
    '[   88.498619] Memory failure: 0x2000: recovery action for reserved kernel page: Ignored',
    '[   90.000000] usb 1-1: new high-speed USB device',
    '[  157.847126] Kernel panic - not syncing: Memory failure: 0x2000: unrecoverable page',
].join('\n');

describe('kernel logs', () => {
    let log: vscode.TextDocument;

    before(async () => {
        await activeExtension();
        const text = await vscode.workspace.openTextDocument({ content: LOG });
        await vscode.window.showTextDocument(text);
        assert.equal(await vscode.commands.executeCommand('hwp.triageLog'), 'hardware');
        log = vscode.window.activeTextEditor!.document;
    });

    it('any text becomes one by the command', () => {
        assert.equal(log.languageId, 'kernel-log');
    });

    for (const name of ['crash.dmesg', 'console.kmsg', 'vmcore-dmesg.txt', 'dmesg-2026-11-30']) {
        it(`a file is one by its name: ${name}`, async () => {
            const uri = scenarioUri(name);
            // A browser's workspace is only read there.
            const writable = uri.scheme === 'file';
            if (writable) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(LOG));
            try {
                const file = await vscode.workspace.openTextDocument(writable ? uri : uri.with({ scheme: 'untitled' }));
                await vscode.window.showTextDocument(file);
                assert.equal(file.languageId, 'kernel-log');
                if (writable) assert.match((await hintsOf(file)).get(7) ?? '', /belongs to frame 0x2000/);
            } finally {
                await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
                if (writable) await vscode.workspace.fs.delete(uri);
                await vscode.window.showTextDocument(log);
            }
        });
    }

    it('hints tie the crash to its frame', async () => {
        const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', log.uri, new vscode.Range(0, 0, log.lineCount, 0));
        assert.deepEqual(hints.map(({ position }) => position.line), [0, 7].filter((line) => hints.some(({ position }) => position.line === line)));
        assert.match(String(hints.at(-1)!.label), /belongs to frame 0x2000/);
    });

    it('links lead from the crash to its cause and back', async () => {
        const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', log.uri);
        assert.deepEqual(links.map(({ range, target }) => [range.start.line, target?.fragment]).sort(), [[5, 'L8'], [7, 'L6']]);
    });

    it('the outline lists boots and incidents', async () => {
        const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', log.uri);
        assert.deepEqual(symbols.map(({ name, children }) => [name, children.length]), [['boot 1', 1]]);
    });

    it('lines have hovers', async () => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', log.uri, new vscode.Position(5, 30));
        assert.match((hovers[0]!.contents[0] as vscode.MarkdownString).value, /MF_MSG_KERNEL/);
    });

    it('an incident becomes a scenario', async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', log.uri, new vscode.Range(5, 0, 5, 0));
        const write = actions.find(({ title }) => title === 'Write a scenario from this incident');
        assert.ok(write?.command);
        const scenario = await vscode.commands.executeCommand<vscode.TextDocument>(write.command.command, ...write.command.arguments!);
        assert.equal(scenario.languageId, 'hwp');
        assert.match(await waitForValue('the text of the scenario', () => scenario.getText() || undefined), /recovery action for reserved kernel page: Ignored/);
    });

    it('every kind of line has its hover', async () => {
        const kinds: readonly (readonly [string, RegExp])[] = [
            ['{7}[Hardware Error]: event severity: recoverable', /record of firmware/], ['EDAC MC0: 3 CE memory read error on DIMM_A1 (channel:0 slot:0 page:0x1000 offset:0x40 grain:32 syndrome:0x0)', /EDAC: 3 corrected errors/],
            ['mce: [Hardware Error]: CPU 2: Machine Check: 0 Bank 7: 8c00004000010090', /machine check record of bank 7/], ['CMCI storm detected: switching to poll mode', /corrected errors/],
            ['Memory failure: 0x4001: recovery action for dirty LRU page: Recovered', /MF_RECOVERED/], ['Linux version 6.12.9 (gcc) #1', /A boot/], ['BUG: kernel NULL pointer dereference, address: 0000000000000018', /crash \(page-fault\)/],
            ['mce_log: 7 callbacks suppressed', /7 messages/],
        ];
        const text = await vscode.workspace.openTextDocument({ language: 'kernel-log', content: kinds.map(([line], index) => `[  ${100 + index}.000000] ${line}`).join('\n') });
        await vscode.window.showTextDocument(text);
        for (const [line, [said, words]] of kinds.entries()) {
            const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', text.uri, new vscode.Position(line, 20));
            assert.match(hovers.flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value)).join('\n'), words, said);
        }
    });

    it('a large log does not keep others waiting', async () => {
        const ordinary = Array.from({ length: 60_000 }, (_, index) => `[ ${String(1000 + index)}.000000] usb 1-1: new high-speed USB device number ${index % 100}`).join('\n');
        const large = await vscode.workspace.openTextDocument({ language: 'kernel-log', content: `${ordinary}\n[200000.000000] Memory failure: 0x4001: recovery action for dirty LRU page: Recovered` });
        const outline = vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', large.uri);
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', log.uri, new vscode.Position(5, 30));
        assert.equal(hovers.length > 0, true);
        assert.deepEqual((await outline).flatMap(({ children }) => children.length), [1]);
    });
});
