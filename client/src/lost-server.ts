import { ErrorAction, type BaseLanguageClient, type ErrorHandler } from 'vscode-languageclient';

/**
 * Until the end of a server that died is noticed, every message to it fails. The handler of the client (10.x) gives the server up at the fourth, and
 * then starts no other: whoever typed on would be left without one. The end of the server decides alone; five in three minutes are too many.
 */
export function outliveLostMessages(client: BaseLanguageClient): void {
    const usual = client.createDefaultErrorHandler();
    const handler: ErrorHandler = {
        error: (error, message, count) => count === undefined ? usual.error(error, message, count) : { action: ErrorAction.Continue },
        closed: () => usual.closed(),
    };
    client.clientOptions.errorHandler = handler;
}
