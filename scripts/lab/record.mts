// Records what a kernel of the cache does in the scenarios of the recorded cases:
//   npm run lab:record -- VERSION [--minutes N]
// Cases that the file of that kernel has already are left out, so that a run that was stopped goes on.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { bundleForScripts } from '../conformance/bundle.mts';

const root = path.resolve(import.meta.dirname, '../..');
const outfile = path.join(root, '.cache/lab-record/record.mjs');
mkdirSync(path.dirname(outfile), { recursive: true });
await bundleForScripts(root, 'test/conformance/lab-records/record.ts', outfile);
const { main } = await import(pathToFileURL(outfile).href) as { main: (args: readonly string[]) => Promise<number> };
process.exitCode = await main(process.argv.slice(2));
