// What is bundled, from where, and how.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { minify } from 'terser';
import { LEFT_OUT_EVERYWHERE, LEFT_OUT_OF_SERVER, root } from './bundle-plugins.mts';

export interface Bundle {
    readonly entry: string;
    readonly out: string;
    readonly options: BuildOptions;
    readonly executable?: boolean;
    readonly plugins?: readonly Plugin[];
    /** Bytes that it may have when it is minified: what an editor reads before the first result. */
    readonly maxBytes?: number;
}

export { root };

// The oldest runtimes that must run the bundles: engines.node of package.json, and the Node inside engines.vscode.
const node: BuildOptions = { platform: 'node', target: 'node20.10', format: 'cjs', mainFields: ['module', 'main'] };

// The extension and its server run on Node and in a browser from one file each: the package would be twice the size
// otherwise. What belongs to one world only is behind a dynamic import, so that the other never runs it.
const bothWorlds: BuildOptions = { ...node, conditions: ['browser', 'module'] };

export const BUNDLES: readonly Bundle[] = [
    { entry: 'client/src/extension.ts', out: 'out/client.js', options: { ...bothWorlds, external: ['vscode'] } },
    { entry: 'server/src/lsp/main.ts', out: 'out/server.js', options: bothWorlds, maxBytes: 900_000, plugins: LEFT_OUT_OF_SERVER },
    // The threads of `hwp triage`: without the language, they start fast and stay small.
    { entry: 'server/src/cli/triage/worker.ts', out: 'out/triage-worker.js', options: node },
    {
        entry: 'server/src/cli/main.ts', out: 'out/cli.js', executable: true,
        // A dependency of tinyglobby asks for import.meta.url, which CommonJS lacks.
        options: { ...node, define: { 'import.meta.url': 'import_meta_url' }, banner: { js: "#!/usr/bin/env node\nconst import_meta_url = require('node:url').pathToFileURL(__filename).href;" } },
    },
];

/** Terser goes over what esbuild has minified, where the size is limited: it makes arrows, and puts calls in place of functions with one caller. */
const smaller: Plugin = {
    name: 'smaller',
    setup(setup) {
        setup.onEnd(async ({ outputFiles: [output] = [] }) => {
            if (output !== undefined) {
                const { code } = await minify(output.text, { ecma: 2020, toplevel: true, compress: { passes: 3, keep_fargs: false, unsafe_arrows: true } });
                mkdirSync(path.dirname(output.path), { recursive: true });
                writeFileSync(output.path, code!);
            }
        });
    },
};

/** How esbuild makes a bundle; `production` as it is shipped. */
export function optionsOf(bundle: Bundle, production: boolean): BuildOptions {
    return {
        ...bundle.options,
        absWorkingDir: root,
        entryPoints: [bundle.entry],
        outfile: bundle.out,
        bundle: true,
        plugins: [...LEFT_OUT_EVERYWHERE, ...bundle.plugins ?? [], ...production && bundle.maxBytes !== undefined ? [smaller] : []],
        write: !production || bundle.maxBytes === undefined,
        minify: production,
        sourcemap: !production,
        legalComments: 'none',
        logLevel: 'warning',
    };
}
