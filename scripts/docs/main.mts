// npm run docs: writes the pages of docs/ that are made from tables and runs.
//   npm run docs                writes them
//   npm run docs -- --check     are they current?
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForScripts } from '../conformance/bundle.mts';
import type { PAGES } from './pages.mts';

const root = path.resolve(import.meta.dirname, '../..');
const outfile = path.join(root, '.cache/docs/pages.mjs');
mkdirSync(path.dirname(outfile), { recursive: true });
await bundleForScripts(root, 'scripts/docs/pages.mts', outfile);
const { PAGES: pages } = await import(pathToFileURL(outfile).href) as { PAGES: typeof PAGES };

const check = process.argv.includes('--check');
for (const { file, text } of pages) {
    const target = path.join(root, file);
    const page = await text();
    if (!check) {
        writeFileSync(target, page);
    } else if (!existsSync(target) || readFileSync(target, 'utf8') !== page) {
        console.log(`${file} is not current. Run "npm run docs".`);
        process.exitCode = 1;
    }
}
