/** Where `hwp` starts: what V8 compiles is kept for the next time (Node 22.8 and newer; NODE_DISABLE_COMPILE_CACHE=1 forbids it). */
import module from 'node:module';
import path from 'node:path';
import { runKept } from './kept-code.js';
import { purposeOf } from './purposes.js';

// Older ones lack it.
(module as Partial<typeof module>).enableCompileCache?.();
runKept(path.join(__dirname, 'hwp.js'), purposeOf(process.argv.slice(2)), 'read and write');
