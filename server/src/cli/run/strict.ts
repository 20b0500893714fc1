/** `--strict`: what otherwise passes with a word beside it is refused. */
import { checksNothing, isVacuous, nameOfScenario, vacuousVariants, type FileReport, type ScenarioReport, type VariantReport } from '../../report/judgement/scenario-report.js';
import { placeInFile, type SourceTexts } from '../../report/output/source-texts.js';
import type { RefusedVariant } from '../../report/reporters/test-cases.js';
import { countWords } from '../../report/step/wording.js';
import type { Program } from '../../simulator/program.js';
import { visible } from '../../vocabulary/control-characters.js';
import { noteOnBasis } from '../../vocabulary/kernel-notes.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

/** What is refused, and the exit code that it asks for. */
export interface Refusal {
    readonly code: ExitCode;
    readonly text: string;
}

/** What is refused of a file. */
export function refusals({ scenarios }: FileReport, sources: SourceTexts): Refusal[] {
    return scenarios.flatMap((scenario) => [
        ...approximatedIn(scenario.variants).map((text) => ({ code: EXIT.invalid, text })),
        ...uncheckedWords(scenario).map((text) => ({ code: EXIT.unchecked, text })),
    ].map(({ code, text }) => ({ code, text: `${placeInFile(scenario.range, sources)}: ${visible(nameOfScenario(scenario))}: ${text}` })));
}

/** What is refused of a variant, as reports tell it. */
export function refusedInVariant(variant: VariantReport): RefusedVariant[] {
    return [
        ...approximatedIn([variant]).map((text): RefusedVariant => ({ status: 'invalid', code: 'strict/approximated', message: `--strict: ${text}` })),
        ...isVacuous(variant) ? [{ status: 'failed', code: 'strict/unchecked', message: '--strict: passed, nothing checked.' } as const] : [],
    ];
}

/** What is said of the kernels, those of guests and of later boots among them, that behave as another one. */
function approximatedIn(variants: readonly VariantReport[]): readonly string[] {
    const written = variants.flatMap(({ program, trace }) => [...kernelsOf(program), ...trace?.steps.flatMap(({ kernel }) => kernel?.written ?? []) ?? []]);
    return [...new Set(written)].flatMap((version) => {
        const note = noteOnBasis(version);
        return note === undefined || note.described ? [] : [note.text];
    });
}

function kernelsOf({ kernel, guests = [] }: Program): string[] {
    return [kernel.written, ...guests.flatMap(({ program }) => kernelsOf(program))];
}

function uncheckedWords(scenario: ScenarioReport): readonly string[] {
    const unchecked = vacuousVariants(scenario).length;
    return checksNothing(scenario) ? ['passed, nothing checked.'] : unchecked === 0 ? [] : [`nothing checked in ${unchecked} of ${countWords(scenario.variants.length, 'variant')}.`];
}
