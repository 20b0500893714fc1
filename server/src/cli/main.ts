/** `hwp`: checks and runs hwpoison scenarios. */
import { isMainThread } from 'node:worker_threads';
import { runCommandLine } from './command-line.js';
import { processTerminal } from './terminal.js';

// A reader that has seen enough (`hwp run ... | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exitCode = error.code === 'EPIPE' ? process.exitCode : 3;
});

if (isMainThread) {
    // The exit code is set, not forced: what was written reaches its reader first.
    void runCommandLine(process.argv.slice(2), processTerminal()).then((code) => {
        process.exitCode = code;
    });
} else {
    void import('./scenario-commands.js').then(({ serveThread }) => serveThread());
}
