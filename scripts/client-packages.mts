// How the extension takes names out of packages: nothing is copied, and nothing runs before it is called.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync, type Plugin } from 'esbuild';

const SOURCES = path.resolve(import.meta.dirname, '../client/src');

/** The editor, and the client of language servers: CommonJS of a few hundred names each. */
const LARGE = /^vscode$|^vscode-languageclient(\/|$)/;

/** What is left of an import in a file of which types are taken away. */
const IMPORT = /^import (?:\* as (\w+)|\{([^}]*)\}) from "([^"]+)";$/gm;

/**
 * An ES module gets an object of its own with all names of a CommonJS module that it imports: made for each of fifty modules of ours at every start,
 * that took a quarter of the time to load them. They share one module for each package, which lists the names that are in use.
 */
export const namesInUse: Plugin = {
    name: 'names-in-use',
    setup(setup) {
        setup.onResolve({ filter: LARGE }, async ({ path: name, kind, importer, resolveDir }) => {
            if (kind !== 'import-statement' || !importer.startsWith(SOURCES)) return undefined;
            const { path: file } = name === 'vscode' ? { path: name } : await setup.resolve(name, { kind: 'require-call', resolveDir, importer });
            return { path: name, namespace: 'names-in-use', pluginData: file };
        });
        setup.onLoad({ filter: /.*/, namespace: 'names-in-use' }, ({ path: name, pluginData: file }) => ({
            contents: [`const all = require(${JSON.stringify(file)});`, ...namesFrom(name).map((each) => `export const ${each} = all.${each};`)].join('\n'),
            resolveDir: SOURCES,
        }));
    },
};

/** The names that our modules take out of a package. */
function namesFrom(name: string): string[] {
    const found = new Set<string>();
    for (const text of sources ??= readSources()) {
        for (const [, all, named = '', from] of text.matchAll(IMPORT)) {
            if (from !== name) continue;
            named.split(',').map((each) => each.trim().replace(/ as .*/, '')).filter((each) => each !== '').forEach((each) => found.add(each));
            if (all === undefined) continue;
            for (const [, each] of text.matchAll(new RegExp(`\\b${all}\\.(\\w+)`, 'g'))) found.add(each!);
            // What is taken out of it in another way is not seen, and would be undefined.
            if (new RegExp(`[=(,:] ${all}[;,)]`).test(text)) throw new Error(`${name}: its names are taken as ${all}.NAME, one by one`);
        }
    }
    return [...found].sort();
}

let sources: readonly string[] | undefined;

function readSources(): string[] {
    return readdirSync(SOURCES, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
        .map((each) => transformSync(readFileSync(path.join(each.parentPath, each.name), 'utf8'), { loader: 'ts', tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } } }).code);
}

/** Packages of the language client that it calls late, if at all: what they export when something of it is asked for. */
const CALLED_LATE: Readonly<Record<string, (file: string) => string>> = {
    'minimatch': (file) => `exports.__esModule = true; for (const name of ['Minimatch', 'minimatch']) Object.defineProperty(exports, name, { enumerable: true, get: () => require(${file})[name] });`,
};

/**
 * The client asks at every start whether the editor is new enough, which costs a tenth of it. The editor has asked already: it refuses an extension
 * whose `engines.vscode` it does not meet. That this is enough for the client, too, is found out here.
 */
export const versionAskedOnce: Plugin = {
    name: 'version-asked-once',
    setup(setup) {
        setup.onResolve({ filter: /^semver\/functions\/(parse|satisfies)$/ }, ({ path: name, importer }) => {
            if (!importer.includes('vscode-languageclient')) return undefined;
            const [, wanted] = /REQUIRED_VSCODE_VERSION = '([^']+)'/.exec(readFileSync(importer, 'utf8')) ?? [];
            const { engines } = JSON.parse(readFileSync(path.join(SOURCES, '../../package.json'), 'utf8')) as { readonly engines: { readonly vscode: string } };
            if (wanted === undefined || !isEnough(engines.vscode, wanted)) throw new Error(`engines.vscode is ${engines.vscode}; the language client asks for ${wanted}`);
            return { path: name, namespace: 'version-asked-once' };
        });
        setup.onLoad({ filter: /.*/, namespace: 'version-asked-once' }, ({ path: name }) => ({ contents: name.endsWith('parse') ? 'module.exports = (version) => ({ version });' : 'module.exports = () => true;' }));
    },
};

/** Whether every version that one range of the form `^1.93.0` allows is in the other. */
function isEnough(range: string, wanted: string): boolean {
    const [own, other] = [range, wanted].map((each) => /^\^(\d+)\.(\d+)\.(\d+)$/.exec(each)?.slice(1).map(Number));
    if (own === undefined || other === undefined || own[0] !== other[0]) return false;
    return own[1]! !== other[1]! ? own[1]! > other[1]! : own[2]! >= other[2]!;
}

/** A package runs when the first of its names is asked for. */
export const whenCalled: Plugin = {
    name: 'when-called',
    setup(setup) {
        setup.onResolve({ filter: new RegExp(`^(${Object.keys(CALLED_LATE).join('|')})$`) }, async ({ path: name, kind, importer, resolveDir, pluginData }) => {
            if (pluginData === whenCalled || !importer.includes('vscode-languageclient')) return undefined;
            const { path: file } = await setup.resolve(name, { kind, importer, resolveDir, pluginData: whenCalled });
            return { path: name, namespace: 'when-called', pluginData: file };
        });
        setup.onLoad({ filter: /.*/, namespace: 'when-called' }, ({ path: name, pluginData: file }) => ({ contents: CALLED_LATE[name]!(JSON.stringify(file)), resolveDir: SOURCES }));
    },
};
