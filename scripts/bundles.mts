// What is bundled, from where, and how. Packages are bundled as they are published: only where a name leads is decided here.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { namesInUse, versionAskedOnce, whenCalled } from './client-packages.mts';
import { CLIENT_SHARING, ENGINE_SHARING, handedOver, SERVER_SHARING, sharedModules, takenFrom, type Sharing } from './shared-modules.mts';

export const root = path.resolve(import.meta.dirname, '..');

/** How a bundle takes names out of the protocol. */
interface ProtocolNames {
    /** The module that lists them. */
    readonly list: string;
    /** The package that has them, or the modules of `vscode-jsonrpc` that have them: nothing else of it is run. */
    readonly part: string | Readonly<Record<string, readonly string[]>>;
}

export interface Bundle {
    readonly entry: string;
    readonly out: string;
    readonly options: BuildOptions;
    readonly executable?: boolean;
    /** Part of the npm package. */
    readonly ofCommandLine?: boolean;
    readonly protocolNames?: ProtocolNames;
    /** The bundle that it lies beside: what that one has already, it takes from there. */
    readonly beside?: string;
    /** Part of the extension, in the editor's own process or worker. */
    readonly ofEditor?: true;
    /** It says what it has to say in words of its own: nobody puts the file of words beside it. */
    readonly ownWords?: true;
    /** A module that it exports as well: who imports that late loads this file. */
    readonly alsoHas?: string;
    /** It is imported as any module is, and loaded when one of its names is used first: in bundles its names stand for that. */
    readonly whenUsed?: true;
    /** It is nothing but what all the files beside it have in common. */
    readonly common?: true;
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

const COMMON = './node_modules/vscode-jsonrpc/lib/common';

/** What those modules take from the world that they run in; the package's own list of it comes with streams and sockets. */
const WORLD = `
import abstraction from '${COMMON}/ral.js';
const setTimer = (act, milliseconds, ...values) => {
    const timer = setTimeout(act, milliseconds, ...values);
    return { dispose: () => clearTimeout(timer) };
};
abstraction.install({ console, timer: { setTimeout: setTimer } });`;

/**
 * ES modules take names out of the protocol, which is CommonJS, by an object of its 450 names that each importing file would
 * make for itself at every start. They share one module, which lists those that are in use; the build fails when one is missing.
 */
const sharedNames = ({ list, part }: ProtocolNames): Plugin => ({
    name: 'shared-names',
    setup(setup) {
        const file = path.join(root, list);
        const resolveDir = path.join(root, 'node_modules/vscode-languageserver');
        setup.onResolve({ filter: /^vscode-languageserver(-protocol)?$/ }, ({ kind, importer }) => kind !== 'import-statement' || importer === '' ? undefined
            : importer !== file ? { path: file }
            : typeof part === 'string' ? setup.resolve(part, { kind, resolveDir, pluginData: oneProtocol }) : { path: 'vscode-jsonrpc', namespace: 'parts' });
        setup.onLoad({ filter: /.*/, namespace: 'parts' }, () => ({
            contents: [...Object.entries(part).map(([module, names]) => `export { ${names.join(', ')} } from '${COMMON}/${module}.js';`), WORLD].join('\n'),
            resolveDir,
        }));
    },
});

/** Parts of Node that are named at the start, and used for what few ask: other ways of talking, commands in programs of their own, threads. */
const LATE_PARTS = /^(node:)?(child_process|crypto|net|os|timers\/promises|url|worker_threads)$/;

/** Of a part of Node, the members that a file has a word for: all of them would be 2 kB of names in each bundle. */
function membersIn(file: string, part: string): string[] {
    const words = new Set(readFileSync(file, 'utf8').match(/\w+/g));
    return Object.keys(createRequire(import.meta.url)(part) as object).filter((name) => words.has(name));
}

/** In those packages, and in what `hwp` starts with, such a part is an object whose members load it: Node's own lazy `require`, without a change to the packages. */
const lateParts: Plugin = {
    name: 'late-parts',
    setup(setup) {
        setup.onResolve({ filter: LATE_PARTS }, ({ path: name, importer }) => /(node_modules[\\/](vscode-|commander|@vscode[\\/]debugadapter)|server[\\/]src[\\/]cli[\\/](?!triage|lab))/.test(importer) ? { path: name.replace('node:', ''), namespace: 'late-part', suffix: `?${path.relative(root, importer)}` } : undefined);
        setup.onLoad({ filter: /.*/, namespace: 'late-part' }, ({ path: name, suffix }) => ({
            // Kept: Node's `require` looks for what it has loaded already as for a file, and a run of many files asks a thousand times.
            contents: `const load = () => require('node:${name}');
            let all;
            for (const name of ${JSON.stringify(membersIn(path.join(root, suffix.slice(1)), name))}) {
                Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => (all ??= load())[name] });
            }`,
            resolveDir: root,
        }));
    },
};

/**
 * Sessions of the debugger are emitters for the sake of streams, which they have none of inside an editor: there messages are handed over. A
 * worker has no `events`.
 */
const noStreams: Plugin = {
    name: 'no-streams',
    setup(setup) {
        setup.onResolve({ filter: /^events$/ }, ({ path: name, importer }) => /node_modules[\\/]@vscode[\\/]debugadapter/.test(importer) ? { path: name, namespace: 'no-streams' } : undefined);
        setup.onLoad({ filter: /.*/, namespace: 'no-streams' }, () => ({ contents: 'exports.EventEmitter = class { on() { return this; } emit() { return false; } };' }));
    },
};

/** A dynamic import of what is a bundle of its own loads that file when it comes to it; the file lies beside. */
const lateFiles = ({ out }: Bundle): Plugin => ({
    name: 'late-files',
    setup(setup) {
        setup.onResolve({ filter: /^\.\.?\// }, ({ path: name, kind, resolveDir }) => {
            const entry = path.relative(root, path.resolve(resolveDir, name)).replaceAll(path.sep, '/').replace(/\.js$/, '.ts');
            const files = kind === 'dynamic-import' ? BUNDLES.filter((bundle) => bundle.entry === entry || bundle.alsoHas === entry) : [];
            const own = files.find(({ beside }) => beside === out) ?? files.find(({ beside }) => beside !== SERVER);
            return own === undefined ? undefined : { path: `./${path.basename(own.out)}`, external: true };
        });
    },
});

/** What stands in a bundle for a module that is in another file: names that load the file when one of them is used. */
function namesOf(module: string, file: string): string {
    const names = [...readFileSync(module, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name!);
    return `let all;\n${names.map((name) => `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => (all ??= require('${file}')).${name} });`).join('\n')}`;
}

