/**
 * The language server, on Node and in a worker of a browser. Only what belongs to one of the two worlds is imported when
 * it is known which one this is: all else can be bundled as one piece, without what nobody calls. Messages wait until the
 * import is done: it needs no other task.
 */
import { ForwardedFileSystem, forwardingAllBut } from './forwarded-file-system.js';
import { startServer } from './start-server.js';

declare const importScripts: unknown;

if (typeof importScripts === 'function') {
    void import('./main-browser.js').then(({ connect }) => {
        const connection = connect();
        startServer(connection, () => new ForwardedFileSystem(connection));
    });
} else {
    void import('./main-node.js').then(({ connect, disk }) => {
        const connection = connect();
        startServer(connection, () => forwardingAllBut('file', disk, connection));
    });
}
