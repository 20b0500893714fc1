// Measures the simulator and editing against the targets of the project, and against floors from the same run.
//   npm run bench              a table; exit code 1 when a target is missed
//   npm run bench -- --quick   fewer rounds
//   npm run bench -- --json    the numbers
//   npm run bench -- --against FOLDER   this build beside that of another checkout (built with npm run build -- --production),
//                                       each with min, median and max
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import type { Row } from '../test/bench/benchmarks.ts';
import type { Compared } from '../test/bench/builds/comparisons.ts';
import { comparisonTable, tableOf } from './bench-table.mts';
import { BUNDLES, optionsOf, root } from './bundles.mts';

const folder = path.join(root, '.cache', 'bench');
const shared: BuildOptions = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node22', format: 'cjs', mainFields: ['module', 'main'], logLevel: 'warning' };

// Minified as they are shipped; the bare server gets the same treatment.
for (const bundle of BUNDLES.filter(({ out, beside }) => ['out/server.js', 'out/start-server.js', 'out/words.js'].includes(out) || beside !== undefined)) await build({ ...await optionsOf(bundle, true), outfile: path.join(folder, path.basename(bundle.out)) });
for (const bundle of BUNDLES.filter(({ ofCommandLine, ofEditor }) => ofCommandLine === true || ofEditor === true)) await build({ ...await optionsOf(bundle, true), outfile: path.join(folder, 'triage', path.basename(bundle.out)) });
await build({ ...shared, entryPoints: ['test/bench/editing/bare-server.ts'], outfile: path.join(folder, 'bare-server.js'), minify: true });

const { values: { against } } = parseArgs({ options: { against: { type: 'string' }, quick: { type: 'boolean' }, json: { type: 'boolean' } } });
if (against !== undefined) {
    console.log(await compare(path.resolve(against)));
    process.exit(0);
}

/** This build beside another one. */
async function compare(other: string): Promise<string> {
    for (const bundle of BUNDLES.filter(({ ofCommandLine, ofEditor }) => ofCommandLine === true || ofEditor === true)) {
        await build({ ...await optionsOf(bundle, true), outfile: path.join(folder, bundle.out) });
    }
    const simulators = [[root, 'simulator-now.cjs'], [other, 'simulator-before.cjs']] as const;
    for (const [checkout, name] of simulators) {
        await build({ ...shared, absWorkingDir: checkout, entryPoints: ['server/src/simulator/simulate.ts'], outfile: path.join(folder, name) });
    }
    const cache = path.join(folder, 'compiled');
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    const setting = {
        before: { extension: path.join(other, 'out/client.js'), server: path.join(other, 'out/server.js'), commandLine: path.join(other, 'out/cli.js'), simulator: path.join(folder, 'simulator-before.cjs') },
        now: { extension: path.join(folder, 'out/client.js'), server: path.join(folder, 'start-server.js'), commandLine: path.join(folder, 'out/cli.js'), simulator: path.join(folder, 'simulator-now.cjs') },
        bareServer: path.join(folder, 'bare-server.js'), root, cache,
    };
    const outfile = path.join(folder, 'builds.cjs');
    await build({ ...shared, entryPoints: ['test/bench/builds/main.ts'], outfile });
    const { status, stdout } = spawnSync(process.execPath, [outfile, JSON.stringify(setting), ...process.argv.slice(2)], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
    if (status !== 0) {
        process.exit(3);
    }
    return comparisonTable(JSON.parse(stdout) as Compared[]);
}

const rows: Row[] = [];
for (const [entry, ...flags] of [['test/bench/main.ts', '--expose-gc'], ['test/bench/editing/main.ts'], ['test/bench/logs/main.ts']] as const) {
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