const WORDS = path.join(root, 'server/src/vocabulary/words');

/** Modules that are imported as any other, and lie in files beside the bundle; words all in one, which is read when the first of them is shown. */
const whenUsed = ({ entry, ownWords }: Bundle): Plugin => ({
    name: 'when-used',
    setup(setup) {
        const files = new Map(BUNDLES.filter((bundle) => bundle.whenUsed === true && bundle.entry !== entry).map((bundle) => [path.join(root, bundle.entry), `./${path.basename(bundle.out)}`]));
        const fileOf = (module: string): string | undefined => files.get(module) ?? (ownWords !== true && path.dirname(module) === WORDS ? './words.js' : undefined);
        setup.onResolve({ filter: /^\.\.?\// }, ({ path: name, kind, resolveDir }) => {
            const module = path.resolve(resolveDir, name).replace(/\.js$/, '.ts');
            return kind === 'import-statement' && fileOf(module) !== undefined ? { path: module, namespace: 'when-used' } : undefined;
        });
        setup.onLoad({ filter: /.*/, namespace: 'when-used' }, ({ path: module }) => ({ contents: namesOf(module, fileOf(module)!), resolveDir: root }));
        setup.onResolve({ filter: /.*/, namespace: 'when-used' }, ({ path: name }) => ({ path: name, external: true }));
    },
});

// The oldest runtimes that must run the bundles: engines.node of package.json, and the Node inside engines.vscode.
const node: BuildOptions = { platform: 'node', target: 'node20.10', format: 'cjs', mainFields: ['module', 'main'] };

// The extension and its server run on Node and in a browser from one file each: the package would be twice the size
// otherwise. What belongs to one world only is behind a dynamic import, so that the other never runs it.
const bothWorlds: BuildOptions = { ...node, conditions: ['browser', 'module'] };

// Late files are loaded by `require`: Node's `import()` reads a file once more, to find out whether it is CommonJS.
const commandLine: BuildOptions = { ...node, supported: { 'dynamic-import': false } };

// CommonJS lacks import.meta.url, which a dependency of tinyglobby asks for, and so do we.
const asksForItsPlace: BuildOptions = { define: { 'import.meta.url': 'import_meta_url' }, banner: { js: "const import_meta_url = require('node:url').pathToFileURL(__filename).href;" } };

/** For Node and for browsers. */
const neutral: BuildOptions = { ...commandLine, platform: 'neutral', mainFields: ['browser', 'module', 'main'], conditions: ['browser', 'module'] };

