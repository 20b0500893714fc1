// npm test: everything that must hold, from a fresh clone on.
//   npm test                  all steps
//   npm test -- lint unit     these steps only
// Plain JavaScript: it runs before anything is installed, on the contributor's Node. The steps are in scripts/test-steps.mts.
import process from 'node:process';
import { ensurePackages } from './ensure-packages.mjs';
import { runWithPinnedNode } from './with-pinned-node.mjs';

console.log('Checks and tests everything, in a real VS Code and in a browser too: about fifteen minutes on two cores, and three more to install what they need the first time.');
try {
    if (!ensurePackages()) {
        throw new Error('npm ci failed: no test was run');
    }
    process.exitCode = await runWithPinnedNode(['scripts/test-steps.mts', ...process.argv.slice(2)]);
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
}
