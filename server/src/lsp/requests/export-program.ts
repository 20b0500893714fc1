import { URI, UriUtils, type LangiumDocuments } from 'langium';
import { stepWords } from '../../report/output/source-texts.js';
import { protocolRange } from '../run-diagnostics.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { findScenario, onlyVariant, variantName } from './scenario-items.js';
import { sourcesOf } from './sources.js';

/** A scenario as a program for a real machine. */
export function exportProgram(documents: AnalysedDocuments, texts: LangiumDocuments): RequestHandler<'hwp/export'> {
    return async ({ uri, scenario, variant, form }, token) => {
        const found = await documents.get(uri, token);
        const whole = found === null ? undefined : findScenario(found.report, scenario);
        const run = whole === undefined ? undefined : onlyVariant(whole, variant)?.variants[0];
        if (run === undefined || run.trace === null) {
            return null;
        }
        const { program, trace } = run;
        const sources = sourcesOf(texts);
        const place = program.sources[program.source]!;
        // Few ask for it.
        const { reproduce } = await import('../../export/reproducer.js');
        const { text, gaps } = reproduce(form, {
            program, trace, checks: 'expected',
            origin: `${UriUtils.basename(URI.parse(place.uri))}:${place.startLine + 1}`,
            variant: variantName(run),
            textOf: (source) => stepWords(program.sources[source]!, sources),
        });
        return {
            text,
            gaps: gaps.map(({ construct, why, source }) => {
                const range = program.sources[source] ?? place;
                return { message: `Not made in the program: ${construct}: ${why}.`, uri: range.uri, range: protocolRange(range) };
            }),
        };
    };
}
