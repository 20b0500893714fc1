import * as vscode from 'vscode';
import { lateFile } from '../late-files.js';
import { COMMAND_IDS } from './command-ids.js';
import type { Command, Services } from './command.js';

export function registerCommands(services: Services): void {
    for (const id of COMMAND_IDS) {
        services.context.subscriptions.push(vscode.commands.registerCommand(id, async (...args: unknown[]) => {
            const command: Command = (await lateFile<typeof import('./all.js')>('actions')).COMMANDS[id];
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
