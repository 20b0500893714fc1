import { plain } from '../../report/output/paint.js';
import type { SourceTexts } from '../../report/output/source-texts.js';
import type { SourceRange } from '../../simulator/program.js';
import { resultLines } from '../output/text.js';
import type { LabResult } from '../run/lab-result.js';
import { endWords } from '../races/race-outcome.js';
import type { RaceResult } from '../races/race-result.js';
import type { PlacedResult } from './messages.js';

/** A result of the lab by places in the text. */
export function placedResult(result: LabResult, sources: SourceTexts, release: string): PlacedResult {
    const { program } = result.variant;
    const place = (source: number | undefined): SourceRange => program.sources[source ?? program.source] ?? program.sources[program.source]!;
    const ofStep = (index: number): SourceRange => place(program.steps[index]?.source);
    const { race } = result;
    const differing = new Set(result.differences.map(({ step }) => step));
    return {
        verdict: result.verdict, milliseconds: result.milliseconds,
        text: `${resultLines(result, { paint: plain, sources, release }).join('\n')}\n`,
        steps: race !== undefined ? [{ place: ofStep(race.step), agrees: race.unpredicted.length === 0 }] : result.notMade.length > 0 ? [] : (result.observation?.steps ?? []).flatMap(({ index }) => program.steps[index] === undefined ? [] : [{ place: ofStep(index), agrees: !differing.has(index) }]),
        differences: [
            ...result.differences.map(({ step, field, predicted, observed }) => ({ field, predicted, observed, place: ofStep(step) })),
            ...race === undefined ? [] : race.unpredicted.map(({ end }) => ({ field: 'outcome' as const, predicted: predictedEnds(race), observed: endWords(end), place: ofStep(race.step) })),
        ],
        notMade: result.notMade.map(({ construct, reason, source }) => ({ construct, reason, place: place(source) })),
    };
}

function predictedEnds({ outcomes }: RaceResult): string {
    return outcomes.map(({ end }) => endWords(end)).join('\nor ');
}
