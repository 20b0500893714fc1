/** From what launch.json says, or nothing, to a run that can be stepped through. */
import * as vscode from 'vscode';
import type { HwpServer } from '../server.js';
import { pathOfUri, uriOfPath } from './debug-uris.js';
import { DEBUG_TYPE, launchOf } from './launch.js';

export class LaunchResolver implements vscode.DebugConfigurationProvider {
    readonly #server: HwpServer;

    constructor(server: HwpServer) {
        this.#server = server;
    }

    /** The scenarios of the open file, for "Add Configuration" and the list of what can be started. */
    async provideDebugConfigurations(): Promise<vscode.DebugConfiguration[]> {
        const uri = openScenarioFile()?.document.uri;
        const found = uri === undefined ? null : await this.#server.request('hwp/scenarios', { uri: uri.toString() }).catch(() => null);
        return uri === undefined || found === null ? [{ type: DEBUG_TYPE, request: 'launch', name: 'Debug Scenario', program: '${file}' }] : found.scenarios.map(({ id }) => launchOf(uri, { scenario: id }));
    }

    /** F5 in a file without launch.json comes with nothing at all. */
    async resolveDebugConfiguration(_folder: vscode.WorkspaceFolder | undefined, config: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration | null | undefined> {
        const editor = openScenarioFile();
        if (config.type === undefined || config.type === '') {
            if (editor === undefined) {
                return undefined; // Another debugger may know what to do.
            }
            return { ...config, type: DEBUG_TYPE, request: 'launch', name: 'Debug Scenario', program: pathOfUri(editor.document.uri) };
        }
        return config;
    }

    async resolveDebugConfigurationWithSubstitutedVariables(_folder: vscode.WorkspaceFolder | undefined, config: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration | null | undefined> {
        const { program } = config;
        const uri = typeof program === 'string' && program !== '' ? uriOfPath(program) : openScenarioFile()?.document.uri;
        if (uri === undefined) {
            void vscode.window.showErrorMessage('"program" names no file of scenarios, and none is open.');
            return undefined;
        }
        const scenario = config['scenario'] as unknown;
        const chosen = typeof scenario === 'string' && scenario !== '' ? scenario : await this.#scenarioAt(uri);
        if (chosen === undefined) {
            void vscode.window.showErrorMessage(`${vscode.workspace.asRelativePath(uri)} has no scenario that could be debugged.`);
            return undefined;
        }
        const stops = vscode.debug.breakpoints.some(({ enabled }) => enabled);
        return { stopOnEntry: !stops, stopAtEnd: true, ...config, program: pathOfUri(uri), scenario: chosen };
    }

    /** The scenario at the cursor, else the first. */
    async #scenarioAt(uri: vscode.Uri): Promise<string | undefined> {
        const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
        const active = editor?.selection.active;
        const item = active === undefined ? null : await this.#server.request('hwp/scenarioAt', { uri: uri.toString(), position: { line: active.line, character: active.character } });
        return item?.id ?? (await this.#server.request('hwp/scenarios', { uri: uri.toString() }))?.scenarios[0]?.id;
    }
}

function openScenarioFile(): vscode.TextEditor | undefined {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    return [activeTextEditor, ...visibleTextEditors].find((editor) => editor?.document.languageId === 'hwp');
}
