import * as vscode from 'vscode';
import type { DebugWay } from '../../../server/src/lsp/protocol.js';
import { launchOf, type DebugChoice } from '../debug/launch.js';
import type { Services } from './command.js';
import { chooseScenario, chooseVariant } from './scenario-choice.js';

/** Steps through a scenario: through one variant of it, and one way of its race where it has one. */
export async function debugScenario(services: Services, uri?: string, id?: string, variant?: string, race?: string): Promise<boolean> {
    const chosen = await chooseScenario(services, uri, id);
    if (chosen === undefined) {
        return false;
    }
    const name = variant ?? await chooseVariant(services, chosen, false);
    if (name === undefined) {
        return false;
    }
    const run: DebugChoice = { scenario: chosen.id, ...name === null ? {} : { variant: name } };
    const way = race ?? await chooseWay(services, chosen.uri, run);
    if (way === undefined) {
        return false;
    }
    return vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(chosen.uri), launchOf(chosen.uri, { ...run, ...way === '' ? {} : { race: way } }));
}

/** The way of a race that the user picks; '' where there is nothing to pick, undefined when the user picks nothing. */
async function chooseWay({ server }: Services, uri: vscode.Uri, target: DebugChoice): Promise<string | undefined> {
    const ways = (await server.request('hwp/debug/ways', { uri: uri.toString(), target }))?.ways ?? [];
    if (ways.length < 2) {
        return '';
    }
    return (await vscode.window.showQuickPick(ways.map(choiceOf), { placeHolder: 'Who interferes, and when?', matchOnDescription: true, matchOnDetail: true }))?.race;
}

function choiceOf({ race, label, result, moves }: DebugWay): vscode.QuickPickItem & { readonly race: string } {
    return { label, description: result, detail: moves.join('; '), race };
}
