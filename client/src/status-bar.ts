import * as vscode from 'vscode';
import type { DocumentResults, ScenarioStatus } from '../../server/src/lsp/protocol.js';
import type { Results } from './results.js';

/** In the order in which they are shown; `always`: also when there is none of them. */
const STATES: readonly { readonly status: ScenarioStatus; readonly icon: string; readonly always: boolean }[] = [
    { status: 'passed', icon: '$(pass)', always: true },
    { status: 'failed', icon: '$(error)', always: true },
    { status: 'unverified', icon: '$(question)', always: true },
    { status: 'invalid', icon: '$(circle-slash)', always: false },
];

/** How the scenarios of the active file stand. Hidden beside other files. */
export function createStatusBar(results: Results, context: vscode.ExtensionContext): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('hwp.results', vscode.StatusBarAlignment.Left, 10);
    item.name = 'hwpoison scenarios';
    item.command = 'hwp.runFile';
    const show = (): void => {
        const document = vscode.window.activeTextEditor?.document;
        if (document?.languageId !== 'hwp') {
            item.hide();
            return;
        }
        const counts = countsOf(results.get(document.uri));
        item.text = counts.map(({ icon, count }) => `${icon} ${count}`).join(' ');
        const variants = results.get(document.uri)?.scenarios.reduce((sum, scenario) => sum + scenario.variants.length, 0) ?? 0;
        item.tooltip = `${counts.map(({ count, status }) => `${count} ${status}`).join(', ')} in this file${variants === 0 ? '' : `; ${variants} variants`}`;
        item.accessibilityInformation = { label: item.tooltip };
        item.show();
    };
    context.subscriptions.push(item, results.onChange(show), vscode.window.onDidChangeActiveTextEditor(show));
    show();
    return item;
}

function countsOf(results: DocumentResults | undefined): { readonly icon: string; readonly status: string; readonly count: number }[] {
    return STATES
        .map(({ status, icon, always }) => ({ icon, status, always, count: results?.scenarios.filter((scenario) => scenario.status === status).length ?? 0 }))
        .filter(({ always, count }) => always || count > 0);
}
