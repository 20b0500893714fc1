// Bundles what ships into out/: the extension, its language server and the command line.
//   npm run build                  quick, with source maps
//   npm run build -- --production  minified, without
//   npm run build -- --watch       builds again on every change
import { chmodSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, context, type BuildOptions, type Plugin } from 'esbuild';

interface Bundle {
    readonly entry: string;
    readonly out: string;
    readonly options: BuildOptions;
    readonly executable?: boolean;
}

const root = path.resolve(import.meta.dirname, '..');

// The oldest runtimes that must run the bundles: engines.node of package.json, and the Node inside engines.vscode.
const node: BuildOptions = { platform: 'node', target: 'node20.10', format: 'cjs', mainFields: ['module', 'main'] };

// The extension and its server run on Node and in a browser from one file each: the package would be twice the size
// otherwise. What belongs to one world only is behind a dynamic import, so that the other never runs it.
const bothWorlds: BuildOptions = { ...node, conditions: ['browser', 'module'] };

const BUNDLES: readonly Bundle[] = [
    // It has no registry of types, and is loaded while people wait: without the names it is a twentieth smaller.
    { entry: 'client/src/extension.ts', out: 'out/client.js', options: { ...bothWorlds, external: ['vscode'], keepNames: false } },
    { entry: 'server/src/lsp/main.ts', out: 'out/server.js', options: bothWorlds },
    {
        entry: 'server/src/cli/main.ts', out: 'out/cli.js', executable: true,
        // A dependency of tinyglobby asks for import.meta.url, which CommonJS lacks.
        options: { ...node, define: { 'import.meta.url': 'import_meta_url' }, banner: { js: "#!/usr/bin/env node\nconst import_meta_url = require('node:url').pathToFileURL(__filename).href;" } },
    },
];

/**
 * npm installs the protocol's packages beside each of those that need them; one copy is enough, and checks of identity (is
 * this error a ResponseError?) hold only with one.
 */
const oneProtocol: Plugin = {
    name: 'one-protocol',
    setup(setup) {
        const resolveDir = path.join(root, 'node_modules/vscode-languageserver');
        setup.onResolve({ filter: /^vscode-(jsonrpc|languageserver-protocol|languageserver-types)(\/|$)/ }, ({ path: name, kind, pluginData }) =>
            pluginData === oneProtocol ? undefined : setup.resolve(name, { kind, resolveDir, pluginData: oneProtocol }));
    },
};

const { values } = parseArgs({ options: { production: { type: 'boolean' }, watch: { type: 'boolean' } } });

function optionsOf(bundle: Bundle): BuildOptions {
    return {
        // Names are part of error reports and of Langium's type registry.
        keepNames: true,
        ...bundle.options,
        absWorkingDir: root,
        entryPoints: [bundle.entry],
        outfile: bundle.out,
        bundle: true,
        plugins: [oneProtocol],
        minify: values.production === true,
        sourcemap: values.production !== true,
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
