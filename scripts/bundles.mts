// What is bundled, from where, and how. Packages are bundled as they are published: only where a name leads is decided here.
import { createRequire } from 'node:module';
import path from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

export const root = path.resolve(import.meta.dirname, '..');

export interface Bundle {
    readonly entry: string;
    readonly out: string;
    readonly options: BuildOptions;
    readonly executable?: boolean;
    /** Bytes that it may have when it is minified. */
    readonly maxBytes: number;
}

/**
 * npm installs the protocol's packages beside each of those that need them; one copy is enough, and checks of identity (is
 * this error a ResponseError?) hold only with one.
 */
const oneProtocol: Plugin = {
    name: 'one-protocol',
    setup(setup) {
        const resolveDir = path.join(root, 'node_modules/vscode-languageserver');
        setup.onResolve({ filter: /^vscode-(jsonrpc|languageserver-protocol|languageserver-types|languageserver-textdocument)(\/|$)/ }, ({ path: name, kind, pluginData }) =>
            pluginData === oneProtocol ? undefined : setup.resolve(name, { kind, resolveDir, pluginData: oneProtocol }));
    },
};

/** Parts of Node that the protocol's packages name at their start, and use for ways of talking that few choose: a third of their start goes into them. */
const LATE_PARTS = /^(child_process|crypto|net|os|url)$/;

/** In those packages such a part is an object whose members load it: Node's own lazy `require`, without a change to the packages. */
const lateParts: Plugin = {
    name: 'late-parts',
    setup(setup) {
        setup.onResolve({ filter: LATE_PARTS }, ({ path: name, importer }) => /node_modules[\\/]vscode-/.test(importer) ? { path: name, namespace: 'late-part' } : undefined);
        setup.onLoad({ filter: /.*/, namespace: 'late-part' }, ({ path: name }) => ({
            contents: `for (const name of ${JSON.stringify(Object.keys(createRequire(import.meta.url)(name) as object))}) {
                Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => require('node:${name}')[name] });
            }`,
            resolveDir: root,
        }));
    },
};

// The oldest runtimes that must run the bundles: engines.node of package.json, and the Node inside engines.vscode.
const node: BuildOptions = { platform: 'node', target: 'node20.10', format: 'cjs', mainFields: ['module', 'main'] };

// The extension and its server run on Node and in a browser from one file each: the package would be twice the size
// otherwise. What belongs to one world only is behind a dynamic import, so that the other never runs it.
const bothWorlds: BuildOptions = { ...node, conditions: ['browser', 'module'] };

export const BUNDLES: readonly Bundle[] = [
    { entry: 'client/src/extension.ts', out: 'out/client.js', options: { ...bothWorlds, external: ['vscode'] }, maxBytes: 600_000 },
    { entry: 'server/src/lsp/main.ts', out: 'out/server.js', options: bothWorlds, maxBytes: 1_600_000 },
    // The threads of `hwp triage`: without the language, they start fast and stay small.
    { entry: 'server/src/cli/triage/worker.ts', out: 'out/triage-worker.js', options: node, maxBytes: 300_000 },
    {
        entry: 'server/src/cli/main.ts', out: 'out/cli.js', executable: true, maxBytes: 1_600_000,
        // A dependency of tinyglobby asks for import.meta.url, which CommonJS lacks.
        options: { ...node, define: { 'import.meta.url': 'import_meta_url' }, banner: { js: "#!/usr/bin/env node\nconst import_meta_url = require('node:url').pathToFileURL(__filename).href;" } },
    },
];

/** How esbuild makes a bundle; `production` as it is shipped. */
export function optionsOf(bundle: Bundle, production: boolean): BuildOptions {
    return {
        ...bundle.options,
        absWorkingDir: root,
        entryPoints: [bundle.entry],
        outfile: bundle.out,
        bundle: true,
        plugins: [oneProtocol, lateParts],
        minify: production,
        sourcemap: !production,
        legalComments: 'none',
        logLevel: 'warning',
    };
}