const SERVER = 'out/server.js';
const CLIENT = 'out/client.js';
const ENGINE = 'out/engine.js';

/** Bundles that files lie beside. */
const SHARING: Readonly<Record<string, Sharing>> = { [SERVER]: SERVER_SHARING, [CLIENT]: CLIENT_SHARING, [ENGINE]: ENGINE_SHARING };

const editor: BuildOptions = { ...bothWorlds, external: ['vscode'] };

const SERVER_NAMES: ProtocolNames = { list: 'server/src/lsp/protocol-names.ts', part: 'vscode-languageserver' };

// Workers load files into one scope: what such a file names stays in it. They have no `require`, and get one of ours (late-files.ts).
const besideServer: Pick<Bundle, 'options' | 'protocolNames' | 'beside'> = { options: { ...bothWorlds, supported: { 'dynamic-import': false }, banner: { js: '(() => {' }, footer: { js: '})();' } }, protocolNames: SERVER_NAMES, beside: SERVER };

const CANCELLATION: ProtocolNames = { list: 'server/src/cli/protocol-names.ts', part: { cancellation: ['CancellationToken', 'CancellationTokenSource'], events: ['Emitter'], messages: ['ResponseError'] } };

const REPRODUCER = 'server/src/export/reproducer.ts';

export const BUNDLES: readonly Bundle[] = [
    { entry: 'client/src/extension.ts', out: CLIENT, ownWords: true, options: editor, ofEditor: true, maxBytes: 520_000 },
    // What nobody needs in the editor until somebody asks for it.
    { entry: 'client/src/actions.ts', out: 'out/actions.js', ownWords: true, options: editor, ofEditor: true, beside: CLIENT, maxBytes: 60_000 },
    { entry: 'client/src/real-kernel/real-kernel-runs.ts', out: 'out/real-kernel.js', ownWords: true, options: editor, ofEditor: true, beside: CLIENT, maxBytes: 20_000 },
    { entry: 'client/src/debug/debugger.ts', out: 'out/debugger.js', ownWords: true, options: editor, ofEditor: true, beside: CLIENT, maxBytes: 60_000 },
    { entry: 'server/src/lsp/main.ts', out: SERVER, options: { ...bothWorlds, supported: { 'dynamic-import': false } }, protocolNames: SERVER_NAMES, maxBytes: 1_600_000 },
    // What hovers, diagnostics and explanations say, as data.
    { entry: 'server/src/vocabulary/words/all.ts', out: 'out/words.js', ofCommandLine: true, ownWords: true, options: besideServer.options, maxBytes: 200_000 },
    // Rooms of the server that few enter: kernel logs and tools of language models, the debugger, pictures.
    { entry: 'server/src/lsp/requests/seldom-asked.ts', out: 'out/log.js', ...besideServer, maxBytes: 200_000 },
    { entry: 'server/src/lsp/debug/debug-sessions.ts', out: 'out/debug.js', ...besideServer, maxBytes: 120_000 },
    { entry: 'server/src/picture/shapes/scenario-picture.ts', out: 'out/shapes.js', ...besideServer, maxBytes: 60_000 },
    // What draws: the view of pictures loads it into its window, and the server for hovers.
    {
        entry: 'client/webview/main.ts', out: 'out/scenario-view.js', alsoHas: 'server/src/picture/drawing/step-picture.ts', ownWords: true, maxBytes: 250_000,
        options: { platform: 'browser', target: 'es2022', format: 'iife', globalName: 'hwpPictures', footer: { js: "if (typeof module === 'object') module.exports = hwpPictures;" } },
    },
    // What the threads of `hwp triage` start with: without the language, they start fast and stay small.
    { entry: 'server/src/cli/triage/worker.ts', out: 'out/triage-worker.js', ofCommandLine: true, options: commandLine, maxBytes: 10_000 },
    // Pictures and pages, for those who ask for them.
    { entry: 'server/src/cli/pictures.ts', out: 'out/pictures.js', ofCommandLine: true, options: commandLine, maxBytes: 400_000 },
    // `hwp lab`: the emulator and what is said to it.
    { entry: 'server/src/lab/lab.ts', out: 'out/lab.js', ofCommandLine: true, options: commandLine, maxBytes: 300_000 },
    // Folders and patterns of paths.
    { entry: 'server/src/cli/globs.ts', out: 'out/globs.js', ofCommandLine: true, ownWords: true, whenUsed: true, options: { ...commandLine, ...asksForItsPlace }, maxBytes: 60_000 },
    // What draws scenarios at random for it.
    { entry: 'server/src/lab/fuzz/random-runs.ts', out: 'out/random-runs.js', ofCommandLine: true, options: commandLine, maxBytes: 60_000 },
    // The lab for the editor, as a process of its own.
    { entry: 'server/src/lab/host/host.ts', out: 'out/lab-host.js', options: commandLine, maxBytes: 10_000 },
    // Scenarios as programs, for the command of the editor and for `hwp export`.
    { entry: REPRODUCER, out: 'out/reproducer.js', ...besideServer, maxBytes: 200_000 },
    { entry: REPRODUCER, out: 'out/export.js', ofCommandLine: true, options: node, maxBytes: 200_000 },
    // What Node starts the server with.
    { entry: 'server/src/start/language-server.ts', out: 'out/start-server.js', options: node, maxBytes: 10_000 },
    // What `hwp` starts with, its commands and options, and what they do.
    { entry: 'server/src/start/command-line.ts', out: 'out/cli.js', ofCommandLine: true, executable: true, options: { ...commandLine, banner: { js: '#!/usr/bin/env node' } }, maxBytes: 10_000 },
    // What its threads start with.
    { entry: 'server/src/start/run-thread.ts', out: 'out/run-thread.js', ofCommandLine: true, options: commandLine, maxBytes: 10_000 },
    { entry: 'server/src/cli/main.ts', out: 'out/hwp.js', ofCommandLine: true, options: commandLine, maxBytes: 200_000 },
    { entry: 'server/src/cli/triage/triage-command.ts', out: 'out/triage.js', ofCommandLine: true, options: commandLine, maxBytes: 400_000 },
    // The language, the model and what reports of them: one copy for programs and for the command.
    { entry: ENGINE_SHARING.list, out: ENGINE, ofCommandLine: true, common: true, protocolNames: CANCELLATION, options: neutral, maxBytes: 1_400_000 },
    // What programs import, in a browser too; `hwp mcp` asks it as well. The smaller of the validators that the package brings is asked for by its condition.
    { entry: 'server/src/api/main.ts', out: 'out/api.cjs', ofCommandLine: true, beside: ENGINE, protocolNames: CANCELLATION, options: neutral, maxBytes: 300_000 },
    { entry: 'server/src/cli/mcp/mcp-command.ts', out: 'out/mcp.js', ofCommandLine: true, options: { ...commandLine, conditions: ['workerd'] }, maxBytes: 400_000 },
    { entry: 'server/src/cli/run/watch/file-changes.ts', out: 'out/watch.js', ofCommandLine: true, options: commandLine, maxBytes: 60_000 },
    { entry: 'server/src/cli/scenario-commands.ts', out: 'out/scenarios.js', ofCommandLine: true, beside: ENGINE, protocolNames: CANCELLATION, options: { ...commandLine, ...asksForItsPlace }, maxBytes: 300_000 },
];

