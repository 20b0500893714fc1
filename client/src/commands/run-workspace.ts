import * as vscode from 'vscode';
import type { DocumentResults } from '../../../server/src/lsp/protocol.js';
import { MAX_FILES } from '../test-explorer/test-explorer.js';
import type { Services } from './command.js';
import { say } from './scenario-choice.js';
import { showRun } from './run-output.js';
import { totals } from './totals.js';

/** For who runs the workspace without a person who watches: hears of the progress, and can cancel. */
export interface WorkspaceRunWatch {
    readonly onProgress?: (done: number, of: number) => void;
    readonly token?: vscode.CancellationToken;
}

/** Runs all files of the workspace, with progress; answers with what was run. Cancelled, it stops after the file that is running. */
export async function runWorkspace({ server, results, context }: Services, watch: WorkspaceRunWatch = {}): Promise<readonly DocumentResults[]> {
    const files = (await vscode.workspace.findFiles('**/*.hwp', undefined, MAX_FILES)).map(String).sort();
    if (files.length === 0) {
        say('There is no .hwp file in the workspace.');
        return [];
    }
    const options = { location: vscode.ProgressLocation.Notification, title: 'Running scenarios', cancellable: true };
    const { run, cancelled } = await vscode.window.withProgress(options, async (progress, button) => {
        const source = new vscode.CancellationTokenSource();
        const tokens = [button, watch.token];
        const listening = tokens.map((token) => token?.onCancellationRequested(() => source.cancel()));
        if (tokens.some((token) => token?.isCancellationRequested === true)) {
            source.cancel();
        }
        // By document: a server that takes the place of a dead one begins again.
        const done = new Map<string, DocumentResults>();
        try {
            await server.runWorkspace(files, ({ done: count, of, results: latest }) => {
                results.set(latest);
                done.set(latest.uri, latest);
                progress.report({ increment: 100 / of, message: `${count} of ${of} files` });
                watch.onProgress?.(count, of);
            }, source.token);
        } catch (error) {
            if (!source.token.isCancellationRequested) {
                throw error;
            }
        } finally {
            listening.forEach((each) => each?.dispose());
        }
        return { run: [...done.values()], cancelled: source.token.isCancellationRequested };
    });
    const scenarios = run.flatMap((document) => document.scenarios);
    const summary = cancelled ? `cancelled after ${run.length} of ${files.length} files: ${totals(scenarios)}` : totals(scenarios);
    showRun(context, run, summary);
    say(`Workspace: ${summary}`);
    return run;
}
