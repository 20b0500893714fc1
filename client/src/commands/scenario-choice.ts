/** Which scenario a command is about. */
import * as vscode from 'vscode';
import type { ScenarioItem, ScenarioStatus } from '../../../server/src/lsp/protocol.js';
import { lastEditor } from '../last-editor.js';
import { newScenarioFile } from '../new-file.js';
import { FIRST_STORY } from '../stories.js';
import { readStory } from '../story-text.js';
import { variantLabel } from '../variant-label.js';
import type { Services } from './command.js';

export interface ChosenScenario {
    readonly uri: vscode.Uri;
    readonly id: string;
    readonly title: string;
}

const ICONS: Readonly<Record<ScenarioStatus, string>> = { passed: '$(pass)', failed: '$(error)', unverified: '$(question)', invalid: '$(circle-slash)' };

/** The one that is named, else the one at the cursor, else the one that the user picks; undefined when there is none. */
export async function chooseScenario(services: Services, uri?: string, id?: string): Promise<ChosenScenario | undefined> {
    if (uri !== undefined && id !== undefined) {
        return { uri: vscode.Uri.parse(uri), id, title: id };
    }
    const editor = await scenarioEditor(services);
    if (editor === undefined) {
        return undefined;
    }
    const { server } = services;
    const document = editor.document.uri;
    const { line, character } = editor.selection.active;
    const item = await server.request('hwp/scenarioAt', { uri: document.toString(), position: { line, character } })
        ?? await pick((await server.request('hwp/scenarios', { uri: document.toString() }))?.scenarios ?? []);
    return item === undefined ? undefined : { uri: document, id: item.id, title: item.title };
}

/**
 * The editor that a command is about: the active one if it has a scenario file; else the one that was active last, another that
 * is visible, a file that is open. With none, a story is opened at its first step: a walkthrough has no file beside it.
 */
export async function scenarioEditor({ context }: Pick<Services, 'context'>): Promise<vscode.TextEditor | undefined> {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const visible = [activeTextEditor, lastEditor(), ...visibleTextEditors]
        .find((editor) => editor?.document.languageId === 'hwp' && visibleTextEditors.includes(editor));
    if (visible !== undefined) {
        return visible;
    }
    const tab = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ input }) => input instanceof vscode.TabInputText ? input.uri : undefined)
        .find((uri) => uri?.path.endsWith('.hwp') === true);
    return tab === undefined ? openStory(context) : vscode.window.showTextDocument(tab, { viewColumn: vscode.ViewColumn.Beside });
}

/** The first story as a new file beside what is open, the cursor at the step that it is about. */
async function openStory(context: vscode.ExtensionContext): Promise<vscode.TextEditor> {
    const document = await newScenarioFile((await readStory(context, FIRST_STORY)).scenario);
    const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    const position = document.positionAt(document.getText().indexOf('corrupt-pfn'));
    editor.selection = new vscode.Selection(position, position);
    return editor;
}

/**
 * The variant that the user picks: its name, null for all of them together, undefined when the user picks nothing.
 * @param all whether all of them can be picked
 */
export async function chooseVariant({ server }: Services, { uri, id }: ChosenScenario, all = true): Promise<string | null | undefined> {
    const { variants } = (await server.request('hwp/scenarios', { uri: uri.toString() }))?.scenarios.find((scenario) => scenario.id === id) ?? { variants: [] };
    if (variants.length < 2) {
        return null;
    }
    const choices = variants.map(({ name, status }) => ({ label: `${ICONS[status]} ${variantLabel(name)}`, name }));
    return (await vscode.window.showQuickPick([...all ? [{ label: `$(list-unordered) All ${variants.length} variants`, name: null }] : [], ...choices], { placeHolder: 'Which variant?' }))?.name;
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
