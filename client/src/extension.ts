/** The entry of the extension, on Node and in a browser. Each has its own way to start the language server. */
import './shared-modules.js';
import type { ExtensionContext } from 'vscode';
import type { HwpExtension } from './api.js';
import { fetchedFor } from './fetched-by-editor.js';
import { Moment } from './moment.js';
import { runsOnNode } from './runs-on-node.js';
import { startExtension } from './start-extension.js';

let extension: HwpExtension | undefined;

/** Called by VS Code; what it returns is for other extensions and tests. */
export async function activate(context: ExtensionContext): Promise<HwpExtension> {
    const { createClient } = runsOnNode() ? await import('./client-on-node.js') : await import('./client-in-browser.js');
    const moment = new Moment(fetchedFor);
    extension = await startExtension(context, createClient(context, moment), moment);
    return extension;
}

/** Stops the language server. One that is still starting cannot be stopped. */
export async function deactivate(): Promise<void> {
    await extension?.started.catch(() => undefined);
    await extension?.client.stop();
}
