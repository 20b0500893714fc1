import * as vscode from 'vscode';
import type { Services } from './command.js';
import { chooseScenario } from './scenario-choice.js';

/** Runs a scenario on a real kernel in an emulator, and shows where it does something else than was predicted. */
export async function runOnRealKernel(services: Services, uri?: string, id?: string): Promise<void> {
    const chosen = await chooseScenario(services, uri, id);
    const item = chosen === undefined ? undefined : await services.explorer.find(chosen.uri, chosen.id);
    if (item !== undefined) {
        const source = new vscode.CancellationTokenSource();
        await services.realKernel.run(new vscode.TestRunRequest([item]), source.token).finally(() => source.dispose());
    }
}

/** Fetches what runs on a real kernel need: emulator, kernel, the program in the guest. */
export async function setUpLab({ realKernel }: Services): Promise<void> {
    await realKernel.setUp();
}
