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

/**
 * The protocol's packages were compiled for whoever may ask: each file brings what copies names from module to module, and
 * hands them on by getters. In a bundle all are of one kind, and what is handed on is there when it is.
 */
function withoutPreamble(source: string): string {
    return source
        .replaceAll(/^var __(createBinding|setModuleDefault|importStar|exportStar) = [\s\S]*?\n\}\)?(\)\(\))?;$/gm, '')
        .replace('Object.defineProperty(exports, "__esModule", { value: true });', 'exports.__esModule = true;')
        .replaceAll(/^exports\.\w+ = (?:exports\.\w+ = )*void 0;$/gm, '')
        .replaceAll(/\b__importStar\((require\("[^"]+"\))\)/g, '$1')
        .replaceAll(/^__exportStar\((require\("[^"]+"\)), exports\);$/gm, 'Object.assign(exports, { ...$1, ...exports });')
        .replaceAll(/^Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+\.\w+); \} \}\);$/gm, 'exports.$1 = $2;');
}

const withoutPreambles: Plugin = {
    name: 'without-preambles',
    setup(setup) {
        setup.onLoad({ filter: /(vscode-jsonrpc|vscode-languageserver|vscode-languageserver-protocol)\/lib\/(common|node|browser)\/[\w.]+\.js$/ }, ({ path: file }) => ({ contents: withoutPreamble(readFileSync(file, 'utf8')) }));
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

/** Folders whose sources take names out of the protocol's packages. */
const USERS_OF_PROTOCOL = [
    ...['documentation', 'lsp', 'references', 'utils', 'validation', 'workspace'].map((folder) => `node_modules/langium/lib/${folder}`),
    'node_modules/vscode-languageserver', 'server/src',
];

/** Names that something takes as a value; what is not bundled takes none. */
function usedOfProtocol(): ReadonlySet<string> {
    const unserved = new RegExp(`\\b(${UNSERVED}|notebook)\\.js$`);
    return new Set(USERS_OF_PROTOCOL.flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(js|ts)$/.test(file) && !file.endsWith('.d.ts') && !unserved.test(file))
        .flatMap((file) => valuesOfProtocol(readFileSync(path.join(root, folder, file), 'utf8')))));
}

/** A source without the namespaces that nothing names. */
function withoutUnusedNamespaces(source: string, used: ReadonlySet<string>): string {
    const namespaces = [...source.matchAll(/^(?:export )?var (\w+);\n\(function \(\1\) \{[\s\S]*?\n\}\)\(\1 \|\| \(.*\1 = \{\}\)\);$/gm)].map(([whole, name = '']) => ({ whole, name }));
    const needed = withWhatTheyNeed(used, namespaces);
    return namespaces.filter(({ name }) => !needed.has(name)).reduce((rest, { whole }) => rest.replace(whole, ''), source);
}

/**
 * The types of the protocol bring a check for each, and its messages a namespace each; whoever asks for them in the old way
 * gets all. Only those that something names as a value are handed on.
 */
const onlyTypesInUse: Plugin = {
    name: 'only-types-in-use',
    setup(setup) {
        const used = usedOfProtocol();
        setup.onLoad({ filter: /vscode-languageserver-types\/lib\/esm\/main\.js$/ }, ({ path: file }) => ({ contents: withoutUnusedNamespaces(readFileSync(file, 'utf8'), used) }));
        setup.onLoad({ filter: /vscode-languageserver-protocol\/lib\/common\/protocol(\.\w+)?\.js$/ }, ({ path: file }) => ({
            contents: withoutUnusedNamespaces(withoutPreamble(readFileSync(file, 'utf8')), used).replaceAll(/^exports\.(\w+) = \w+\.\1;$/gm, (whole, name: string) => used.has(name) ? whole : ''),
        }));
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

/**
 * The table of the types of a tree says of each of its properties what it is called; asked for is which ones are references
 * and which ones have defaults.
 */
const typesOnlyByWhatIsAsked: Plugin = {
    name: 'types-only-by-what-is-asked',
    setup(setup) {
        setup.onLoad({ filter: /server\/src\/language\/generated\/ast\.ts$/ }, ({ path: file }) => {
            const source = readFileSync(file, 'utf8');
            const start = source.indexOf('override readonly types = {');
            const table = source.slice(start)
                .replaceAll(/^ +optional: true,?\n/gm, '')
                .replaceAll(/^ +\w+: \{\n +name: [\w.]+,?\n +\},?\n/gm, '')
                .replaceAll(/\b[A-Z]\w+\.(\$type|\w+)\b/g, (whole, name: string) => name === '$type' ? `'${whole.split('.')[0]}'` : `'${name}'`);
            return { loader: 'ts', contents: source.slice(0, start).replaceAll(/(isInstance\(item, )(\w+)\.\$type/g, "$1'$2'") + table };
        });
    },
};

/** What is said of the paths of URIs needs no differences of two, no making and no taking apart. */
const withoutUnusedPaths: Plugin = {
    name: 'without-unused-paths',
    setup(setup) {
        setup.onLoad({ filter: /vscode-uri\/lib\/esm\/index\.mjs$/ }, ({ path: file }) => ({
            contents: readFileSync(file, 'utf8').replace(/relative:function.*?,_makeLong:.*?,(?=dirname:)/, '').replace(/format:function.*?,(?=sep:)/, ''),
        }));
    },
};

const LEFT_OUT_OF_SERVER = [withoutNotebooks, withoutUnservedFeatures, onlyTypesInUse, withoutPreambles, typesOnlyByWhatIsAsked, withoutUnusedPaths, withoutRulesOfChecks, withoutDocsOfDiagnostics];

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
