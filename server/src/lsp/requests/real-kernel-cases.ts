import { URI, type LangiumDocuments } from 'langium';
import { parseOverrides } from '../../analysis/overrides.js';
import { analyzeOverridden } from '../overridden.js';
import type { RealKernelCase } from '../protocol.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { namedScenarios, variantName } from './scenario-items.js';

/** Scenarios as the lab takes them: predicted for the kernel that will run. */
export function realKernelCases(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/realKernelCases'> {
    return async ({ uri, scenarios, kernel }, token) => {
        const overrides = parseOverrides({ kernel });
        if ('error' in overrides) {
            return { problem: overrides.error };
        }
        const found = await documents.get(uri, token);
        if (found === null) {
            return null;
        }
        const { document, report } = found;
        const named = namedScenarios(report).filter(({ id }) => scenarios === undefined || scenarios.includes(id));
        const predicted = await analyzeOverridden(document, report, named.map(({ scenario }) => scenario), overrides.value, token);
        // Its trace is looked for when it is asked for: what is sent has it.
        const cases = predicted.flatMap((scenario, index): RealKernelCase[] => scenario.variants.filter(({ trace }) => trace !== null).map((variant) => ({
            scenario: named[index]!.id, variant: variantName(variant),
            case: { uri: report.uri, scenario: { ...scenario, variants: [], program: null, trace: null, verdicts: [] }, variant: { ...variant, trace: variant.trace } },
        })));
        const uris = new Set(predicted.flatMap(({ variants }) => variants.flatMap(({ program }) => program.sources.map((source) => source.uri))));
        return { cases, texts: Object.fromEntries([...uris].map((each) => [each, (each === report.uri ? document : texts.getDocument(URI.parse(each)))?.textDocument.getText() ?? ''])) };
    };
}
