import { Uri, type ExtensionContext } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { CLIENT_ID, CLIENT_NAME, clientOptions } from './client-options.js';

let client: LanguageClient | undefined;

/** Starts the language server in a web worker. */
export async function activate(context: ExtensionContext): Promise<void> {
    const server = new Worker(Uri.joinPath(context.extensionUri, 'out/server-browser.js').toString(true));
    client = new LanguageClient(CLIENT_ID, CLIENT_NAME, server, clientOptions(context));
    await client.start();
}

/** Stops the language server. */
export async function deactivate(): Promise<void> {
    await client?.stop();
}
