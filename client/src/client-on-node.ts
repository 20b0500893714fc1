import { Uri, type ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { Moment } from './moment.js';
import { CLIENT_ID, CLIENT_NAME, clientOptions } from './client-options.js';

/** A client with the server in a process of its own, which keeps what V8 compiled of it for the next start. */
export function createClient(context: ExtensionContext, moment: Moment): LanguageClient {
    const compiled = Uri.joinPath(context.globalStorageUri, 'compiled').fsPath;
    const server = { module: context.asAbsolutePath('out/start-server.js'), transport: TransportKind.ipc, options: { env: { NODE_COMPILE_CACHE: compiled } } };
    return new LanguageClient(CLIENT_ID, CLIENT_NAME, { run: server, debug: server }, clientOptions(moment));
}
