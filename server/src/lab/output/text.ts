/** Results of the lab for a terminal. */
import { countWords } from '../../report/step/wording.js';
import { visible } from '../../vocabulary/control-characters.js';
import { variantWords } from '../../vocabulary/vary.js';
import type { Paint, Tone } from '../../report/output/paint.js';
import { placeInFile, stepWords, type SourceTexts } from '../../report/output/source-texts.js';
import type { Difference } from '../compare/compare.js';
import { LAB_VERDICTS, type LabResult, type LabVerdict } from '../run/lab-result.js';
import { raceLines, raceNote } from './race-text.js';

const MARKS: Readonly<Record<LabVerdict, { readonly mark: string; readonly tone: Tone }>> = {
    agrees: { mark: '✓', tone: 'good' }, differs: { mark: '✗', tone: 'bad' }, 'not made': { mark: '-', tone: 'faint' }, 'not modelled': { mark: '?', tone: 'doubtful' },
};

const WORDS: Readonly<Record<LabVerdict, string>> = { agrees: 'agrees', differs: 'differs', 'not made': 'cannot be made', 'not modelled': 'not modelled' };

export interface LabTextOptions { readonly paint: Paint; readonly sources: SourceTexts; readonly release: string }

export function resultLines(result: LabResult, options: LabTextOptions): readonly string[] {
    const { paint, sources } = options;
    const { mark, tone } = MARKS[result.verdict];
    const title = [visible(result.scenario.title) || '(no title)', variantWords(result.variant.values)].filter((each) => each !== '').join(', ');
    const notes = [WORDS[result.verdict], ...result.race !== undefined ? [raceNote(result.race)] : result.verdict === 'agrees' ? [countWords(result.observation?.steps.length ?? 0, 'step')] : [], ...result.unsteady ? ['another run came out differently'] : []];
    return [
        `${paint('strong', visible(sources.pathOf(result.uri)))}: ${paint(tone, mark)} ${title}${paint('faint', ` · ${notes.join(', ')}`)}`,
        ...result.notMade.map(({ construct, reason, source }) => `    ${placeIn(result, source, sources)}: ${construct}: ${reason}`),
        ...differenceLines(result, options),
        ...result.race === undefined ? [] : raceLines(result.race, options),
    ];
}

/** The step that decides whole; of the later ones only which. */
function differenceLines({ differences, variant }: LabResult, { paint, sources, release }: LabTextOptions): readonly string[] {
    const [first] = differences;
    if (first === undefined) {
        return [];
    }
    const step = variant.program.steps[first.step];
    const range = step === undefined ? undefined : variant.program.sources[step.source];
    const later = new Set(differences.map((each) => each.step)).size - 1;
    return [
        `    ${range === undefined ? 'at the start' : `${placeInFile(range, sources)}: ${visible(stepWords(range, sources))}`}`,
        ...differences.filter((each) => each.step === first.step).flatMap((each) => sides(each, release, paint)),
        ...later > 0 ? [`    and in ${later} later step${later === 1 ? '' : 's'}`] : [],
    ];
}

function sides({ field, predicted, observed }: Difference, release: string, paint: Paint): readonly string[] {
    const indented = (text: string): string => visibleLines(text).join('\n                  ');
    return [`      ${field}`, `        predicted ${indented(predicted)}`, `        ${paint('bad', `real      ${indented(observed)}`)}`].map((line, index) => index === 2 ? `${line}${paint('faint', ` (${release})`)}` : line);
}

function visibleLines(text: string): readonly string[] {
    return text.split('\n').map(visible);
}

function placeIn({ variant }: LabResult, source: number, sources: SourceTexts): string {
    const range = variant.program.sources[source];
    return range === undefined ? '' : placeInFile(range, sources);
}

/** `12 scenarios on Linux 7.3.4: 10 agree, 1 differs, 1 cannot be made`. */
export function totalsLine(results: readonly LabResult[], release: string): string {
    const counts = LAB_VERDICTS.flatMap((verdict) => {
        const count = results.filter((each) => each.verdict === verdict).length;
        return count === 0 ? [] : [`${count} ${verdict === 'agrees' && count !== 1 ? 'agree' : verdict === 'differs' && count !== 1 ? 'differ' : WORDS[verdict]}`];
    });
    return `${results.length} scenario${results.length === 1 ? '' : 's'} on Linux ${release}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`;
}
