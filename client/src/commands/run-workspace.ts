import * as vscode from 'vscode';
import type { DocumentResults } from '../../../server/src/lsp/protocol.js';
import { MAX_FILES } from '../test-explorer/test-explorer.js';
import type { Services } from './command.js';
import { say } from './scenario-choice.js';
import { totals } from './totals.js';

/** Runs all files of the workspace, with progress; answers with what was run. Cancelled, it stops after the file that is running. */
export async function runWorkspace({ server, results, context }: Services): Promise<readonly DocumentResults[]> {
    const files = (await vscode.workspace.findFiles('**/*.hwp', undefined, MAX_FILES)).map(String).sort();
    if (files.length === 0) {
        say('There is no .hwp file in the workspace.');
        return [];
    }
    const options = { location: vscode.ProgressLocation.Notification, title: 'Running scenarios', cancellable: true };
    const run = await vscode.window.withProgress(options, (progress, token) => server.runWorkspace(files, ({ done, of, results: latest }) => {
        results.set(latest);
        progress.report({ increment: 100 / of, message: `${done} of ${of} files` });
    }, token).catch((error: unknown) => {
        if (token.isCancellationRequested) {
            return [];
        }
        throw error;
    }));
    const scenarios = run.flatMap((document) => document.scenarios);
    writeLines(output(context), run);
    say(`Workspace: ${totals(scenarios)}`);
    return run;
}

let channel: vscode.OutputChannel | undefined;

function output(context: vscode.ExtensionContext): vscode.OutputChannel {
    if (channel === undefined) {
        channel = vscode.window.createOutputChannel('hwpoison runs', 'hwp-trace');
        context.subscriptions.push(channel);
    }
    return channel;
}

function writeLines(to: vscode.OutputChannel, run: readonly DocumentResults[]): void {
    to.clear();
    for (const { uri, scenarios } of run) {
        to.appendLine(vscode.workspace.asRelativePath(vscode.Uri.parse(uri)));
        for (const { title, status, failures } of scenarios) {
            to.appendLine(`  ${MARKS[status]} ${title}`);
            for (const { message, range } of failures) {
                to.appendLine(`      line ${range.start.line + 1}: ${message}`);
            }
        }
    }
    to.appendLine('');
    to.appendLine(totals(run.flatMap((document) => document.scenarios)));
    to.show(true);
}

const MARKS = { passed: '✓', failed: '✗', unverified: '?', invalid: '!' } as const;
