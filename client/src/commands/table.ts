import * as vscode from 'vscode';
import { lateFile } from '../late-files.js';
import type { Command, Services } from './command.js';

/** The commands that package.json contributes, and those that links lead to. What they do is read when one is given. */
const IDS = [
    'hwp.runScenario',
    'hwp.debugScenario',
    'hwp.runFile',
    'hwp.runWorkspace',
    'hwp.runOnRealKernel',
    'hwp.setUpLab',
    'hwp.explainStep',
    'hwp.showLog',
    'hwp.showTrace',
    'hwp.showPicture',
    'hwp.exportReproducer',
    'hwp.newScenario',
    'hwp.showResults',
    'hwp.triageLog',
    'hwp.scenarioFromLog',
    'hwp.restartServer',
    'hwp.goTo',
] as const;

export type CommandId = typeof IDS[number];

export function registerCommands(services: Services): void {
    for (const id of IDS) {
        services.context.subscriptions.push(vscode.commands.registerCommand(id, async (...args: unknown[]) => {
            const command: Command = (await lateFile('actions')).COMMANDS[id];
            return command(services, ...args as never[]).catch((error: unknown) => {
                if (services.client.isRunning()) {
                    throw error;
                }
                void offerRestart();
            });
        }));
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
