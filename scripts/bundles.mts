// What is bundled, from where, and how.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

export interface Bundle {
    readonly entry: string;
    readonly out: string;
    readonly options: BuildOptions;
    readonly executable?: boolean;
    readonly plugins?: readonly Plugin[];
    /** Bytes that it may have when it is minified: what an editor reads before the first result. */
    readonly maxBytes?: number;
}

export const root = path.resolve(import.meta.dirname, '..');

// The oldest runtimes that must run the bundles: engines.node of package.json, and the Node inside engines.vscode.
const node: BuildOptions = { platform: 'node', target: 'node20.10', format: 'cjs', mainFields: ['module', 'main'] };

// The extension and its server run on Node and in a browser from one file each: the package would be twice the size
// otherwise. What belongs to one world only is behind a dynamic import, so that the other never runs it.
const bothWorlds: BuildOptions = { ...node, conditions: ['browser', 'module'] };

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

/**
 * The parser that Langium brings is not used (server/src/language/parser has the one that is). Its packages do not say that
 * they may be left out, since they fill tables when they are loaded; nothing reads those.
 */
const withoutUnusedParser: Plugin = {
    name: 'without-unused-parser',
    setup(setup) {
        setup.onResolve({ filter: /^(chevrotain|chevrotain-allstar|@chevrotain\/.*)$/ }, async ({ path: name, kind, resolveDir, pluginData }) =>
            pluginData === withoutUnusedParser ? undefined : { ...await setup.resolve(name, { kind, resolveDir, pluginData: withoutUnusedParser }), sideEffects: false });
    },
};

/**
 * Langium asks of elements of a grammar what they are: by a table of the language that grammars are written in, with all
 * its types. Our parser makes elements of three of them.
 */
const withoutLanguageOfGrammars: Plugin = {
    name: 'without-language-of-grammars',
    setup(setup) {
        setup.onLoad({ filter: /langium\/lib\/languages\/generated\/ast\.js$/ }, ({ path: file }) => {
            const types = [...readFileSync(file, 'utf8').matchAll(/^export function is(\w+)\(/gm)].map(([, type = '']) => type);
            return { contents: types.map((type) => `export const is${type} = (item) => item?.$type === '${type}';`).join('\n') };
        });
    },
};

/**
 * Two libraries of the language client, a fifth of it: one compares the version of VS Code, which VS Code itself does
 * (engines.vscode); the other matches names of files that are created, renamed or deleted, which our server does not ask for.
 */
const withoutUnusedLibraries: Plugin = {
    name: 'without-unused-libraries',
    setup(setup) {
        const contents: Readonly<Record<string, string>> = {
            'semver/functions/parse': 'module.exports = (version) => version;',
            'semver/functions/satisfies': 'module.exports = () => true;',
            minimatch: "exports.Minimatch = class { constructor() { throw new Error('The server must not ask for file operations.'); } };",
        };
        setup.onResolve({ filter: /^(semver\/functions\/(parse|satisfies)|minimatch)$/ }, ({ path: name, importer }) =>
            importer.includes('vscode-languageclient') ? { path: name, namespace: 'unused' } : undefined);
        setup.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path: name }) => ({ contents: contents[name]! }));
    },
};

/** What a server says to no editor: notebooks. The classes stay, for what inherits from them. */
const withoutNotebooks: Plugin = {
    name: 'without-notebooks',
    setup(setup) {
        setup.onLoad({ filter: /vscode-languageserver\/lib\/common\/notebook\.js$/ }, () => ({
            contents: 'exports.NotebookSyncFeature = (Base) => Base; exports.NotebookDocuments = class { listen() { return { dispose() {} }; } };',
        }));
        // Their messages, and what finds packages on a disk: handed on to nobody.
        setup.onLoad({ filter: /(protocol\.notebook|vscode-languageserver\/lib\/node\/files)\.js$/ }, () => ({ contents: 'module.exports = {};' }));
    },
};

/** Features of the protocol that Langium could serve and this server does not. */
const UNSERVED = 'callHierarchy|typeHierarchy|inlineValue|inlineCompletion|moniker|linkedEditingRange|colorProvider|typeDefinition|implementation|declaration|textDocumentContent|fileOperations|showDocument';

const withoutUnservedFeatures: Plugin = {
    name: 'without-unserved-features',
    setup(setup) {
        setup.onLoad({ filter: new RegExp(`vscode-languageserver-protocol/lib/common/protocol\\.(${UNSERVED})\\.js$`) }, () => ({ contents: 'module.exports = {};' }));
        // Each adds itself to the connection that it is given.
        setup.onLoad({ filter: new RegExp(`vscode-languageserver/lib/common/(${UNSERVED})\\.js$`) }, ({ path: file }) => ({
            contents: [...readFileSync(file, 'utf8').matchAll(/^exports\.(\w+) = (?!void)\w+;$/gm)].map(([, name = '']) => `exports.${name} = (Base) => Base;`).join('\n'),
        }));
    },
};

