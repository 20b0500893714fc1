// Are the results of two builds the same, byte for byte?
//   node scripts/with-pinned-node.mjs scripts/compare-traces.mts FOLDER [PATH...]
// FOLDER holds another checkout with `out/cli.js` built. Runs all examples and conformance scenarios, or the paths given, from the
// folder of this checkout with both, and names the files whose JSON differs. Exit code 1 where any does.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '..');
const [folder, ...given] = process.argv.slice(2);
if (folder === undefined) {
    console.error('compare-traces: name the folder of the other build');
    process.exit(2);
}

function scenariosIn(entry: string): string[] {
    const full = path.join(root, entry);
    if (!statSync(full).isDirectory()) return [entry];
    return readdirSync(full).sort().flatMap((name) => path.extname(name) === '' || name.endsWith('.hwp') ? scenariosIn(path.join(entry, name)) : []);
}

/** The report of each file, as it is written. */
function reports(build: string, files: readonly string[]): string[] {
    const { stdout } = spawnSync(process.execPath, [path.join(build, 'out', 'cli.js'), 'run', '--format', 'json', ...files], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });
    return (JSON.parse(stdout) as { files: object[] }).files.map((each) => JSON.stringify(each));
}

const files = (given.length > 0 ? given : ['examples', 'test/conformance/scenarios', 'test/cli/transcripts']).flatMap(scenariosIn);
const [here, there] = [root, path.resolve(folder)].map((build) => reports(build, files));
const different = files.filter((_file, index) => here![index] !== there![index]);
for (const file of different) console.log(`differs: ${file}`);
console.log(`${files.length} files, ${different.length} different`);
process.exitCode = different.length === 0 ? 0 : 1;
