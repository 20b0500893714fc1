import * as vscode from 'vscode';
import { fileItem } from '../test-explorer/tree.js';
import type { Services } from './command.js';
import { say, scenarioEditor } from './scenario-choice.js';
import { totals } from './totals.js';

/** Runs all scenarios of a file in the Test Explorer. */
export async function runFile(services: Services): Promise<void> {
    const { explorer, results } = services;
    const uri = (await scenarioEditor(services))?.document.uri;
    if (uri === undefined) {
        return;
    }
    await explorer.resolve(fileItem(explorer.controller, uri));
    const file = explorer.controller.items.get(uri.toString());
    if (file !== undefined) {
        await explorer.run([file]);
    }
    say(`${vscode.workspace.asRelativePath(uri)}: ${totals(results.get(uri)?.scenarios ?? [])}`);
}
