/** Which scenario a command is about. */
import * as vscode from 'vscode';
import type { ScenarioItem, ScenarioStatus } from '../../../server/src/lsp/protocol.js';
import { variantLabel } from '../variant-label.js';
import type { Services } from './command.js';

export interface ChosenScenario {
    readonly uri: vscode.Uri;
    readonly id: string;
    readonly title: string;
}

const ICONS: Readonly<Record<ScenarioStatus, string>> = { passed: '$(pass)', failed: '$(error)', unverified: '$(question)', invalid: '$(circle-slash)' };

/** The one that is named, else the one at the cursor, else the one that the user picks; undefined when there is none. */
export async function chooseScenario({ server }: Services, uri?: string, id?: string): Promise<ChosenScenario | undefined> {
    if (uri !== undefined && id !== undefined) {
        return { uri: vscode.Uri.parse(uri), id, title: id };
    }
    const editor = activeEditor();
    if (editor === undefined) {
        return undefined;
    }
    const document = editor.document.uri;
    const { line, character } = editor.selection.active;
    const item = await server.request('hwp/scenarioAt', { uri: document.toString(), position: { line, character } })
        ?? await pick((await server.request('hwp/scenarios', { uri: document.toString() }))?.scenarios ?? []);
    return item === undefined ? undefined : { uri: document, id: item.id, title: item.title };
}

/** The editor with a scenario file; says so when there is none. */
export function activeEditor(): vscode.TextEditor | undefined {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId === 'hwp') {
        return editor;
    }
    say('Open a .hwp file first.');
    return undefined;
}

/** The variant that the user picks: its name, null for all of them together, undefined when the user picks nothing. */
export async function chooseVariant({ server }: Services, { uri, id }: ChosenScenario): Promise<string | null | undefined> {
    const { variants } = (await server.request('hwp/scenarios', { uri: uri.toString() }))?.scenarios.find((scenario) => scenario.id === id) ?? { variants: [] };
    if (variants.length < 2) {
        return null;
    }
    const choices = variants.map(({ name, status }) => ({ label: `${ICONS[status]} ${variantLabel(name)}`, name }));
    return (await vscode.window.showQuickPick([{ label: `$(list-unordered) All ${variants.length} variants`, name: null }, ...choices], { placeHolder: 'Which variant?' }))?.name;
}

async function pick(scenarios: readonly ScenarioItem[]): Promise<ScenarioItem | undefined> {
    if (scenarios.length < 2) {
        return scenarios[0];
    }
    const choices = scenarios.map((scenario) => ({ label: `${ICONS[scenario.status]} ${scenario.title}`, description: `line ${scenario.range.start.line + 1}`, scenario }));
    return (await vscode.window.showQuickPick(choices, { placeHolder: 'Which scenario?' }))?.scenario;
}

/** How long a message stands in the status bar, in milliseconds. */
const MESSAGE_MS = 8000;

/** What needs no answer is said in the status bar. */
export function say(message: string): void {
    vscode.window.setStatusBarMessage(message, MESSAGE_MS);
}
