// Bundles what ships into out/: the extension's two clients, the two servers and the command line.
//   npm run build                  quick, with source maps
//   npm run build -- --production  minified, without
//   npm run build -- --watch       builds again on every change
import { chmodSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, context, type BuildOptions } from 'esbuild';

interface Bundle {
    readonly entry: string;
    readonly out: string;
    readonly options: BuildOptions;
    readonly executable?: boolean;
}

const root = path.resolve(import.meta.dirname, '..');

// The oldest runtimes that must run the bundles: engines.node of package.json, and the Node inside engines.vscode.
const node: BuildOptions = { platform: 'node', target: 'node20.10', format: 'cjs', mainFields: ['module', 'main'] };
const browser: BuildOptions = { platform: 'browser', target: 'es2022', mainFields: ['browser', 'module', 'main'] };

const BUNDLES: readonly Bundle[] = [
    { entry: 'client/src/extension.ts', out: 'out/client.js', options: { ...node, external: ['vscode'] } },
    { entry: 'client/src/extension-browser.ts', out: 'out/client-browser.js', options: { ...browser, format: 'cjs', external: ['vscode'] } },
    { entry: 'server/src/lsp/main-node.ts', out: 'out/server.js', options: node },
    { entry: 'server/src/lsp/main-browser.ts', out: 'out/server-browser.js', options: { ...browser, format: 'iife' } },
    {
        entry: 'server/src/cli/main.ts', out: 'out/cli.js', executable: true,
        // A dependency of tinyglobby asks for import.meta.url, which CommonJS lacks.
        options: { ...node, define: { 'import.meta.url': 'import_meta_url' }, banner: { js: "#!/usr/bin/env node\nconst import_meta_url = require('node:url').pathToFileURL(__filename).href;" } },
    },
];

const { values } = parseArgs({ options: { production: { type: 'boolean' }, watch: { type: 'boolean' } } });

function optionsOf(bundle: Bundle): BuildOptions {
    return {
        ...bundle.options,
        absWorkingDir: root,
        entryPoints: [bundle.entry],
        outfile: bundle.out,
        bundle: true,
        minify: values.production === true,
        sourcemap: values.production !== true,
        // Names are part of error reports and of Langium's type registry.
        keepNames: true,
        legalComments: 'none',
        logLevel: 'warning',
    };
}

rmSync(path.join(root, 'out'), { recursive: true, force: true });
for (const bundle of BUNDLES) {
    if (!existsSync(path.join(root, bundle.entry))) {
        console.warn(`${bundle.out}: skipped, there is no ${bundle.entry}`);
        continue;
    }
    if (values.watch === true) {
        await (await context(optionsOf(bundle))).watch();
        continue;
    }
    const result = await build({ ...optionsOf(bundle), metafile: true });
    const bytes = Object.entries(result.metafile.outputs).find(([file]) => file.endsWith('.js'))?.[1].bytes ?? 0;
    if (bundle.executable === true) {
        chmodSync(path.join(root, bundle.out), 0o755);
    }
    console.log(`${bundle.out}  ${Math.ceil(bytes / 1024)} KiB`);
}
