import type { LangiumDocuments } from 'langium';
import { stepWords } from '../../report/output/source-texts.js';
import { stepsAt, stepsBetween } from '../steps-in-text.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { namedScenarios } from './scenario-items.js';
import { sourcesOf } from './sources.js';

/** The step under the cursor, else the one of its line, else the nearest above in its scenario: the one that an expectation speaks of. */
export function stepAt(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/stepAt'> {
    return async ({ uri, position }, token) => {
        const found = await documents.get(uri, token);
        const named = found === null ? undefined : namedScenarios(found.report).find(({ scenario: { range } }) =>
            range.startLine <= position.line && position.line <= range.endLine);
        if (found === null || named === undefined) {
            return null;
        }
        const { startLine } = named.scenario.range;
        const placed = stepsAt(found.report, position)[0] ?? stepsBetween(found.report, startLine, position.line)
            .filter(({ trace, range }) => trace === named.scenario.trace && range.startLine <= position.line)
            .reduce<ReturnType<typeof stepsAt>[number] | undefined>((last, step) => last === undefined || step.range.startLine > last.range.startLine ? step : last, undefined);
        return placed === undefined ? null : { scenario: named.id, step: placed.index, title: stepWords(placed.range, sourcesOf(texts)) };
    };
}
