import * as vscode from 'vscode';
import { KERNEL_LOG } from '../kernel-logs/kernel-logs.js';
import type { Services } from './command.js';
import { say } from './scenario-choice.js';

/** Takes the text of the active editor for a kernel log, whatever it is called. */
export async function triageLog({ logs }: Services): Promise<string | undefined> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined) {
        say('Open a kernel log first.');
        return undefined;
    }
    const log = document.languageId === KERNEL_LOG ? document : await vscode.languages.setTextDocumentLanguage(document, KERNEL_LOG);
    const view = await logs.view(log);
    const count = view?.boots.reduce((sum, { incidents }) => sum + incidents.length, 0) ?? 0;
    say(count === 0 ? 'There is no memory error in this log.' : `${count} incident${count === 1 ? '' : 's'}: the outline lists them.`);
    return view?.verdict;
}

/** A scenario from an incident: of the one that is named, else of the one at the cursor. */
export async function scenarioFromLog({ logs }: Services, uri?: string, incident?: string): Promise<vscode.TextDocument | undefined> {
    const editor = vscode.window.activeTextEditor;
    const document = uri === undefined ? editor?.document : await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const id = incident ?? (editor === undefined || document === undefined ? undefined : (await logs.incidentAt(document, editor.selection.active.line))?.id);
    if (document === undefined || id === undefined) {
        say('There is no incident at the cursor.');
        return undefined;
    }
    return logs.writeScenario(document, id);
}
