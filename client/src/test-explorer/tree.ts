/** Files, scenarios and variants as items of the Test Explorer. */
import * as vscode from 'vscode';
import { editorRange } from '../ranges.js';
import { variantLabel } from '../variant-label.js';
import type { DocumentResults, Failure, ScenarioItem, ScenarioStatus } from '../../../server/src/lsp/protocol.js';

/** What is known of an item: its latest state and why. */
export interface Tested {
    readonly status: ScenarioStatus;
    readonly failures: readonly Failure[];
}

/** Brings the items of a document in line with its scenarios; a document without scenarios has none. */
export function syncTree(controller: vscode.TestController, results: DocumentResults, tested: WeakMap<vscode.TestItem, Tested>): vscode.TestItem | undefined {
    const uri = vscode.Uri.parse(results.uri);
    if (results.scenarios.length === 0) {
        controller.items.delete(uri.toString());
        return undefined;
    }
    const file = fileItem(controller, uri);
    file.canResolveChildren = false;
    replaceChildren(file, results.scenarios.map((scenario) => scenarioItem(controller, file, scenario, tested)));
    return file;
}

/** The item of a file, made when it is not there. */
export function fileItem(controller: vscode.TestController, uri: vscode.Uri): vscode.TestItem {
    const id = uri.toString();
    const known = controller.items.get(id);
    if (known !== undefined) {
        return known;
    }
    const item = controller.createTestItem(id, uri.scheme === 'untitled' ? uri.path.replace(/^.*\//, '') : vscode.workspace.asRelativePath(uri), uri);
    item.canResolveChildren = true;
    controller.items.add(item);
    return item;
}

function scenarioItem(controller: vscode.TestController, file: vscode.TestItem, scenario: ScenarioItem, tested: WeakMap<vscode.TestItem, Tested>): vscode.TestItem {
    const item = file.children.get(scenarioItemId(file.id, scenario.id)) ?? controller.createTestItem(scenarioItemId(file.id, scenario.id), scenario.title, file.uri);
    item.range = editorRange(scenario.range);
    item.description = scenario.status === 'unverified' ? 'unverified' : undefined;
    item.sortText = String(scenario.range.start.line).padStart(8, '0');
    tested.set(item, scenario);
    replaceChildren(item, scenario.variants.map((variant, index) => {
        const id = variantItemId(item.id, variant.name);
        const child = item.children.get(id) ?? controller.createTestItem(id, variantLabel(variant.name), file.uri);
        child.range = item.range;
        child.description = variant.status === 'unverified' ? 'unverified' : undefined;
        child.sortText = String(index).padStart(8, '0');
        tested.set(child, variant);
        return child;
    }));
    return item;
}

export function scenarioItemId(file: string, scenario: string): string {
    return `${file}#${scenario}`;
}

export function variantItemId(scenario: string, variant: string): string {
    return `${scenario}@${variant}`;
}

/** Replacing equal items would make the tree flicker. */
function replaceChildren(parent: vscode.TestItem, children: readonly vscode.TestItem[]): void {
    const ids = new Set(children.map(({ id }) => id));
    parent.children.forEach(({ id }) => {
        if (!ids.has(id)) {
            parent.children.delete(id);
        }
    });
    for (const child of children) {
        if (parent.children.get(child.id) !== child) {
            parent.children.add(child);
        }
    }
}

/** The item of the file that an item belongs to. */
export function fileOf(item: vscode.TestItem): vscode.TestItem {
    return item.parent === undefined ? item : fileOf(item.parent);
}
