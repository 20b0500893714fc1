// What the tests inside VS Code do again and again.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** The id under which VS Code knows the extension. */
export const EXTENSION_ID = 'hwpoison-scenarios.hwpoison-scenarios';

/** Opens a file of test/vscode/workspace in an editor. */
export async function openScenario(file: string): Promise<vscode.TextDocument> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder, 'no folder is open');
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, file));
    await vscode.window.showTextDocument(document);
    return document;
}

/** Waits until a condition holds; the test fails when it does not within the time. */
export async function waitFor(what: string, condition: () => boolean | PromiseLike<boolean>, timeoutMs = 30_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await condition())) {
        assert.ok(Date.now() < end, `waited ${timeoutMs} ms for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
