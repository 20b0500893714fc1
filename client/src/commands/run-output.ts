/** What a run of the workspace came to, in an output channel whose lines lead to what they name. */
import * as vscode from 'vscode';
import type { DocumentResults } from '../../../server/src/lsp/protocol.js';
import { commandUri } from '../report-navigation.js';
import { STATUS_MARKS } from '../status-marks.js';

/** The only output channel of this language. */
const LANGUAGE = 'hwp-trace';

interface OutputLine {
    readonly text: string;
    /** Where it leads: a line of a file. */
    readonly uri?: string;
    readonly line?: number;
}

let channel: vscode.OutputChannel | undefined;
let shown: readonly OutputLine[] = [];

export function showRun(context: vscode.ExtensionContext, run: readonly DocumentResults[], summary: string): void {
    const output = channel ?? openChannel(context);
    shown = [...run.flatMap(linesOf), { text: '' }, { text: summary }];
    output.clear();
    output.append(shown.map(({ text }) => `${text}\n`).join(''));
    output.show(true);
}

function linesOf({ uri, scenarios }: DocumentResults): OutputLine[] {
    const path = vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
    return [
        { text: path, uri, line: 0 },
        ...scenarios.flatMap(({ title, status, failures, range }) => [
            { text: `  ${STATUS_MARKS[status]} ${title}`, uri, line: range.start.line },
            ...failures.map((failure) => ({ text: `      line ${failure.range.start.line + 1}: ${failure.message.replaceAll(/\s*\n\s*/g, ' ')}`, uri: failure.uri, line: failure.range.start.line })),
        ]),
    ];
}

function openChannel(context: vscode.ExtensionContext): vscode.OutputChannel {
    channel = vscode.window.createOutputChannel('hwpoison runs', LANGUAGE);
    context.subscriptions.push(channel, vscode.languages.registerDocumentLinkProvider({ scheme: 'output', language: LANGUAGE }, { provideDocumentLinks: runLinks }));
    return channel;
}

/** A link on every line that names something, as far as the text stands there already. */
export function runLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return shown.flatMap(({ text, uri, line }, index) => {
        const written = index < document.lineCount ? document.lineAt(index).text : '';
        if (uri === undefined || line === undefined || written !== text) {
            return [];
        }
        const start = text.length - text.trimStart().length;
        const link = new vscode.DocumentLink(new vscode.Range(index, start, index, text.length), commandUri('hwp.goTo', [uri, line, 0]));
        link.tooltip = 'Go to this line';
        return [link];
    });
}
