// Assembles the npm package, the command line alone: npm run package:npm -- [FOLDER]
// What the repository's own package.json asks for, those who work on it need; the command needs nothing but its bundles.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { apiTypes } from './api-types.mts';
import { BUNDLES, optionsOf, root } from './bundles.mts';

/** Most bytes of the package as npm sends it. */
const MAX_BYTES = 1_000_000;

/** The API as an ES module: one copy of the engine, whoever loads it. */
const MODULE = `import api from './api.cjs';
export const { analyze, InputError, readLog, simulate } = api;
`;

interface Manifest {
    /** `hwp` is somebody else's on npm; the command is called so all the same. */
    readonly name: string;
    readonly version: string;
    readonly license: string;
    readonly keywords: readonly string[];
    readonly engines: { readonly node: string };
    readonly bin: { readonly hwp: string };
}

/** Makes the folder anew: the bundles of the command line as they are shipped, what to read, and a manifest of its own. */
export async function assemblePackage(folder: string): Promise<void> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const { name, version, license, keywords, engines, bin } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
    for (const bundle of BUNDLES.filter(({ ofCommandLine }) => ofCommandLine === true)) {
        await build({ ...await optionsOf(bundle, true), outfile: path.join(folder, bundle.out) });
        chmodSync(path.join(folder, bundle.out), bundle.executable === true ? 0o755 : 0o644);
    }
    writeFileSync(path.join(folder, 'out/api.d.cts'), apiTypes());
    writeFileSync(path.join(folder, 'out/api.d.mts'), "export * from './api.cjs';\n");
    writeFileSync(path.join(folder, 'out/api.mjs'), MODULE);
    // The program that runs in the guest of `hwp lab` is compiled where it is used.
    cpSync(path.join(root, 'lab'), path.join(folder, 'lab'), { recursive: true });
    cpSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
    cpSync(path.join(root, 'docs/cli.md'), path.join(folder, 'README.md'));
    cpSync(path.join(root, 'docs/hwp.1'), path.join(folder, 'man/hwp.1'));
    writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify({
        name, version, license, description: 'Checks and runs hwpoison scenarios: what Linux does about memory errors.',
        keywords: keywords.filter((word) => word !== 'simulator'), engines: { node: engines.node }, bin, man: ['./man/hwp.1'], files: ['out', 'lab', 'man'],
        exports: {
            '.': { import: { types: './out/api.d.mts', default: './out/api.mjs' }, require: { types: './out/api.d.cts', default: './out/api.cjs' } },
            './package.json': './package.json',
        },
        types: './out/api.d.cts', main: './out/api.cjs', ...repositoryOfBuild(),
    }, undefined, 2)}\n`);
}

/** Where it is built, where that is public: provenance is about a repository, and npm holds the manifest to it. */
export function repositoryOfBuild(): { readonly repository?: { readonly type: 'git'; readonly url: string } } {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
    return server === undefined || name === undefined ? {} : { repository: { type: 'git', url: `git+${server}/${name}.git` } };
}

/** Packs a folder as npm does; the file. */
export function pack(folder: string, destination: string): string {
    const { status, stdout, stderr } = spawnSync('npm', ['pack', '--json', '--pack-destination', destination], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
    if (status !== 0) {
        throw new Error(`npm could not pack it: ${stderr}`);
    }
    const packed: unknown = JSON.parse(stdout);
    // A list in npm 10, an object by names in npm 12.
    const [{ filename } = { filename: '' }] = Object.values(packed as Record<string, { readonly filename: string }>);
    return path.join(destination, filename);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
    const folder = path.resolve(process.argv[2] ?? path.join(root, '.cache/npm/hwpoison-scenarios'));
    await assemblePackage(folder);
    const file = pack(folder, path.dirname(folder));
    const { size } = statSync(file);
    console.log(`${path.relative(process.cwd(), file)}  ${size} bytes`);
    if (size > MAX_BYTES) {
        console.error(`the package may have ${MAX_BYTES} bytes`);
        process.exitCode = 1;
    }
}
