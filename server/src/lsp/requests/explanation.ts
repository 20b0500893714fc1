import type { LangiumDocuments } from 'langium';
import { plain } from '../../report/paint.js';
import { stepWords } from '../../report/source-texts.js';
import { summarize } from '../../report/summary.js';
import { explanationLines } from '../../report/text-explanation.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './table.js';
import { findScenario } from './scenario-items.js';
import { sourcesOf } from './sources.js';

/** A step as it is written, its result, and the path that led there. */
export function explanation(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/explanation'> {
    return async ({ uri, scenario, step: index }, token) => {
        const found = await documents.get(uri, token);
        const { program, trace } = (found === null ? undefined : findScenario(found.report, scenario)) ?? { program: null, trace: null };
        const step = trace?.steps[index];
        if (program === null || trace === null || step === undefined) {
            return null;
        }
        const range = program.sources[step.source];
        const words = range === undefined ? step.op : stepWords(range, sourcesOf(texts));
        return `${[`${words}  ${summarize(step)}`.trimEnd(), '', ...explanationLines(trace, index, plain)].join('\n')}\n`;
    };
}
