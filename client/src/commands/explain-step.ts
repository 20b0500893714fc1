import * as vscode from 'vscode';
import { walkthroughDone } from '../walkthrough.js';
import type { Services } from './command.js';
import { say, scenarioEditor } from './scenario-choice.js';

/** Shows the decisions that led to the result of a step: of the one at a place, else of the one at the cursor. */
export async function explainStep(services: Services, uri?: string, line?: number, character?: number): Promise<vscode.TextDocument | undefined> {
    const place = uri === undefined || line === undefined ? await cursor(services) : { uri: vscode.Uri.parse(uri).toString(), position: { line, character: character ?? 0 } };
    if (place === undefined) {
        return undefined;
    }
    const found = await services.server.request('hwp/stepAt', place);
    if (found === null) {
        say('There is no step at the cursor that was run.');
        return undefined;
    }
    const document = await services.reports.explain({ uri: place.uri, scenario: found.scenario, step: found.step });
    walkthroughDone('explained');
    return document;
}

async function cursor(services: Services): Promise<{ readonly uri: string; readonly position: { readonly line: number; readonly character: number } } | undefined> {
    const editor = await scenarioEditor(services);
    return editor === undefined ? undefined : { uri: editor.document.uri.toString(), position: { line: editor.selection.active.line, character: editor.selection.active.character } };
}