/** The protocol's packages hand on each other's names by getters; what is handed on is there when it is. */
const withoutGetters: Plugin = {
    name: 'without-getters',
    setup(setup) {
        setup.onLoad({ filter: /(vscode-jsonrpc|vscode-languageserver|vscode-languageserver-protocol)\/lib\/(common|node|browser)\/(api|main|protocol)\.js$/ }, ({ path: file }) => ({
            contents: readFileSync(file, 'utf8').replaceAll(/^Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+\.\w+); \} \}\);$/gm, 'exports.$1 = $2;'),
        }));
    },
};

/** What the kinds of diagnostics mean stands in the documentation. */
const withoutDocsOfDiagnostics: Plugin = {
    name: 'without-docs-of-diagnostics',
    setup(setup) {
        setup.onLoad({ filter: /server\/src\/analysis\/diagnostics\/[\w-]+\.ts$/ }, ({ path: file }) => ({
            loader: 'ts', contents: readFileSync(file, 'utf8').replaceAll(/^( +doc): '(?:[^'\\]|\\.)*',$/gm, "$1: '',"),
        }));
    },
};

/**
 * The types of the protocol bring a check for each, and whoever asks for them in the old way gets all. Only those that
 * something names as a value are handed on.
 */
const onlyTypesInUse: Plugin = {
    name: 'only-types-in-use',
    setup(setup) {
        const folders = [...['documentation', 'lsp', 'references', 'utils', 'validation', 'workspace'].map((folder) => `node_modules/langium/lib/${folder}`), 'node_modules/vscode-languageserver', 'server/src'];
        const used = new Set(folders.flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
            .filter((file) => /\.(js|ts)$/.test(file) && !file.endsWith('.d.ts')).flatMap((file) => valuesOfProtocol(readFileSync(path.join(root, folder, file), 'utf8')))));
        setup.onLoad({ filter: /vscode-languageserver-types\/lib\/esm\/main\.js$/ }, ({ path: file }) => {
            const text = readFileSync(file, 'utf8');
            const checks = [...text.matchAll(/^export var (\w+);\n\(function \(\1\) \{[\s\S]*?\n\}\)\(\1 \|\| \(\1 = \{\}\)\);$/gm)].map(([whole, name = '']) => ({ whole, name }));
            const needed = withWhatTheyNeed(used, checks);
            return { contents: checks.filter(({ name }) => !needed.has(name)).reduce((rest, { whole }) => rest.replace(whole, ''), text) };
        });
    },
};

/** Names, and those that what they name calls. */
function withWhatTheyNeed(names: ReadonlySet<string>, checks: readonly { readonly whole: string; readonly name: string }[]): ReadonlySet<string> {
    const needed = new Set(names);
    for (let size = -1; size !== needed.size;) {
        size = needed.size;
        for (const { whole } of checks.filter(({ name }) => needed.has(name))) {
            checks.filter(({ name }) => new RegExp(`\\b${name}\\.`).test(whole)).forEach(({ name }) => needed.add(name));
        }
    }
    return needed;
}

/** Names that a source takes out of the protocol's packages, types aside. */
function valuesOfProtocol(source: string): string[] {
    return [
        ...[...source.matchAll(/^(?:import|export) \{([^}]*)\} from 'vscode-languageserver/gm)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim()).filter((name) => !name.startsWith('type ')).map((name) => name.split(' ')[0]!)),
        ...[...source.matchAll(/\bvscode_languageserver_(?:types|protocol)_\d+\.(\w+)/g)].map(([, name = '']) => name),
        ...[...source.matchAll(/\b(?:types|protocol|vscode_languageserver)_\d+\.(\w+)/g)].map(([, name = '']) => name),
    ];
}

/** What each check is for stands in the documentation; diagnostics have messages of their own. */
const withoutRulesOfChecks: Plugin = {
    name: 'without-rules-of-checks',
    setup(setup) {
        setup.onLoad({ filter: /server\/src\/language\/checks\.ts$/ }, ({ path: file }) => ({
            loader: 'ts', contents: readFileSync(file, 'utf8').replaceAll(/: (must|should|note)\(('[^']*'), (?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\),/g, ': $1($2, \'\'),'),
        }));
    },
};

const LEFT_OUT_OF_SERVER = [withoutNotebooks, withoutUnservedFeatures, withoutGetters, onlyTypesInUse, withoutRulesOfChecks, withoutDocsOfDiagnostics];

export const BUNDLES: readonly Bundle[] = [
    { entry: 'client/src/extension.ts', out: 'out/client.js', options: { ...bothWorlds, external: ['vscode'] } },
    { entry: 'server/src/lsp/main.ts', out: 'out/server.js', options: bothWorlds, maxBytes: 900_000, plugins: LEFT_OUT_OF_SERVER },
    {
        entry: 'server/src/cli/main.ts', out: 'out/cli.js', executable: true,
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
        plugins: [oneProtocol, withoutUnusedParser, withoutLanguageOfGrammars, withoutUnusedLibraries, ...bundle.plugins ?? []],
        minify: production,
        sourcemap: !production,
        legalComments: 'none',
        logLevel: 'warning',
    };
}
