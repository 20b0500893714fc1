/**
 * The language server, on Node and in a worker of a browser. Only what belongs to one of the two worlds is imported when
 * it is known which one this is: all else can be bundled as one piece, without what nobody calls. Messages wait until the
 * import is done: it needs no other task.
 */
import './shared-modules.js';
import { ForwardedFileSystem, forwardingAllBut } from './forwarded-file-system.js';
import type { InitializationOptions } from './protocol.js';
import { startServer } from './start-server.js';

declare const importScripts: unknown;

if (typeof importScripts === 'function') {
    void import('./main-browser.js').then(({ connect, requireFrom }) => {
        const connection = connect();
        const { shared } = startServer(connection, () => new ForwardedFileSystem(connection));
        shared.lsp.LanguageServer.onInitialize(({ initializationOptions }) => {
            const { folder } = initializationOptions as InitializationOptions;
            if (folder !== undefined) requireFrom(folder);
        });
    });
} else {
    void import('./main-node.js').then(({ connect, disk }) => {
        const connection = connect();
        startServer(connection, () => forwardingAllBut('file', disk, connection));
    });
}
