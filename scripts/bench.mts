// Measures the simulator and editing against the targets of the project, and against floors from the same run.
//   npm run bench              a table; exit code 1 when a target is missed
//   npm run bench -- --quick   fewer rounds
//   npm run bench -- --json    the numbers
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { build, type BuildOptions } from 'esbuild';
import type { Row } from '../test/bench/benchmarks.ts';
import { tableOf } from './bench-table.mts';
import { BUNDLES, optionsOf, root } from './bundles.mts';

const folder = path.join(root, '.cache', 'bench');
const shared: BuildOptions = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node22', format: 'cjs', mainFields: ['module', 'main'], logLevel: 'warning' };

// Minified as they are shipped; the bare server gets the same treatment.
await build({ ...optionsOf(BUNDLES.find(({ out }) => out === 'out/server.js')!, true), outfile: path.join(folder, 'server.js') });
await build({ ...shared, entryPoints: ['test/bench/editing/bare-server.ts'], outfile: path.join(folder, 'bare-server.js'), minify: true });

const rows: Row[] = [];
for (const [entry, ...flags] of [['test/bench/main.ts', '--expose-gc'], ['test/bench/editing/main.ts']] as const) {
    const outfile = path.join(folder, entry.replaceAll('/', '-').replace(/ts$/, 'cjs'));
    await build({ ...shared, entryPoints: [entry], outfile });
    // A process of its own: the bundler leaves a heap behind.
    const { status, stdout } = spawnSync(process.execPath, [...flags, outfile, ...process.argv.slice(2)], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
    if (status !== 0) {
        process.exit(3);
    }
    rows.push(...JSON.parse(stdout) as Row[]);
}
console.log(process.argv.includes('--json') ? JSON.stringify(rows, null, 2) : tableOf(rows));
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
