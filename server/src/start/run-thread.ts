/** Where a thread of `hwp run` starts: with what V8 compiled for the run that it belongs to, which alone writes what it keeps. */
import module from 'node:module';
import path from 'node:path';
import { runKept } from './kept-code.js';
import { RUN_OF_MANY } from './purposes.js';

// Older ones lack it.
(module as Partial<typeof module>).enableCompileCache?.();
(runKept(path.join(__dirname, 'scenarios.js'), RUN_OF_MANY, 'read') as { serveThread(): void }).serveThread();
