import * as vscode from 'vscode';
import type { Command, Services } from './command.js';
import { debugScenario } from './debug-scenario.js';
import { exportReproducer } from './export-reproducer.js';
import { explainStep } from './explain-step.js';
import { goTo } from './go-to.js';
import { newScenario } from './new-scenario.js';
import { restartServer } from './restart-server.js';
import { runOnRealKernel, setUpLab } from './run-on-real-kernel.js';
import { runFile } from './run-file.js';
import { runScenario } from './run-scenario.js';
import { runWorkspace } from './run-workspace.js';
import { scenarioFromLog, triageLog } from './kernel-logs.js';
import { showPicture } from './show-picture.js';
import { showResults } from './show-results.js';
import { showReport } from './show-report.js';

/** The commands that package.json contributes, by id, and those that links lead to. */
const COMMANDS: Readonly<Record<string, Command>> = {
    'hwp.runScenario': runScenario,
    'hwp.debugScenario': debugScenario,
    'hwp.runFile': runFile,
    'hwp.runWorkspace': runWorkspace,
    'hwp.runOnRealKernel': runOnRealKernel,
    'hwp.setUpLab': setUpLab,
    'hwp.explainStep': explainStep,
    'hwp.showLog': showReport('log'),
    'hwp.showTrace': showReport('trace'),
    'hwp.showPicture': showPicture,
    'hwp.exportReproducer': exportReproducer,
    'hwp.newScenario': newScenario,
    'hwp.showResults': showResults,
    'hwp.triageLog': triageLog,
    'hwp.scenarioFromLog': scenarioFromLog,
    'hwp.restartServer': restartServer,
    'hwp.goTo': goTo,
};

export function registerCommands(services: Services): void {
    for (const [id, command] of Object.entries(COMMANDS)) {
        services.context.subscriptions.push(vscode.commands.registerCommand(id, (...args: unknown[]) => command(services, ...args as never[]).catch((error: unknown) => {
            if (services.client.isRunning()) {
                throw error;
            }
            void offerRestart();
        })));
    }
}

const RESTART = 'Restart Language Server';

/** Without a server no command has an answer, and the reason is always the same. */
async function offerRestart(): Promise<void> {
    const chosen = await vscode.window.showErrorMessage('The hwpoison language server is not running. The output channel "hwpoison scenarios" says why.', RESTART);
    if (chosen === RESTART) {
        await vscode.commands.executeCommand('hwp.restartServer');
    }
}
