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
            if (all !== undefined) for (const [, each] of text.matchAll(new RegExp(`\\b${all}\\.(\\w+)`, 'g'))) found.add(each!);
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