/** How esbuild makes a bundle; `production` as it is shipped. */
export async function optionsOf(bundle: Bundle, production: boolean): Promise<BuildOptions> {
    const options = ownOptionsOf(bundle);
    return { ...options, plugins: [...await sharingOf(bundle), ...options.plugins ?? []], minify: production, sourcemap: !production };
}

async function sharingOf({ out, beside }: Bundle): Promise<Plugin[]> {
    const sharing = SHARING[beside ?? out];
    if (sharing === undefined) {
        return [];
    }
    const { inWhole, asked } = await (shared[beside ?? out] ??= sharedModules(sharing, ...lookedAt(beside ?? out)));
    return [beside === undefined ? handedOver(sharing, asked) : takenFrom(sharing, inWhole)];
}

const shared: Record<string, ReturnType<typeof sharedModules>> = {};

/** The bundle, and the files beside it. */
function lookedAt(whole: string): [BuildOptions | undefined, readonly BuildOptions[]] {
    const bundle = BUNDLES.find(({ out }) => out === whole)!;
    return [bundle.common === true ? undefined : ownOptionsOf(bundle), BUNDLES.filter(({ beside }) => beside === whole).map(ownOptionsOf)];
}

function ownOptionsOf(bundle: Bundle): BuildOptions {
    return {
        ...bundle.options,
        absWorkingDir: root,
        entryPoints: [bundle.entry],
        outfile: bundle.out,
        bundle: true,
        plugins: [...bundle.ofEditor === true ? [namesInUse, whenCalled, versionAskedOnce] : [], ...bundle.protocolNames === undefined ? [] : [sharedNames(bundle.protocolNames)], oneProtocol, lateParts, noStreams, lateFiles(bundle), whenUsed(bundle)],
        legalComments: 'none',
        logLevel: 'warning',
    };
}
