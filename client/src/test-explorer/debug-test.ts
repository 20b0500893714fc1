import * as vscode from 'vscode';
import { launchOf } from '../debug/launch.js';
import { fileOf } from './tree.js';

/** Debugs a scenario or a variant; resolves when its session is over, or when none could be started. */
export async function debugTest(item: vscode.TestItem, run: vscode.TestRun, token: vscode.CancellationToken): Promise<void> {
    const file = fileOf(item);
    const scenario = item.parent === file ? item : item.parent;
    if (file.uri === undefined || scenario === undefined || item === file) {
        return;
    }
    const launch = launchOf(file.uri, { scenario: scenario.id.slice(file.id.length + 1), ...scenario === item ? {} : { variant: item.id.slice(scenario.id.length + 1) } });
    const name = `${launch.name} ${++started}`;
    let session: vscode.DebugSession | undefined;
    const listening: vscode.Disposable[] = [];
    const over = new Promise<void>((resolve) => {
        listening.push(
            vscode.debug.onDidStartDebugSession((each) => {
                session = each.configuration['testDebug'] === name ? each : session;
            }),
            vscode.debug.onDidTerminateDebugSession((each) => {
                if (each.configuration['testDebug'] === name) {
                    resolve();
                }
            }),
            token.onCancellationRequested(() => void vscode.debug.stopDebugging(session).then(() => resolve())),
        );
    });
    try {
        if (await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(file.uri), { ...launch, testDebug: name }, { testRun: run })) {
            await over;
        }
    } finally {
        listening.forEach((each) => each.dispose());
    }
}

/** Tells sessions apart that were started for tests. */
let started = 0;
