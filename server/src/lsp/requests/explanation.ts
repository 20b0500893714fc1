import type { LangiumDocuments } from 'langium';
import { plain } from '../../report/output/paint.js';
import { stepWords } from '../../report/output/source-texts.js';
import { summarize } from '../../report/step/summary.js';
import { explanationLines } from '../../report/explanation/text-explanation.js';
import { groupedByText, outcomesOf, summarizeOutcomes } from '../../report/step/variants.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import { reportText } from './report-text.js';
import type { RequestHandler } from './request-handler.js';
import { findScenario, onlyVariant } from './scenario-items.js';
import { sourcesOf } from './sources.js';

/** A step as it is written, its result, and the path that led there. */
export function explanation(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/explanation'> {
    return async ({ uri, scenario, variant, step: index }, token) => {
        const found = await documents.get(uri, token);
        const whole = found === null ? undefined : findScenario(found.report, scenario);
        const { program, trace, variants } = (whole === undefined ? null : onlyVariant(whole, variant)) ?? { program: null, trace: null, variants: [] };
        const step = trace?.steps[index];
        if (program === null || step === undefined) {
            return null;
        }
        const range = program.sources[step.source];
        const words = range === undefined ? step.op : stepWords(range, sourcesOf(texts));
        const summary = variants.length > 1 ? summarizeOutcomes(outcomesOf(variants, [index])) : summarize(step);
        const explained = groupedByText(variants, (each) => each.trace === null ? [] : explanationLines(each.trace, index, plain));
        const below = explained.flatMap((group) => ['', ...group.variants === '' ? [] : [`in ${group.variants}`], ...group.lines]);
        return reportText([
            { text: `${words}  ${summary}`.trimEnd(), ...range === undefined ? {} : { about: range } }, ...below.map((text) => ({ text, step: index })),
        ], () => range);
    };
}
