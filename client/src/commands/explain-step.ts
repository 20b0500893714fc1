import type * as vscode from 'vscode';
import type { Services } from './command.js';
import { activeEditor, say } from './scenario-choice.js';

/** Shows the decisions that led to the result of the step at the cursor. */
export async function explainStep({ server, reports }: Services): Promise<vscode.TextDocument | undefined> {
    const editor = activeEditor();
    if (editor === undefined) {
        return undefined;
    }
    const uri = editor.document.uri.toString();
    const { line, character } = editor.selection.active;
    const found = await server.request('hwp/stepAt', { uri, position: { line, character } });
    if (found === null) {
        say('There is no step at the cursor that was run.');
        return undefined;
    }
    return reports.show('explanation', { uri, scenario: found.scenario, step: found.step }, found.title);
}
