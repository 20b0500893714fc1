import * as vscode from 'vscode';

let last: vscode.TextEditor | undefined;

/** The scenario file that was active last. */
export function lastEditor(): vscode.TextEditor | undefined {
    return last;
}

/** Remembers which scenario file was active last. */
export function rememberEditors(context: vscode.ExtensionContext): void {
    const remember = (editor: vscode.TextEditor | undefined): void => {
        last = editor?.document.languageId === 'hwp' ? editor : last;
    };
    remember(vscode.window.activeTextEditor);
    context.subscriptions.push(vscode.window.onDidChangeActiveTextEditor(remember));
}
