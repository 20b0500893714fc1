import * as vscode from 'vscode';
import { newScenarioFile } from '../new-file.js';
import { STORIES } from '../stories.js';
import { readStory, type StoryText } from '../story-text.js';
import { walkthroughDone } from '../walkthrough.js';
import type { Services } from './command.js';

/**
 * Adds one scenario, of the story of that label, else of the one that is picked: behind the scenario at the cursor of a scenario
 * file; where none is active, in a new, unsaved file.
 */
export async function newScenario({ context }: Services, label?: string): Promise<vscode.TextDocument | undefined> {
    // Picking takes the focus from the editor.
    const editor = vscode.window.activeTextEditor;
    const story = STORIES.find((each) => each.label === label)
        ?? await vscode.window.showQuickPick(STORIES, { placeHolder: 'Start from which story?', matchOnDetail: true });
    if (story === undefined) {
        return undefined;
    }
    const text = await readStory(context, story);
    const document = editor?.document.languageId === 'hwp' && !editor.document.isClosed ? await insert(editor, text) : await open(text);
    walkthroughDone('started');
    return document;
}

async function open({ machine, scenario }: StoryText): Promise<vscode.TextDocument> {
    const document = await newScenarioFile(machine === undefined ? scenario : `${machine.text}\n${scenario}`);
    await vscode.window.showTextDocument(document);
    return document;
}

async function insert(editor: vscode.TextEditor, { machine, scenario }: StoryText): Promise<vscode.TextDocument> {
    const { document } = editor;
    const hasMachine = machine === undefined || new RegExp(`^\\s*machine\\s+${machine.name}\\b`, 'm').test(document.getText());
    const text = (hasMachine ? '' : `${machine.text}\n`) + withFreeTitle(scenario, document.getText());
    const line = await freeLine(editor);
    const [before, after] = [line > 0 ? document.lineAt(line - 1).text : '', line < document.lineCount ? document.lineAt(line).text : ''];
    const start = new vscode.Position(line, 0);
    const inserted = `${before.trim() === '' ? '' : '\n'}${line === document.lineCount ? '\n' : ''}${text}${after.trim() === '' ? '' : '\n'}`;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.validatePosition(start), inserted);
    await vscode.workspace.applyEdit(edit);
    // Its title is what one writes first.
    const title = document.getText().indexOf('"', document.getText().indexOf('scenario "', document.offsetAt(start))) + 1;
    editor.selection = new vscode.Selection(document.positionAt(title), document.positionAt(document.getText().indexOf('"', title)));
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    return document;
}

/** The line of the cursor, or the one behind what the cursor stands in: scenarios and machines stand in nothing else. */
async function freeLine({ document, selection: { active } }: vscode.TextEditor): Promise<number> {
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri) ?? [];
    const around = symbols.find(({ range }) => range.start.line <= active.line && active.line <= range.end.line);
    return around === undefined ? active.line : around.range.end.line + 1;
}

/** Two scenarios of one title are hard to tell apart. */
function withFreeTitle(scenario: string, text: string): string {
    return scenario.replace(/^scenario "([^"]*)"/, (head, title: string) => {
        let free = title;
        for (let number = 2; text.includes(`scenario "${free}"`); number++) {
            free = `${title} ${number}`;
        }
        return head.replace(title, () => free);
    });
}
