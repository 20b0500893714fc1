import { Uri, type ExtensionContext } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { CLIENT_ID, CLIENT_NAME, clientOptions } from './client-options.js';

/** A client with the server in a web worker: a new one for every start, a stopped worker does not come back. */
export function createClient(context: ExtensionContext): LanguageClient {
    let worker: Worker | undefined;
    const start = async (): Promise<Worker> => {
        worker?.terminate();
        worker = new Worker(Uri.joinPath(context.extensionUri, 'out/server.js').toString(true));
        return worker;
    };
    context.subscriptions.push({ dispose: () => worker?.terminate() });
    return new LanguageClient(CLIENT_ID, CLIENT_NAME, start, clientOptions(context));
}
