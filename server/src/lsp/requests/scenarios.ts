import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { documentResults } from './scenario-items.js';

/** The scenarios of a document. */
export function scenarios(documents: AnalysedDocuments): RequestHandler<'hwp/scenarios'> {
    return async ({ uri }, token) => {
        const found = await documents.get(uri, token);
        return found === null ? null : documentResults(found.report);
    };
}
