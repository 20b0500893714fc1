import * as vscode from 'vscode';
import { TEMPLATES, type Template } from '../templates.js';
import type { Services } from './command.js';

/** Opens a new, unsaved file with the text of a template: the one of that label, else the one that is picked. */
export async function newScenario({ context }: Services, label?: string): Promise<vscode.TextDocument | undefined> {
    const template = TEMPLATES.find((each) => each.label === label)
        ?? await vscode.window.showQuickPick(TEMPLATES, { placeHolder: 'Start from which story?', matchOnDetail: true });
    if (template === undefined) {
        return undefined;
    }
    const document = await vscode.workspace.openTextDocument({ language: 'hwp', content: await textOf(template, context) });
    await vscode.window.showTextDocument(document);
    return document;
}

async function textOf({ from }: Template, { extensionUri }: vscode.ExtensionContext): Promise<string> {
    return 'text' in from ? from.text : new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'examples', from.example)));
}
