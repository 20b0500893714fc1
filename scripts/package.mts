// Packages the extension: npm run package -- [FILE.vsix]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import zlib from 'node:zlib';
import { createVSIX } from '@vscode/vsce';
import { asCompiled } from './agent-source.mts';

const root = path.resolve(import.meta.dirname, '..');

/** Most bytes of a package: people wait for it. */
const MAX_BYTES = 900_000;

/** Of a manifest, what is for those who work on the extension. */
const DEVELOPMENT = ['scripts', 'bin', 'dependencies', 'devDependencies', 'optionalDependencies', 'overrides'];

/** Builds the production bundles and packages them; says where. With limits, a bundle that is too large is an error. */
export async function packageExtension(file = path.join(root, '.cache/hwpoison-scenarios.vsix'), limits = false): Promise<string> {
    mkdirSync(path.dirname(file), { recursive: true });
    const build = spawnSync(process.execPath, [path.join(root, 'scripts/build.mts'), '--production', ...limits ? ['--limits'] : []], { cwd: root, stdio: 'inherit' });
    if (build.status !== 0) {
        throw new Error('the bundles could not be built');
    }
    // vsce looks at every file below its folder before it asks .vscodeignore: half a minute with all that is installed.
    const folder = path.join(root, '.cache/package');
    collect(folder);
    // Everything is bundled: no dependency goes in. The project has no public address yet that links could be based on.
    const create = (): Promise<void> => createVSIX({ cwd: folder, packagePath: file, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
    packTightly();
    await (limits ? create() : quietly(create));
    return file;
}

/** zlib's usual 8 makes blocks of twice as many symbols, whose code fits each of them less: 0.7 kB more. */
const SMALLER_BLOCKS = 7;

/** vsce packs with zlib's usual effort, and has no option for more of it. */
function packTightly(): void {
    const { DeflateRaw } = zlib as unknown as { readonly DeflateRaw: new (options: zlib.ZlibOptions) => zlib.DeflateRaw };
    Object.assign(zlib, { DeflateRaw: class extends DeflateRaw {
        constructor() {
            super({ level: zlib.constants.Z_BEST_COMPRESSION, memLevel: SMALLER_BLOCKS });
        }
    } });
}

/** vsce lists all files: those who want the package for something else read that only when it fails. */
async function quietly(action: () => Promise<void>): Promise<void> {
    const { log } = console;
    const printed: unknown[][] = [];
    console.log = (...words: unknown[]) => printed.push(words);
    try {
        await action();
    } catch (error) {
        printed.forEach((words) => log(...words));
        throw error;
    } finally {
        console.log = log;
    }
}

/** Copies what .vscodeignore lets in. */
function collect(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
    for (const name of ['.vscodeignore', ...packagedFiles()]) {
        cpSync(path.join(root, name), path.join(folder, name));
    }
    for (const name of packagedFiles().filter((each) => /\.[ch]$/.test(each))) {
        writeFileSync(path.join(folder, name), asCompiled(readFileSync(path.join(root, name), 'utf8')));
    }
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(Object.fromEntries(Object.entries(manifest).filter(([name]) => !DEVELOPMENT.includes(name)))));
    writeFileSync(path.join(folder, 'README.md'), withoutPictures(readFileSync(path.join(root, 'README.md'), 'utf8')));
}

function packagedFiles(): string[] {
    return readFileSync(path.join(root, '.vscodeignore'), 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
}

/**
 * The page of an installed extension shows pictures from https addresses only, no files and no data: URIs (seen in VS Code
 * 1.139), and the project has no address yet.
 */
function withoutPictures(markdown: string): string {
    return markdown.replaceAll(/!\[[^\]]*\]\(docs\/images\/[^)]+\)\n+/g, '');
}

function checkSize(file: string): void {
    const name = path.relative(process.cwd(), file);
    const { size } = statSync(file);
    console.log(`${name}  ${size} bytes`);
    if (size > MAX_BYTES) {
        throw new Error(`the package may have ${MAX_BYTES} bytes: see what grew with "unzip -lv ${name}"`);
    }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
    const wish = process.argv[2];
    await packageExtension(wish === undefined ? undefined : path.resolve(wish), true).then(checkSize).catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
    });
}
