// What bundles leave out of the packages, and of our own sources, that nothing in them asks for.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';

export const root = path.resolve(import.meta.dirname, '..');

interface Rewrite {
    /** Paths of the sources. */
    readonly filter: RegExp;
    readonly rewrite: (source: string) => string;
}

/**
 * A plugin that changes sources as they are read. A build of a bundle that reads some of them, and in which a change finds
 * nothing to change, fails: the package has a new form, and what was left out of the old one is back.
 */
function rewriting(name: string, ...rewrites: readonly Rewrite[]): Plugin {
    return {
        name,
        setup(setup) {
            const found = new Map<Rewrite, boolean>();
            for (const each of rewrites) {
                setup.onLoad({ filter: each.filter }, ({ path: file }) => {
                    const source = readFileSync(file, 'utf8');
                    const contents = each.rewrite(source);
                    found.set(each, found.get(each) === true || contents !== source);
                    return { contents, loader: file.endsWith('.ts') ? 'ts' : 'js' };
                });
            }
            setup.onEnd(() => ({ errors: [...found].filter(([, changed]) => !changed).map(([{ filter }]) => ({ text: `${name}: nothing in ${filter} is what it was; see scripts/bundle-plugins.mts` })) }));
        },
    };
}

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
 * Langium asks of elements of a grammar what they are: by a table of the language that grammars are written in, with all
 * its types. Our parser makes elements of three of them.
 */
const withoutLanguageOfGrammars = rewriting('without-language-of-grammars', {
    filter: /langium\/lib\/languages\/generated\/ast\.js$/,
    rewrite: (source) => [...source.matchAll(/^export function is(\w+)\(/gm)].map(([, type = '']) => `export const is${type} = (item) => item?.$type === '${type}';`).join('\n'),
});

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
        // Their messages, what finds packages on a disk, and another way to cancel: handed on to nobody.
        setup.onLoad({ filter: /(protocol\.notebook|vscode-languageserver\/lib\/node\/files|vscode-jsonrpc\/lib\/common\/sharedArrayCancellation)\.js$/ }, () => ({ contents: 'module.exports = {};' }));
    },
};

/** Features of the protocol that Langium could serve and this server does not. */
const UNSERVED = 'callHierarchy|typeHierarchy|inlineValue|inlineCompletion|moniker|linkedEditingRange|colorProvider|typeDefinition|implementation|declaration|textDocumentContent|showDocument';

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

/** Parts of Node that take long to load, and that a server needs for no way of talking but one. */
const LATE_PARTS = 'crypto|child_process|os|path|url|util';

/** They are loaded when something is asked of them. */
function withLateParts(source: string): string {
    const parts = [...source.matchAll(new RegExp(`^const (\\w+) = (require\\("(?:node:)?(?:${LATE_PARTS})"\\));$`, 'gm'))];
    return parts.reduce((rest, [whole, name = '', load = '']) => rest.replace(whole, '').replaceAll(new RegExp(`\\(0, ${name}\\.|\\b${name}\\.`, 'g'), (use) => use.startsWith('(') ? `(0, ${load}.` : `${load}.`), source);
}

/** Messages with several parameters in a row, which the protocol has none of, and a cache. */
const UNUSED_OF_RPC = '(?:Request|Notification)Type[1-9]|LRUCache|SharedArray\\w+';

function withoutUnusedOfRpc(source: string): string {
    return source
        .replaceAll(new RegExp(`^class (?:${UNUSED_OF_RPC}) extends [\\s\\S]*?^\\}\nexports\\.\\w+ = \\w+;$`, 'gm'), '')
        .replaceAll(new RegExp(`^Object\\.defineProperty\\(exports, "(?:${UNUSED_OF_RPC})".*$`, 'gm'), '');
}

const withoutPreambles = rewriting('without-preambles', {
    filter: /(vscode-jsonrpc|vscode-languageserver|vscode-languageserver-protocol)\/lib\/(common|node|browser)\/[\w.]+\.js$/,
    rewrite: (source) => withLateParts(withoutPreamble(withoutUnusedOfRpc(source))),
});

/** What a line of the kernel log says about the machine: for readers of the sources. */
const withoutDocsOfMessages = rewriting('without-docs-of-messages', {
    filter: /server\/src\/vocabulary\/message-templates\.ts$/,
    rewrite: (source) => source.replaceAll(/, doc: '(?:[^'\\]|\\.)*' \},$/gm, ' },'),
});

/** What the kinds of diagnostics mean stands in the documentation. */
const withoutDocsOfDiagnostics = rewriting('without-docs-of-diagnostics', {
    filter: /server\/src\/analysis\/diagnostics\/[\w-]+\.ts$/,
    rewrite: (source) => source.replaceAll(/^( +doc): '(?:[^'\\]|\\.)*',$/gm, "$1: '',"),
});

/** Folders whose sources take names out of the protocol's packages. */
const USERS_OF_PROTOCOL = [
    ...['documentation', 'lsp', 'references', 'utils', 'validation', 'workspace'].map((folder) => `node_modules/langium/lib/${folder}`),
    'node_modules/vscode-languageserver', 'server/src',
];

