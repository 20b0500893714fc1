import type { LangiumDocuments } from 'langium';
import { plain } from '../../report/output/paint.js';
import { scenarioLines } from '../../report/output/text.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import { reportText } from './report-text.js';
import type { RequestHandler } from './request-handler.js';
import { findScenario, onlyVariant } from './scenario-items.js';
import { sourcesOf } from './sources.js';

/** Every step of a scenario with its decisions, as `hwp run --explain` prints them, in lines that can be wrapped. */
export function trace(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/trace'> {
    return async ({ uri, scenario, variant }, token) => {
        const found = await documents.get(uri, token);
        const whole = found === null ? undefined : findScenario(found.report, scenario);
        const report = whole === undefined ? null : onlyVariant(whole, variant);
        if (report === null) {
            return null;
        }
        const lines = scenarioLines(report, { explain: true, paint: plain, sources: sourcesOf(texts), wrapped: true }).map((line) => ({ ...line, text: line.text.replace(/^ {2}/, '') }));
        return reportText(lines, (step) => report.program?.sources[report.trace?.steps[step]?.source ?? -1]);
    };
}
