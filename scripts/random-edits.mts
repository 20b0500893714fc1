// Ten thousand random edits of a text in the language server: the results of a fresh one, and no memory lost.
//   npm run random-edits              some minutes; exit code 1 when results differ or memory grows
//   npm run random-edits -- 1000 7    fewer, with another seed
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { root } from './bundles.mts';

const bundle = path.join(root, '.cache', 'random-edits.cjs');
await build({ absWorkingDir: root, entryPoints: ['test/protocol/random-edits/main.ts'], outfile: bundle, bundle: true, platform: 'node', target: 'node22', format: 'cjs', mainFields: ['module', 'main'], logLevel: 'warning' });
process.exitCode = spawnSync(process.execPath, ['--expose-gc', bundle, path.join(root, 'examples'), ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
