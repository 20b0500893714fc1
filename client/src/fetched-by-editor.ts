import * as vscode from 'vscode';
import type { Fetched } from './moment.js';

/** What the editor will ask for: nothing for a document that nobody sees. */
export function fetchedFor(uri: vscode.Uri): Fetched[] {
    const visible = vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri.toString());
    if (!visible) {
        return [];
    }
    const settings = vscode.workspace.getConfiguration('editor', { uri, languageId: 'hwp' });
    const hints: Fetched[] = ['on', 'onUnlessPressed'].includes(settings.get('inlayHints.enabled', 'on')) ? ['hints'] : [];
    return settings.get('codeLens', true) ? [...hints, 'lenses'] : hints;
}
