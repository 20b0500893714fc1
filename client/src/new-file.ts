import * as vscode from 'vscode';

const NAME = 'new-scenario';

/**
 * A new, unsaved file with that text. It has a name with the extension of scenarios: what has none comes back as plain text when
 * the window is loaded again.
 */
export async function newScenarioFile(text: string): Promise<vscode.TextDocument> {
    const document = await emptyDocument();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), text);
    await vscode.workspace.applyEdit(edit);
    return document;
}

async function emptyDocument(): Promise<vscode.TextDocument> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.path));
    for (let number = 1; ; number++) {
        const name = `${NAME}${number === 1 ? '' : `-${number}`}.hwp`;
        const uri = folder === undefined ? vscode.Uri.from({ scheme: 'untitled', path: name }) : vscode.Uri.joinPath(folder, name);
        if (!open.has(uri.path) && (folder === undefined || !await exists(uri))) {
            const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
            // One that was closed a moment ago may come back with its text, from the backup that the editor keeps of it.
            if (document.getText() === '') {
                return document;
            }
        }
    }
}

function exists(uri: vscode.Uri): PromiseLike<boolean> {
    return vscode.workspace.fs.stat(uri).then(() => true, () => false);
}
