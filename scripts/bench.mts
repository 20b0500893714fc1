// Measures the simulator against the targets of the project, and against a floor from the same run.
//   npm run bench              a table; exit code 1 when a target is missed
//   npm run bench -- --quick   fewer rounds
//   npm run bench -- --json    the numbers
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const bundle = path.join(root, '.cache', 'bench', 'bench.mjs');

await build({ entryPoints: [path.join(root, 'test/bench/main.ts')], outfile: bundle, bundle: true, platform: 'node', target: 'node22', format: 'esm', logLevel: 'warning' });
// A process of its own: the bundler leaves a heap behind, and the sizes need gc().
const run = spawnSync(process.execPath, ['--expose-gc', bundle, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = run.status ?? 1;
