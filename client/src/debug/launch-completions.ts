/** Titles, variants and ways of races where launch.json asks for them: its schema cannot know them. */
import * as vscode from 'vscode';
import type { HwpServer } from '../server.js';
import { uriOfPath } from './debug-uris.js';

/** A value that is being written, behind its name. */
const VALUE = /"(scenario|variant|race)"\s*:\s*"([^"]*)$/;

export class LaunchCompletions implements vscode.CompletionItemProvider {
    readonly #server: HwpServer;

    constructor(server: HwpServer) {
        this.#server = server;
    }

    async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.CompletionItem[]> {
        const before = document.lineAt(position.line).text.slice(0, position.character);
        const [, attribute, written = ''] = VALUE.exec(before) ?? [];
        const launch = attribute === undefined ? undefined : launchAround(document, position);
        if (attribute === undefined || launch?.type !== 'hwp') {
            return [];
        }
        const uri = fileOf(launch.program, document);
        const scenarios = uri === undefined ? undefined : (await this.#server.request('hwp/scenarios', { uri: uri.toString() }, token))?.scenarios;
        if (uri === undefined || scenarios === undefined) {
            return [];
        }
        const scenario = scenarios.find(({ id }) => id === launch.scenario) ?? scenarios[0];
        const words = attribute === 'scenario' ? scenarios.map(({ id, status }) => ({ word: id, detail: status }))
            : attribute === 'variant' ? (scenario?.variants ?? []).map(({ name, status }) => ({ word: name, detail: status }))
                : await this.#ways(uri, scenario?.id ?? '', launch.variant);
        const range = new vscode.Range(position.translate(0, -written.length), position);
        return words.map(({ word, detail }) => Object.assign(new vscode.CompletionItem(word, vscode.CompletionItemKind.EnumMember), { detail, range, insertText: JSON.stringify(word).slice(1, -1), filterText: word }));
    }

    async #ways(uri: vscode.Uri, scenario: string, variant: string | undefined): Promise<{ readonly word: string; readonly detail: string }[]> {
        const found = await this.#server.request('hwp/debug/ways', { uri: uri.toString(), target: { scenario, ...variant === undefined ? {} : { variant } } });
        return (found?.ways ?? []).map(({ race, result }) => ({ word: race, detail: result }));
    }
}

interface WrittenLaunch { readonly type?: string; readonly program?: string; readonly scenario?: string; readonly variant?: string }

/** What the braces around a position say so far, as far as it stands there. */
function launchAround(document: vscode.TextDocument, position: vscode.Position): WrittenLaunch {
    const text = document.getText();
    const at = document.offsetAt(position);
    const from = text.lastIndexOf('{', at);
    const to = text.indexOf('}', at);
    const inside = text.slice(Math.max(0, from), to < 0 ? undefined : to);
    const value = (name: string): Record<string, string> => {
        const found = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\\\n]|\\\\.)*")`).exec(inside)?.[1];
        return found === undefined ? {} : { [name]: JSON.parse(found) as string };
    };
    return { ...value('type'), ...value('program'), ...value('scenario'), ...value('variant') };
}

/** The file that is meant; `${file}` is the one that is open. */
function fileOf(program: string | undefined, document: vscode.TextDocument): vscode.Uri | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri) ?? vscode.workspace.workspaceFolders?.[0];
    if (program === undefined || program === '' || program.includes('${file}')) {
        return vscode.window.visibleTextEditors.find((editor) => editor.document.languageId === 'hwp')?.document.uri;
    }
    const [, relative] = /^\$\{workspaceFolder(?::[^}]*)?\}\/?(.*)$/.exec(program) ?? [];
    return relative === undefined ? uriOfPath(program) : folder === undefined ? undefined : vscode.Uri.joinPath(folder.uri, relative);
}
