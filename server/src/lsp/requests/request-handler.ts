import type { CancellationToken } from 'vscode-languageserver';
import type { ClientRequests } from '../protocol.js';

/** Answers the requests of one method. */
export type RequestHandler<Method extends keyof ClientRequests> =
    (params: ClientRequests[Method]['params'], token: CancellationToken) => Promise<ClientRequests[Method]['result']>;
