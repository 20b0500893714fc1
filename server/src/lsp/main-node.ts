/** What the language server needs as a process: stdio or the channel that VS Code chooses, and files of a disk. */
import { existsSync, promises, readdirSync, readFileSync, statSync, type Dirent, type Stats } from 'node:fs';
import type { FileSystemNode, FileSystemProvider, URI } from 'langium';
import { createConnection, ProposedFeatures, type Connection } from 'vscode-languageserver/node';

export function connect(): Connection {
    return createConnection(ProposedFeatures.all);
}

export const disk: FileSystemProvider = {
    stat: async (uri) => nodeOf(uri, await promises.stat(uri.fsPath)),
    statSync: (uri) => nodeOf(uri, statSync(uri.fsPath)),
    exists: (uri) => promises.access(uri.fsPath).then(() => true, () => false),
    existsSync: (uri) => existsSync(uri.fsPath),
    readBinary: (uri) => promises.readFile(uri.fsPath),
    readBinarySync: (uri) => readFileSync(uri.fsPath),
    readFile: (uri) => promises.readFile(uri.fsPath, 'utf8'),
    readFileSync: (uri) => readFileSync(uri.fsPath, 'utf8'),
    readDirectory: async (uri) => nodesIn(uri, await promises.readdir(uri.fsPath, { withFileTypes: true })),
    readDirectorySync: (uri) => nodesIn(uri, readdirSync(uri.fsPath, { withFileTypes: true })),
};

function nodesIn(folder: URI, entries: readonly Dirent[]): FileSystemNode[] {
    const path = folder.path.replace(/\/$/, '');
    return entries.map((entry) => nodeOf(folder.with({ path: `${path}/${entry.name}` }), entry));
}

function nodeOf(uri: URI, entry: Dirent | Stats): FileSystemNode {
    return { isFile: entry.isFile(), isDirectory: entry.isDirectory(), uri };
}