let used: ReadonlySet<string> | undefined;

/** Names that something takes as a value; what is not bundled takes none. */
function usedOfProtocol(): ReadonlySet<string> {
    const unserved = new RegExp(`\\b(${UNSERVED}|notebook)\\.js$`);
    return used ??= new Set(USERS_OF_PROTOCOL.flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(js|ts)$/.test(file) && !file.endsWith('.d.ts') && !unserved.test(file))
        .flatMap((file) => valuesOfProtocol(readFileSync(path.join(root, folder, file), 'utf8')))));
}

/** A source without the classes that nothing names, and without those that only they name. */
function withoutUnusedClasses(source: string, used: ReadonlySet<string>): string {
    const classes = [...source.matchAll(/^(?:export )?class (\w+) \{[\s\S]*?\n\}\n/gm)].map(([whole, name = '']) => ({ whole, name }));
    const rest = classes.reduce((text, { whole }) => text.replace(whole, ''), source);
    const named = classes.map(({ name }) => name).filter((name) => used.has(name) || new RegExp(`\\bnew ${name}\\b`).test(rest));
    const needed = withWhatTheyNeed(new Set(named), classes);
    return classes.filter(({ name }) => !needed.has(name)).reduce((text, { whole }) => text.replace(whole, ''), source);
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
const onlyTypesInUse = rewriting('only-types-in-use',
    { filter: /vscode-languageserver-types\/lib\/esm\/main\.js$/, rewrite: (source) => withoutUnusedNamespaces(withoutUnusedClasses(source, usedOfProtocol()), usedOfProtocol()) },
    {
        filter: /vscode-languageserver-protocol\/lib\/common\/protocol(\.\w+)?\.js$/,
        // Which side sends a message, and which capability stands for it, nothing asks.
        rewrite: (source) => withoutUnusedNamespaces(withoutPreamble(source), usedOfProtocol())
            .replaceAll(/^ +\w+\.(messageDirection|capabilities) = \w+\.(MessageDirection|CM)\..*;$/gm, '')
            .replaceAll(/^exports\.(\w+) = \w+\.\1;$/gm, (whole, name: string) => usedOfProtocol().has(name) ? whole : ''),
    });

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
        ...[...source.matchAll(/^(?:import|export) \{([^}]*)\} from 'vscode-languageserver(?!-textdocument)/gm)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim()).filter((name) => !name.startsWith('type ')).map((name) => name.split(' ')[0]!)),
        ...[...source.matchAll(/\bvscode_languageserver_(?:types|protocol)_\d+\.(\w+)/g)].map(([, name = '']) => name),
        ...[...source.matchAll(/\b(?:types|protocol|vscode_languageserver)_\d+\.(\w+)/g)].map(([, name = '']) => name),
    ];
}

/** What each check is for stands in the documentation; diagnostics have messages of their own. */
const withoutRulesOfChecks = rewriting('without-rules-of-checks', {
    filter: /server\/src\/language\/checks\.ts$/,
    rewrite: (source) => source.replaceAll(/: (must|should|note)\(('[^']*'), (?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\),/g, ': $1($2, \'\'),'),
});

/**
 * The table of the types of a tree says of each of its properties what it is called; asked for is which ones are references
 * and which ones have defaults.
 */
const typesOnlyByWhatIsAsked = rewriting('types-only-by-what-is-asked', {
    filter: /server\/src\/language\/generated\/ast\.ts$/,
    rewrite: (source) => {
        const start = source.indexOf('override readonly types = {');
        const table = source.slice(start)
            .replaceAll(/^ +optional: true,?\n/gm, '')
            .replaceAll(/^ +\w+: \{\n +name: [\w.]+,?\n +\},?\n/gm, '')
            .replaceAll(/\b[A-Z]\w+\.(\$type|\w+)\b/g, (whole, name: string) => name === '$type' ? `'${whole.split('.')[0]}'` : `'${name}'`);
        return source.slice(0, start).replaceAll(/(isInstance\(item, )(\w+)\.\$type/g, "$1'$2'") + table;
    },
});

/** What is said of the paths of URIs needs no differences of two, no making and no taking apart. */
const withoutUnusedPaths = rewriting('without-unused-paths', {
    filter: /vscode-uri\/lib\/esm\/index\.mjs$/,
    rewrite: (source) => source.replace(/relative:function.*?,_makeLong:.*?,(?=dirname:)/, '').replace(/format:function.*?,(?=sep:)/, ''),
});

export const LEFT_OUT_EVERYWHERE: readonly Plugin[] = [oneProtocol, withoutLanguageOfGrammars, withoutUnusedLibraries];

export const LEFT_OUT_OF_SERVER: readonly Plugin[] = [withoutNotebooks, withoutUnservedFeatures, onlyTypesInUse, withoutPreambles, typesOnlyByWhatIsAsked, withoutRulesOfChecks, withoutDocsOfDiagnostics, withoutDocsOfMessages, withoutUnusedPaths];

