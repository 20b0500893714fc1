import type { LangiumDocuments } from 'langium';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { findScenario } from './scenario-items.js';
import { sourcesOf } from './sources.js';

/** What there is to draw of a scenario. Few ask for it: it is loaded with the first question. */
export function picture(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/picture'> {
    return async ({ uri, scenario, variant }, token) => {
        const found = await documents.get(uri, token);
        const report = found === null ? undefined : findScenario(found.report, scenario);
        if (report === undefined) {
            return null;
        }
        const { scenarioPicture } = await import('../../picture/shapes/scenario-picture.js');
        return scenarioPicture(report, sourcesOf(texts), variant);
    };
}
