import type * as vscode from 'vscode';
import type { Services } from './command.js';
import { scenarioEditor } from './scenario-choice.js';

/** Brings a scenario file to the front, where the results stand in line; opens one where none is open. */
export async function showResults(services: Services): Promise<vscode.TextDocument | undefined> {
    return (await scenarioEditor(services))?.document;
}
