import * as vscode from 'vscode';

/** Puts the cursor at a place of a scenario file, in the editor that shows it already if there is one. */
export async function goTo(uri: string, line: number, character: number): Promise<void> {
    const target = vscode.Uri.parse(uri);
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === target.toString());
    const position = new vscode.Position(line, character);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(target), {
        viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One, selection: new vscode.Range(position, position),
    });
}
