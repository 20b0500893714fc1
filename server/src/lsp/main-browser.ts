/** What the language server needs in a worker of a browser. There are no files there: imports come through the client. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection, type Connection } from 'vscode-languageserver/browser';

// The worker itself; its type is not in the libraries that the server is checked with.
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

export function connect(): Connection {
    return createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
}
