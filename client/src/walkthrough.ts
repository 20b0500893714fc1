/** Ticks the steps of the walkthrough when they are done, not when their button is pressed: package.json waits for these contexts. */
import * as vscode from 'vscode';
import type { Results } from './results.js';

/** `read`: results stand in a visible file. */
export type WalkthroughStep = 'started' | 'read' | 'explained' | 'tested' | 'logged';

const done = new Set<WalkthroughStep>();

export function walkthroughDone(step: WalkthroughStep): void {
    if (!done.has(step)) {
        done.add(step);
        void vscode.commands.executeCommand('setContext', `hwp.walkthrough.${step}`, true);
    }
}

/** What has been done so far. */
export function walkthroughState(): ReadonlySet<WalkthroughStep> {
    return done;
}

/** Results are read where they are seen. */
export function watchReading(results: Results, context: vscode.ExtensionContext): void {
    const look = (): void => {
        if (vscode.window.visibleTextEditors.some(({ document }) => document.languageId === 'hwp' && (results.get(document.uri)?.scenarios.length ?? 0) > 0)) {
            walkthroughDone('read');
        }
    };
    context.subscriptions.push(results.onChange(look), vscode.window.onDidChangeVisibleTextEditors(look));
}
