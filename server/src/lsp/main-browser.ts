/** The language server in a worker of a browser. There are no files there: imports come through the client. */
import { EmptyFileSystem } from 'langium';
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { startServer } from './start-server.js';

// The worker itself; its type is not in the libraries that the server is checked with.
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

startServer(createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self)), EmptyFileSystem.fileSystemProvider);
