import type { LangiumDocuments } from 'langium';
import { plain } from '../../report/output/paint.js';
import type { ScenarioReport } from '../../report/judgement/scenario-report.js';
import { fileLines } from '../../report/output/text.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { namedScenarios, onlyVariant, scenarioItem } from './scenario-items.js';
import { sourcesOf } from './sources.js';

/** What the scenarios of a document did: the run that follows every edit, waited for. */
export function run(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/run'> {
    return async ({ uri, scenario }, token) => {
        const found = await documents.get(uri, token);
        return found === null ? null : namedScenarios(found.report)
            .filter(({ id }) => scenario === undefined || id === scenario)
            .map((named) => {
                const item = scenarioItem(named);
                const textOf = (name?: string): string => scenarioText(onlyVariant(named.scenario, name) ?? named.scenario, uri, texts);
                return { ...item, text: textOf(), variants: item.variants.map((variant) => ({ ...variant, text: textOf(variant.name) })) };
            });
    };
}

/** A scenario as the command line prints it. */
function scenarioText(scenario: ScenarioReport, uri: string, texts: LangiumDocuments): string {
    const lines = fileLines({ uri, scenarios: [scenario], issues: [] }, { explain: false, paint: plain, sources: sourcesOf(texts) });
    return `${lines.slice(1).map((line) => line.replace(/^ {2}/, '')).join('\n')}\n`;
}
