/** The view of pictures: one, which follows the cursor from scenario to scenario. What it is made of is read when it opens. */
import * as vscode from 'vscode';
import type { VariantParams } from '../../../server/src/lsp/protocol.js';
import { lateFile } from '../late-files.js';
import type { Results } from '../results.js';
import type { HwpServer } from '../server.js';
import type { ScenarioView } from './scenario-view.js';

const VIEW_TYPE = 'hwp.scenario';

export class ScenarioViews {
    readonly #server: HwpServer;
    readonly #results: Results;
    readonly #extensionUri: vscode.Uri;
    #open: ScenarioView | undefined;

    constructor(server: HwpServer, results: Results, { extensionUri, subscriptions }: vscode.ExtensionContext) {
        this.#server = server;
        this.#results = results;
        this.#extensionUri = extensionUri;
        // A window that is loaded again has its view again.
        subscriptions.push(vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
            deserializeWebviewPanel: async (panel, kept: Partial<VariantParams> | undefined) => {
                if (this.#open !== undefined || typeof kept?.uri !== 'string' || typeof kept.scenario !== 'string') panel.dispose();
                else await this.#adopt(panel, { uri: kept.uri, scenario: kept.scenario, ...(typeof kept.variant === 'string' ? { variant: kept.variant } : {}) });
            },
        }));
    }

    /** The view that is open. */
    get open(): ScenarioView | undefined {
        return this.#open;
    }

    async show(shown: VariantParams, title: string): Promise<void> {
        if (this.#open !== undefined) this.#open.show(shown);
        else await this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, title, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }), shown);
    }

    async #adopt(panel: vscode.WebviewPanel, shown: VariantParams): Promise<void> {
        const { ScenarioView: View } = await lateFile<typeof import('./scenario-view.js')>('actions');
        // Another was asked for meanwhile.
        if (this.#open !== undefined) {
            panel.dispose();
            this.#open.show(shown);
            return;
        }
        const view = new View({ server: this.#server, results: this.#results, extensionUri: this.#extensionUri }, panel, shown);
        panel.onDidDispose(() => {
            this.#open = this.#open === view ? undefined : this.#open;
        });
        this.#open = view;
    }
}
