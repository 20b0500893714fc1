/** The language server, on Node and in a worker of a browser. Messages wait until the import is done: it needs no other task. */
declare const importScripts: unknown;

void (typeof importScripts === 'function' ? import('./main-browser.js') : import('./main-node.js'));
