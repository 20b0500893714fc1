/** Opens the view of pictures: one, which follows the cursor from scenario to scenario. */
import * as vscode from 'vscode';
import type { VariantParams } from '../../../server/src/lsp/protocol.js';
import type { Services } from '../commands/command.js';
import { goTo } from '../commands/go-to.js';
import { ScenarioView, VIEW_TYPE } from './scenario-view.js';

let open: ScenarioView | undefined;

/** The view that is open. */
export function openView(): ScenarioView | undefined {
    return open;
}

export function showScenarioView(services: Services, shown: VariantParams, title: string): ScenarioView {
    if (open !== undefined) {
        open.show(shown);
        return open;
    }
    return adopt(services, vscode.window.createWebviewPanel(VIEW_TYPE, title, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }), shown);
}

/** A window that is loaded again has its view again. */
export function keepView(services: Services): void {
    services.context.subscriptions.push(vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (panel, kept: Partial<VariantParams> | undefined) => {
            if (open !== undefined || typeof kept?.uri !== 'string' || typeof kept.scenario !== 'string') panel.dispose();
            else adopt(services, panel, { uri: kept.uri, scenario: kept.scenario, ...(typeof kept.variant === 'string' ? { variant: kept.variant } : {}) });
            return Promise.resolve();
        },
    }));
}

function adopt(services: Services, panel: vscode.WebviewPanel, shown: VariantParams): ScenarioView {
    const { server, results, context: { extensionUri } } = services;
    const view = new ScenarioView({ server, results, extensionUri, goTo: (uri, line, column) => goTo(services, uri, line, column) }, panel, shown);
    panel.onDidDispose(() => {
        open = open === view ? undefined : open;
    });
    open = view;
    return view;
}
