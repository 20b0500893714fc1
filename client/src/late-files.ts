/** Files beside the bundle: what nobody needs until somebody asks for it. In a browser they are fetched, where `require` knows only the editor. */
import { Uri } from 'vscode';
import { runsOnNode } from './runs-on-node.js';

/** What somebody asks for: commands, tasks and the view of pictures; the debugger; on Node alone, runs on a real kernel. */
type LateFile = 'actions' | 'debugger' | 'real-kernel';

/** That of the bundle: on Node it reads files beside it; in a browser it knows only the editor. */
declare const require: (name: string) => unknown;

const loaded = new Map<LateFile, Promise<unknown>>();

let folder: Uri | undefined;

/** @param extensionUri where the extension is installed */
export function lateFilesOf(extensionUri: Uri): void {
    folder = Uri.joinPath(extensionUri, 'out');
}

/** @typeParam Exports what of the file is used: the module of which it has it */
export async function lateFile<Exports>(name: LateFile): Promise<Exports> {
    const known = loaded.get(name);
    if (known !== undefined) {
        return await known as Exports;
    }
    const read = require;
    const made = runsOnNode() ? Promise.resolve(read(`./${name}.js`)) : fetched(`${name}.js`);
    loaded.set(name, made);
    // The network may be back when somebody asks again.
    made.catch(() => loaded.delete(name));
    return await made as Exports;
}

/** As the editor itself runs an extension in a browser. */
async function fetched(name: string): Promise<unknown> {
    const address = Uri.joinPath(folder!, name).toString(true);
    const response = await fetch(address);
    if (!response.ok) {
        throw new Error(`${name} of the extension cannot be read: ${response.status} ${response.statusText}`);
    }
    const module = { exports: {} as unknown };
    // A file of this extension, from where its bundle came: there is no other way to one in such a worker.
    const run = new Function('module', 'exports', 'require', `${await response.text()}\n//# sourceURL=${address}`) as (...names: readonly unknown[]) => void;
    run(module, module.exports, require);
    return module.exports;
}
