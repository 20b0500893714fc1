import type { LangiumDocuments } from 'langium';
import type { AnalysedDocuments } from './analysed-documents.js';
import { scenarioText } from './run.js';
import type { RequestHandler } from './request-handler.js';
import { findScenario, onlyVariant } from './scenario-items.js';

/** Every step of a scenario with its decisions, as `hwp run --explain` prints them. */
export function trace(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/trace'> {
    return async ({ uri, scenario, variant }, token) => {
        const found = await documents.get(uri, token);
        const whole = found === null ? undefined : findScenario(found.report, scenario);
        const report = whole === undefined ? null : onlyVariant(whole, variant);
        return report === null ? null : scenarioText(report, uri, texts, true);
    };
}
