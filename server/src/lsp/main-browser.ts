/** What the language server needs in a worker of a browser. There are no files there: imports come through the client. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection, type Connection } from 'vscode-languageserver/browser';

// The worker itself; its type is not in the libraries that the server is checked with.
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0] & { module?: { exports: unknown }; require?: unknown };
declare function importScripts(address: string): void;

export function connect(): Connection {
    return createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
}

/**
 * Gives the worker what the bundle asks for files beside it with: a `require` for those of one folder. A script is imported at once, and in the
 * worker's own scope; what it exports is put down there for as long.
 * @param folder the address of the folder, with no `/` at its end
 */
export function requireFrom(folder: string): void {
    const loaded = new Map<string, { exports: unknown }>();
    self.require = (name: string) => {
        const known = loaded.get(name);
        if (known !== undefined) return known.exports;
        const made = { exports: {} as unknown };
        loaded.set(name, made);
        const outer = self.module;
        self.module = made;
        try {
            importScripts(`${folder}/${name.replace('./', '')}`);
        } catch (error) {
            loaded.delete(name);
            throw error;
        } finally {
            if (outer === undefined) delete self.module;
            else self.module = outer;
        }
        return made.exports;
    };
}
