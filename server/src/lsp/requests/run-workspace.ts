import { ProgressType, type Connection } from 'vscode-languageserver';
import type { DocumentResults, WorkspaceRunProgress } from '../protocol.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { documentResults } from './scenario-items.js';

const PROGRESS = new ProgressType<WorkspaceRunProgress>();

/** Runs documents one after the other, and tells after each. */
export function runWorkspace(documents: AnalysedDocuments, connection: Connection): RequestHandler<'hwp/runWorkspace'> {
    return async ({ uris, progress }, token) => {
        const results: DocumentResults[] = [];
        for (const [index, uri] of uris.entries()) {
            if (token.isCancellationRequested) {
                break;
            }
            const found = await documents.get(uri, token);
            const result = found === null ? { uri, scenarios: [] } : documentResults(found.report);
            results.push(result);
            await connection.sendProgress(PROGRESS, progress, { done: index + 1, of: uris.length, results: result });
        }
        return results;
    };
}
