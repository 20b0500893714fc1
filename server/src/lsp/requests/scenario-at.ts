import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { namedScenarios, scenarioItem } from './scenario-items.js';

/** The scenario that a line lies in; columns are not asked for. */
export function scenarioAt(documents: AnalysedDocuments): RequestHandler<'hwp/scenarioAt'> {
    return async ({ uri, position }, token) => {
        const found = await documents.get(uri, token);
        const named = found === null ? undefined : namedScenarios(found.report).find(({ scenario: { range } }) =>
            range.startLine <= position.line && position.line <= range.endLine);
        return named === undefined ? null : scenarioItem(named);
    };
}
