/** Where the language server starts on Node: what V8 compiles is kept in the folder that NODE_COMPILE_CACHE names. */
import path from 'node:path';
import { runKept } from './kept-code.js';

runKept(path.join(__dirname, 'server.js'), 'server', 'read and write');
