/** Everything that there is to draw of a scenario, from its report: nothing is simulated for it. */
import type { Program } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';
import { isVaried, nameOfScenario, type ScenarioReport, type VariantReport } from '../../report/judgement/scenario-report.js';
import { stepWords, type SourceTexts } from '../../report/output/source-texts.js';
import { machineWords } from '../../report/output/text.js';
import { guestSides } from '../../report/step/guests.js';
import { summarize } from '../../report/step/summary.js';
import { countWords } from '../../report/step/wording.js';
import { visible } from '../../vocabulary/control-characters.js';
import { variantWords } from '../../vocabulary/vary.js';
import { memoryMap } from './memory-map.js';
import type { PicturePart, PictureStep, ScenarioPicture } from './picture.js';
import { raceDiagram } from './race-diagram.js';
import { shares } from './shares.js';
import { spotIn, spotOf } from './spots.js';
import { timeLine } from './time-line.js';
import { variantMarks } from './variant-marks.js';

/** @param variant name of the variant that is drawn; by default, and where there is none of that name, the first */
export function scenarioPicture(scenario: ScenarioReport, sources: SourceTexts, variant?: string): ScenarioPicture {
    const { status, range, variants, issues } = scenario;
    const names = isVaried(scenario) ? variants.map(({ values }) => variantWords(values)) : [];
    const shown = Math.max(0, variant === undefined ? 0 : names.indexOf(variant));
    const own = variants[shown];
    const about = { title: visible(nameOfScenario(scenario)), status, spot: spotOf(range), lastLine: range.endLine, variants: names, shown };
    if (own === undefined || own.trace === null) {
        const errors = issues.filter(({ severity }) => severity === 'error');
        const notes = errors.length === 0 ? ['It was not run.'] : [`It has ${countWords(errors.length, 'error')} and was not run:`, ...errors.slice(0, 5).map(({ message, range: { startLine } }) => `line ${startLine + 1}: ${visible(message)}`)];
        return { ...about, machine: '', steps: [], parts: [], notes };
    }
    const steps = stepsOf(own.program, own.trace, sources);
    return { ...about, machine: machineWords(own.program), steps, parts: partsOf(scenario, own, own.trace, steps), notes: notesOf(own.trace, steps) };
}

function stepsOf(program: Program, trace: Trace, sources: SourceTexts): PictureStep[] {
    const words = new Map<number, string>();
    return trace.steps.map((step): PictureStep => {
        const range = program.sources[step.source];
        let written = words.get(step.source);
        if (written === undefined) {
            written = visible(range === undefined ? step.op : stepWords(range, sources) || step.op);
            words.set(step.source, written);
        }
        return { words: written, summary: visible(summarize(step)), spot: spotIn(program, step.source) };
    });
}

function partsOf(scenario: ScenarioReport, { program }: VariantReport, trace: Trace, steps: readonly PictureStep[]): PicturePart[] {
    const words = (step: number): string => steps[step]?.words ?? '';
    const spot = (step: number): PictureStep['spot'] => steps[step]?.spot ?? null;
    const maps = [memoryMap(program, trace, ''), ...guestSides(program, trace).map((side) => memoryMap(side.program, side.trace, side.guest))];
    const special = trace.steps.flatMap(({ sweep, race }, step): PicturePart[] => [
        ...sweep === undefined ? [] : [shares(sweep, step, words(step), spot(step), trace.pageShift, scenario.variants)],
        ...race === undefined || race.windows.length === 0 ? [] : [raceDiagram(race, step, words(step), spot(step))],
    ]);
    return [
        ...trace.steps.length === 0 ? [] : [timeLine(program, trace)],
        ...maps.filter((map) => map !== null), ...special,
        ...scenario.variants.length < 2 ? [] : [variantMarks(scenario.variants, scenario.leftOut, steps)],
    ];
}

function notesOf({ steps: traced, notModelled, start }: Trace, steps: readonly PictureStep[]): string[] {
    const said = [...new Set(notModelled.map(({ what }) => visible(what)))];
    const skipped = traced.filter(({ skipped: isSkipped }) => isSkipped).length;
    return [
        ...steps.length === 0 ? ['It has no steps.'] : [],
        ...skipped === 0 ? [] : [`${countWords(skipped, 'step')} not reached: the machine had stopped.`],
        ...said.slice(0, 5).map((what) => `Not modelled: ${what}`), ...said.length > 5 ? [`Not modelled: ${said.length - 5} more`] : [],
        ...(start?.leftOut ?? 0) === 0 ? [] : [`${start!.leftOut} runs of pages were too many to keep.`],
    ];
}
