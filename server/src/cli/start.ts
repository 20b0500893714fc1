/** Where `hwp` starts: Node keeps what it compiles of the rest for the next time (from 22.8 on; NODE_DISABLE_COMPILE_CACHE=1 forbids it). */
import module from 'node:module';

// Older ones lack it.
(module as Partial<typeof module>).enableCompileCache?.();
void import('./main.js');
