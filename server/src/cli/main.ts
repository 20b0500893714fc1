/** `hwp`: checks and runs hwpoison scenarios. */
import { runCommandLine } from './command-line.js';
import { EXIT } from './exit-codes.js';
import { processTerminal } from './terminal.js';

/** What was printed did not arrive: whatever the command says of itself is not the whole truth. */
let lost = false;

// A reader that has seen enough (`hwp run ... | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !lost) {
        lost = true;
        process.exitCode = EXIT.internal;
        process.stderr.write(`hwp: the output cannot be written: ${error.message}\n`);
    }
});
// Where nothing can be said, the exit code says it.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
        lost = true;
        process.exitCode = EXIT.internal;
    }
});

// The exit code is set, not forced: what was written reaches its reader first.
void runCommandLine(process.argv.slice(2), processTerminal()).then((code) => {
    process.exitCode = lost ? EXIT.internal : code;
});
