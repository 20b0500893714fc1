import { EmptyFileSystemProvider, type FileSystemNode, type FileSystemProvider, type URI } from 'langium';
import type { Connection } from 'vscode-languageserver';
import type { ServerRequests } from './protocol.js';

type ReadFile = ServerRequests['hwp/readFile'];

/**
 * Files as the client sees them, for a server in a browser and for folders that are not on a disk. Only single files
 * are read: what a folder holds is the client's business. A file that is not there, or not to be read, is an error.
 */
export class ForwardedFileSystem extends EmptyFileSystemProvider {
    readonly #connection: Connection;

    constructor(connection: Connection) {
        super();
        this.#connection = connection;
    }

    override async readFile(uri?: URI): Promise<string> {
        const params: ReadFile['params'] = { uri: uri?.toString() ?? '' };
        const text = await this.#connection.sendRequest<ReadFile['result']>('hwp/readFile', params);
        if (text === null) {
            throw new Error(`There is no file ${params.uri}.`);
        }
        return text;
    }

    override async stat(uri: URI): Promise<FileSystemNode> {
        await this.readFile(uri);
        return { isFile: true, isDirectory: false, uri };
    }

    override async exists(uri?: URI): Promise<boolean> {
        return this.readFile(uri).then(() => true, () => false);
    }
}

/** Files of a disk from the disk, all others from the client. */
export function forwardingAllBut(scheme: string, local: FileSystemProvider, connection: Connection): FileSystemProvider {
    const forwarded = new ForwardedFileSystem(connection);
    const of = (uri: URI): FileSystemProvider => uri.scheme === scheme ? local : forwarded;
    return {
        stat: (uri) => of(uri).stat(uri), statSync: (uri) => of(uri).statSync(uri),
        exists: (uri) => of(uri).exists(uri), existsSync: (uri) => of(uri).existsSync(uri),
        readBinary: (uri) => of(uri).readBinary(uri), readBinarySync: (uri) => of(uri).readBinarySync(uri),
        readFile: (uri) => of(uri).readFile(uri), readFileSync: (uri) => of(uri).readFileSync(uri),
        readDirectory: (uri) => of(uri).readDirectory(uri), readDirectorySync: (uri) => of(uri).readDirectorySync(uri),
    };
}
