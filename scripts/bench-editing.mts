// Measures editing: from a keystroke to diagnostics and hints, and from the start of the server to first results.
//   node scripts/with-pinned-node.mjs scripts/bench-editing.mts              a table; exit code 1 when a target is missed
//   node scripts/with-pinned-node.mjs scripts/bench-editing.mts --quick      fewer rounds
//   node scripts/with-pinned-node.mjs scripts/bench-editing.mts --json       the numbers
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { build, type BuildOptions } from 'esbuild';
import { BUNDLES, optionsOf, root } from './bundles.mts';

const folder = path.join(root, '.cache', 'bench');
const shared: BuildOptions = { bundle: true, platform: 'node', minify: true, logLevel: 'warning', mainFields: ['module', 'main'], absWorkingDir: root };

// Minified as they are shipped; the bare server gets the same treatment.
const server = BUNDLES.find(({ out }) => out === 'out/server.js')!;
await build({ ...optionsOf(server, true), outfile: path.join(folder, 'server.js') });
await build({ ...shared, entryPoints: ['test/bench/editing/bare-server.ts'], outfile: path.join(folder, 'bare-server.js'), target: 'node20.10', format: 'cjs' });
const main = path.join(folder, 'editing.cjs');
await build({ ...shared, minify: false, entryPoints: ['test/bench/editing/main.ts'], outfile: main, target: 'node22', format: 'cjs' });
process.exitCode = spawnSync(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
