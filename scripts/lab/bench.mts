// What the lab costs, against floors measured in the same run: npm run bench:lab [-- --cases N] [--every N] [--repeats N] [--portions N] [--jobs N] [--prototype FOLDER]
//   a bare boot of the same kernel to an init that says one word
//   one harmless scenario from nothing, and from the kept state of a booted machine
//   the recorded cases (all of them, the first N, or each N-th) in portions; with the folder of the recording prototype (its lab.py, set up for the
//   kernel), each portion by it too, in turns
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForScripts } from '../conformance/bundle.mts';

const root = path.resolve(import.meta.dirname, '../..');
const outfile = path.join(root, '.cache/lab-bench/bench.mjs');
mkdirSync(path.dirname(outfile), { recursive: true });
await bundleForScripts(root, 'test/bench/lab/bench-lab.ts', outfile);
const { main } = await import(pathToFileURL(outfile).href) as { main: (args: readonly string[]) => Promise<number> };
process.exitCode = await main(process.argv.slice(2));
