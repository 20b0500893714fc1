import type { LangiumDocuments } from 'langium';
import type { AnalysedDocuments } from './analysed-documents.js';
import { scenarioText } from './run.js';
import type { RequestHandler } from './table.js';
import { findScenario } from './scenario-items.js';

/** Every step of a scenario with its decisions, as `hwp run --explain` prints them. */
export function trace(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/trace'> {
    return async ({ uri, scenario }, token) => {
        const found = await documents.get(uri, token);
        const report = found === null ? undefined : findScenario(found.report, scenario);
        return report === undefined ? null : scenarioText(report, uri, texts, true);
    };
}
