// npm start: opens an editor with the extension on the examples, from a fresh clone on.
// Plain JavaScript: it runs before anything is installed, on the contributor's Node. The rest is in scripts/open-editor.mts.
import process from 'node:process';
import { ensurePackages } from './ensure-packages.mjs';
import { runWithPinnedNode } from './with-pinned-node.mjs';

console.log('Opens VS Code with the extension on the examples. The first time it installs what it needs, in one to three minutes; later it takes 15 seconds.');
try {
    if (!ensurePackages()) {
        throw new Error('npm ci failed');
    }
    process.exitCode = await runWithPinnedNode(['scripts/open-editor.mts', ...process.argv.slice(2)]);
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
}
