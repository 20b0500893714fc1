// On Node only: the writers of programs are a bundle of their own, which a worker of a browser cannot load.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeEditors, openScenario } from './workbench.js';

describe('export', () => {
    it('a reproducer, and what it does not make is underlined', async () => {
        const { uri } = await openScenario('early-kill.hwp');

        const whole = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.exportReproducer', uri.toString(), 'early kill', 'kselftest');
        const none = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'hwp export');
        const partly = await vscode.commands.executeCommand<vscode.TextDocument>('hwp.exportReproducer', uri.toString(), 'early kill', 'sh');
        const named = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'hwp export');

        assert.equal(whole.languageId, 'c');
        assert.match(whole.getText(), /#include "..\/kselftest_harness.h"/);
        assert.deepEqual(none, []);
        assert.equal(partly.languageId, 'shellscript');
        assert.notEqual(named.length, 0);
        await closeEditors();
    });
});
