import { Uri, type ExtensionContext } from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient, type MessageTransports } from 'vscode-languageclient/browser';
import type { Moment } from './moment.js';
import { CLIENT_ID, CLIENT_NAME, clientOptions } from './client-options.js';

/** A client with the server in a web worker: a new one for every start, a stopped worker does not come back. */
export function createClient(context: ExtensionContext, moment: Moment): LanguageClient {
    const folder = Uri.joinPath(context.extensionUri, 'out').toString(true);
    let worker: Worker | undefined;
    // VS Code's own Worker makes objects that are no instances of it: the client would not know a worker that is handed to it.
    const start = async (): Promise<MessageTransports> => {
        worker?.terminate();
        worker = new Worker(`${folder}/server.js`);
        return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
    };
    context.subscriptions.push({ dispose: () => worker?.terminate() });
    return new LanguageClient(CLIENT_ID, CLIENT_NAME, start, clientOptions(moment, { folder }));
}
