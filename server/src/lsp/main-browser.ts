/** The language server in a worker of a browser. There are no files there: imports come through the client. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { ForwardedFileSystem } from './forwarded-file-system.js';
import { startServer } from './start-server.js';

// The worker itself; its type is not in the libraries that the server is checked with.
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
startServer(connection, () => new ForwardedFileSystem(connection));
