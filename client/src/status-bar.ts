import * as vscode from 'vscode';
import { State, type BaseLanguageClient } from 'vscode-languageclient';
import type { DocumentResults, ScenarioStatus } from '../../server/src/lsp/protocol.js';
import type { Results } from './results.js';

/** In the order in which they are shown; `always`: also when there is none of them. */
const STATES: readonly { readonly status: ScenarioStatus; readonly icon: string; readonly always: boolean }[] = [
    { status: 'passed', icon: '$(pass)', always: true },
    { status: 'failed', icon: '$(error)', always: true },
    { status: 'unverified', icon: '$(question)', always: true },
    { status: 'invalid', icon: '$(circle-slash)', always: false },
];

/** How the scenarios of the active file stand, or that nobody looks at them. Hidden beside other files. */
export function createStatusBar(client: BaseLanguageClient, results: Results, context: vscode.ExtensionContext): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('hwp.results', vscode.StatusBarAlignment.Left, 10);
    item.name = 'hwpoison scenarios';
    const show = (): void => {
        const document = vscode.window.activeTextEditor?.document;
        if (document?.languageId !== 'hwp') {
            item.hide();
            return;
        }
        const stopped = client.state === State.Stopped || client.state === State.StartFailed;
        const found = results.get(document.uri);
        item.command = stopped ? 'hwp.restartServer' : 'hwp.runFile';
        item.backgroundColor = stopped ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
        const { text, words } = stopped ? STOPPED : found === undefined ? WAITING : countsIn(found);
        item.text = text;
        item.tooltip = words;
        item.accessibilityInformation = { label: words };
        item.show();
    };
    // Each time that it is shown costs the window something, and a folder has many files.
    const showIfActive = ({ uri }: DocumentResults): void => {
        if (uri === vscode.window.activeTextEditor?.document.uri.toString()) {
            show();
        }
    };
    context.subscriptions.push(item, results.onChange(showIfActive), vscode.window.onDidChangeActiveTextEditor(show), client.onDidChangeState(show));
    show();
    return item;
}

interface Shown {
    readonly text: string;
    /** The same in words. */
    readonly words: string;
}

const STOPPED: Shown = { text: '$(warning) hwpoison', words: 'The language server is not running: nothing is checked. Select to start it.' };
const WAITING: Shown = { text: '$(loading~spin) hwpoison', words: 'The scenarios of this file are being run.' };

function countsIn({ scenarios }: DocumentResults): Shown {
    const counts = STATES
        .map(({ status, icon, always }) => ({ icon, status, always, count: scenarios.filter((scenario) => scenario.status === status).length }))
        .filter(({ always, count }) => always || count > 0);
    const variants = scenarios.reduce((sum, scenario) => sum + scenario.variants.length, 0);
    return {
        text: counts.map(({ icon, count }) => `${icon} ${count}`).join(' '),
        words: `${counts.map(({ count, status }) => `${count} ${status}`).join(', ')} in this file${variants === 0 ? '' : `; ${variants} variants`}`,
    };
}
