/** What the debug adapter is given: the launch, and the editor that it runs in. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ClientRequests, DebugTarget } from '../../../server/src/lsp/protocol.js';

/** What launch.json says, and what the resolver fills in. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments, DebugTarget {
    /** The file: a path, or a URI where it is not on the disk. */
    readonly program: string;
    readonly stopOnEntry?: boolean;
    readonly stopAtEnd?: boolean;
}

/** What the adapter needs of the editor. */
export interface AdapterHost {
    readonly session: string;
    request<Method extends keyof ClientRequests>(method: Method, params: ClientRequests[Method]['params']): Promise<ClientRequests[Method]['result']>;
    /** URIs as the server writes them, from paths of the editor and back. */
    toUri(path: string): string;
    toPath(uri: string): string;
    /** Path of the outline of a function, and the function of such a path; null for any other. */
    outlinePath(kernelFunction: string): string;
    functionOf(path: string): string | null;
    /** Path of a text as it was when the session began, where it has been edited since. */
    pathAsItWas(uri: string): string | null;
    /** A text was edited: from here on `pathAsItWas` knows it. */
    edited(uri: string): void;
    /** The outlines are to be read again: the session stands somewhere else. */
    moved(position: number, thread: number): void;
}
