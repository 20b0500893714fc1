// Bundles an entry that imports the simulator's sources by the names that bundlers know, and runs on them in place.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

export async function bundleForScripts(root: string, entry: string, outfile: string): Promise<void> {
    await build({
        absWorkingDir: root, entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node22',
        keepNames: true, logLevel: 'warning', packages: 'external', sourcemap: 'inline',
        // Files are found from where the sources are.
        plugins: [{
            name: 'source-folders',
            setup: (build) => {
                build.onLoad({ filter: /(test|scripts)\/([^/]+\/)+[^/]+\.m?ts$/ }, async ({ path: file }) => (
                    { contents: (await readFile(file, 'utf8')).replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file))), loader: 'ts' }
                ));
            },
        }],
    });
}
