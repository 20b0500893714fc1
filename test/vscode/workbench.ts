// What the tests inside VS Code do again and again.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HwpExtension } from '../../client/src/api.js';
import { TEST_PATIENCE_MS } from './journal.js';

/** The id under which VS Code knows the extension. */
export const EXTENSION_ID = 'hwpoison-scenarios.hwpoison-scenarios';

/** A file of test/vscode/workspace. */
export function scenarioUri(file: string): vscode.Uri {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder, 'no folder is open');
    return vscode.Uri.joinPath(folder.uri, file);
}

/** Opens a file of test/vscode/workspace in an editor. */
export async function openScenario(file: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(scenarioUri(file));
    await vscode.window.showTextDocument(document);
    return document;
}

/** Opens a text in an unsaved editor: tests that edit leave the workspace as it is. */
export async function openText(content: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument({ language: 'hwp', content });
    await vscode.window.showTextDocument(document);
    return document;
}

/** Closes every editor; what is not saved is dropped, without a question. */
export async function closeEditors(): Promise<void> {
    const count = (): number => vscode.window.tabGroups.all.reduce((sum, { tabs }) => sum + tabs.length, 0);
    for (let tries = count() + 10; count() > 0 && tries > 0; tries--) {
        const left = count();
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        if (count() === left) {
            await vscode.commands.executeCommand('workbench.action.focusNextGroup');
        }
    }
    assert.equal(count(), 0, 'an editor stays open');
    // The extension host hears of it later: until then commands would act on an editor that is gone.
    await waitFor('no editor to be active', () => vscode.window.activeTextEditor === undefined);
}

/** Replaces the whole text of a document, as a single edit. */
export async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Puts the cursor at the first place of a text in the active editor. */
export function moveCursorTo(text: string): vscode.Position {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor, 'no editor is active');
    const offset = editor.document.getText().indexOf(text);
    assert.notEqual(offset, -1, `the text has no ${text}`);
    const position = editor.document.positionAt(offset);
    editor.selection = new vscode.Selection(position, position);
    return position;
}

/** What activating the extension returned, once it is active. */
export async function activeExtension(): Promise<HwpExtension> {
    const extension = vscode.extensions.getExtension<HwpExtension>(EXTENSION_ID);
    assert.ok(extension, `${EXTENSION_ID} is not installed`);
    return extension.activate();
}

/** The hints of a whole document as texts, by line. */
export async function hintsOf(document: vscode.TextDocument): Promise<ReadonlyMap<number, string>> {
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all);
    return new Map(hints.map(({ position, label }) => [position.line, typeof label === 'string' ? label : label.map(({ value }) => value).join('')]));
}

/** Waits until a condition holds; the test fails when it does not within the time. */
export async function waitFor(what: string, condition: () => boolean | PromiseLike<boolean>, timeoutMs = TEST_PATIENCE_MS - 30_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await condition())) {
        assert.ok(Date.now() < end, `waited ${timeoutMs} ms for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** The first value that is not undefined. */
export async function waitForValue<Value>(what: string, read: () => Value | undefined | PromiseLike<Value | undefined>): Promise<Value> {
    let value: Value | undefined;
    await waitFor(what, async () => {
        value = await read();
        return value !== undefined;
    });
    return value!;
}
