// Bundles what ships into out/: the extension, its language server and the command line.
//   npm run build                  quick, with source maps
//   npm run build -- --production  minified, without
//   npm run build -- --production --limits   and fails when a bundle is too large
//   npm run build -- --watch       builds again on every change
import { chmodSync, existsSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';
import { BUNDLES, optionsOf, root } from './bundles.mts';

const { values } = parseArgs({ options: { production: { type: 'boolean' }, limits: { type: 'boolean' }, watch: { type: 'boolean' } } });

rmSync(path.join(root, 'out'), { recursive: true, force: true });
for (const bundle of BUNDLES) {
    if (!existsSync(path.join(root, bundle.entry))) {
        console.warn(`${bundle.out}: skipped, there is no ${bundle.entry}`);
        continue;
    }
    if (values.watch === true) {
        await (await context(await optionsOf(bundle, values.production === true))).watch();
        continue;
    }
    await build(await optionsOf(bundle, values.production === true));
    const bytes = statSync(path.join(root, bundle.out)).size;
    if (bundle.executable === true) {
        chmodSync(path.join(root, bundle.out), 0o755);
    }
    console.log(`${bundle.out}  ${Math.ceil(bytes / 1024)} KiB`);
    if (values.limits === true && bytes > bundle.maxBytes) {
        console.error(`${bundle.out} has ${bytes} bytes; it may have ${bundle.maxBytes}. See what is in it: esbuild's --analyze.`);
        process.exitCode = 1;
    }
}
