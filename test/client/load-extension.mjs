// Loads a bundle of the extension and activates it, in a process with no editor: node load-extension.mjs out/client.js [LATE FILE]...
// Prints, as JSON, the processor time that it took (milliseconds), the files that were read for it, and what the late files export.
import { readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const [bundle = '', ...late] = process.argv.slice(2);
const require = createRequire(import.meta.url);

/** The names of the editor's API are those of the language client, our own, and any: each is a function, a class and an object of such. */
const made = new Map();
function standIn(name) {
    if (!made.has(name)) made.set(name, new Proxy(function () { /* It can be called and constructed. */ }, {
        get: (target, key) => known(name, key) ?? (Object.hasOwn(target, key) && key !== 'name' ? target[key] : standIn(`${name}.${String(key)}`)),
        set: () => true,
        construct: () => standIn(`${name}()`),
        apply: () => standIn(`${name}()`),
    }));
    return made.get(name);
}

/** What code does not only pass on. */
const VALUES = { version: '1.105.0', fsPath: path.resolve('none'), path: '/none', scheme: 'file', length: 0, forEach: () => undefined, map: () => [], filter: () => [], flatMap: () => [], find: () => undefined };

function known(name, key) {
    if (key === Symbol.iterator) return function* () { /* Nothing is open. */ };
    if (key === 'toString' || key === Symbol.toPrimitive) return () => name;
    if (key === 'then' || typeof key === 'symbol') return null;
    return VALUES[key];
}

/** The API itself is a plain object with all its names. */
const types = readFileSync(require.resolve('@types/vscode/index.d.ts'), 'utf8');
const names = [...types.matchAll(/^\texport (?:abstract )?(?:class|enum|namespace|const) (\w+)/gm)].map(([, name]) => name);
const editor = Object.fromEntries([...new Set(names)].map((name) => [name, known('vscode', name) ?? standIn(`vscode.${name}`)]));

const load = Module._load;
Module._load = (request, ...rest) => request === 'vscode' ? editor : load(request, ...rest);

const context = {
    subscriptions: [], asAbsolutePath: () => path.join(import.meta.dirname, 'no-such-server.js'), extension: { packageJSON: { contributes: { languageModelTools: [] } } },
    globalStorageUri: standIn('storage'), extensionUri: standIn('folder'), workspaceState: standIn('kept'), globalState: standIn('kept'),
};

const before = process.cpuUsage();
const { activate } = require(path.resolve(bundle));
const loaded = process.cpuUsage(before);
// The server that does not exist ends at once; its client says so to nobody.
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);
await activate(context).catch((error) => {
    console.error(error);
    process.exit(1);
});
const activated = process.cpuUsage(before);

const folder = path.dirname(path.resolve(bundle));
const files = Object.keys(require.cache).filter((file) => path.dirname(file) === folder).map((file) => path.basename(file));
const milliseconds = ({ user, system }) => (user + system) / 1000;
console.log(JSON.stringify({
    load: milliseconds(loaded), activate: milliseconds(activated) - milliseconds(loaded), files,
    exported: Object.fromEntries(late.map((file) => [file, Object.keys(require(path.join(folder, file)))])),
}));
process.exit();
