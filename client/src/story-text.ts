/** The text of a story, from the examples that come with the extension. */
import * as vscode from 'vscode';
import type { Story } from './stories.js';

/** A scenario by itself, with the machine that it runs on where that is declared outside. */
export interface StoryText {
    readonly scenario: string;
    readonly machine?: { readonly name: string; readonly text: string };
}

export async function readStory({ extensionUri }: vscode.ExtensionContext, { from }: Story): Promise<StoryText> {
    return 'text' in from ? { scenario: from.text }
        : storyIn(new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'examples', from.example))), from.scenario);
}

/** One scenario of an example, which is formatted: blocks begin and end at the margin. */
function storyIn(example: string, title: string): StoryText {
    const scenario = blockIn(example, `scenario "${title}"`);
    const name = /^scenario "[^"]*" on ([\w-]+)/m.exec(scenario)?.[1];
    return name === undefined ? { scenario } : { scenario, machine: { name, text: blockIn(example, `machine ${name} `) } };
}

function blockIn(example: string, head: string): string {
    const start = example.split('\n').findIndex((line) => line.startsWith(head));
    const lines = example.split('\n').slice(Math.max(0, start));
    return `${lines.slice(0, lines.indexOf('}') + 1).join('\n')}\n`;
}
