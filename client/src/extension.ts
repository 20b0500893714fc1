import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { CLIENT_ID, CLIENT_NAME, clientOptions } from './client-options.js';

let client: LanguageClient | undefined;

/** Starts the language server in a process of its own. */
export async function activate(context: ExtensionContext): Promise<void> {
    const server = { module: context.asAbsolutePath('out/server.js'), transport: TransportKind.ipc };
    client = new LanguageClient(CLIENT_ID, CLIENT_NAME, { run: server, debug: server }, clientOptions(context));
    await client.start();
}

/** Stops the language server. */
export async function deactivate(): Promise<void> {
    await client?.stop();
}
