// npm run conformance: the table by group, and the differences.
//   npm run conformance                   prints the table and the cases that differ
//   npm run conformance -- --diff CASE    prints the differences of a case in full (a name, or a part of one)
//   npm run conformance -- --kernel NAME  the same of one kernel, such as arm64-7.3.4
//   npm run conformance -- --check        is docs/conformance.md current?
// The comparison imports the simulator's sources by the names that bundlers know, so it is bundled first.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForScripts } from './bundle.mts';

const root = path.resolve(import.meta.dirname, '../..');
const outfile = path.join(root, '.cache/conformance/report.mjs');
mkdirSync(path.dirname(outfile), { recursive: true });
await bundleForScripts(root, 'test/conformance/report.ts', outfile);
const { main } = await import(pathToFileURL(outfile).href) as { main: (args: readonly string[]) => Promise<number> };
process.exitCode = await main(process.argv.slice(2));
