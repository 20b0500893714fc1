import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { CLIENT_ID, CLIENT_NAME, clientOptions } from './client-options.js';

/** A client with the server in a process of its own. */
export function createClient(context: ExtensionContext): LanguageClient {
    const server = { module: context.asAbsolutePath('out/server.js'), transport: TransportKind.ipc };
    return new LanguageClient(CLIENT_ID, CLIENT_NAME, { run: server, debug: server }, clientOptions(context));
}
