/** The run for a terminal: each scenario, each step on a line with its result, and what was expected in vain. */
import { basisOfArchitecture } from '../../vocabulary/architectures.js';
import { visible } from '../../vocabulary/control-characters.js';
import { basisOf, isSameKernel } from '../../vocabulary/kernels.js';
import type { Program, SourceId, SourceRange } from '../../simulator/program.js';
import type { RaceTrace, StepTrace, Trace } from '../../simulator/trace.js';
import { selectionWords } from '../../vocabulary/variant-selections.js';
import { variantWords } from '../../vocabulary/vary.js';
import { explanationLines } from '../explanation/text-explanation.js';
import { plain, type Paint, type Tone } from './paint.js';
import { limitWords, moveLines, traceWith, waysWords } from '../step/races.js';
import { STATUSES, type ScenarioStatus } from '../judgement/scenario-status.js';
import { checksNothing, nameOfScenario, vacuousVariants, type FileReport, type Issue, type ScenarioReport, type VariantReport } from '../judgement/scenario-report.js';
import { placeInFile, stepWords, type SourceTexts } from './source-texts.js';
import { ownParts, summaryParts, type SummaryPart } from '../step/summary.js';
import { groupedByText, isRaced, listedOutcomes, outcomesOf, outcomeWords, summarizeOutcomes, summaryTable, type VariantOutcome } from '../step/variants.js';
import { TONES } from '../step/summary-tones.js';
import { sweepLines } from '../sweeps/sweep-lines.js';
import type { Totals } from '../judgement/totals.js';
import type { Verdict } from '../judgement/verdicts.js';
import { kernelWords } from '../../simulator/kernel-words.js';
import { countWords } from '../step/wording.js';

export interface TextOptions {
    /** Adds the decision path, the log, the signals and the counters of each step. */
    readonly explain: boolean;
    readonly paint: Paint;
    readonly sources: SourceTexts;
    /** Long lines are wrapped where they are shown: what differs between variants is listed, since columns would not line up. */
    readonly wrapped?: true;
}

/** A line of the report, and what it speaks of. */
export interface ReportLine {
    readonly text: string;
    /** A scenario, a step or an expectation. */
    readonly about?: SourceRange;
    /** Index in `Trace.steps`, of the step that it belongs to. */
    readonly step?: number;
}

const MARKS: Readonly<Record<ScenarioStatus, { readonly mark: string; readonly tone: Tone }>> = {
    passed: { mark: '✓', tone: 'good' },
    failed: { mark: '✗', tone: 'bad' },
    unverified: { mark: '?', tone: 'doubtful' },
    invalid: { mark: '!', tone: 'bad' },
};

/** Steps are padded to the longest of their scenario, up to this many characters. */
const STEP_COLUMNS = 60;

/** The lines for one file. */
export function fileLines(report: FileReport, options: TextOptions): string[] {
    const lines = [options.paint('strong', visible(options.sources.pathOf(report.uri)))];
    lines.push(...report.issues.filter(isShown).map((issue) => `  ${issueLine(issue, options)}`));
    for (const scenario of report.scenarios) {
        lines.push(...scenarioLines(scenario, options).map(({ text }) => text));
    }
    return lines.length > 1 ? lines : [...lines, options.paint('faint', '  no scenario')];
}

/** `3 scenarios: 2 passed, 1 failed`. */
export function totalsLine({ scenarios, vacuous, issues }: Totals, paint: Paint): string {
    const counts = STATUSES.flatMap((status) => scenarios[status] === 0 ? [] : [paint(MARKS[status].tone, `${scenarios[status]} ${status}`)]);
    const notes = (['warning', 'information'] as const).flatMap((severity) => issues[severity] === 0 ? [] : [countWords(issues[severity], severity)]);
    return `${countWords(STATUSES.reduce((sum, status) => sum + scenarios[status], 0), 'scenario')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`
        + (vacuous === 0 ? '' : paint('doubtful', ` (${vacuous} passed, nothing checked)`)) + (notes.length === 0 ? '' : `; ${notes.join(', ')}`);
}

/** `examples/a.hwp:3:5: error: message [code]`. */
export function issueLine(issue: Issue, { paint, sources }: Pick<TextOptions, 'paint' | 'sources'>): string {
    const severity = paint(issue.severity === 'error' ? 'bad' : 'doubtful', issue.severity === 'hint' ? 'note' : issue.severity);
    return `${placeInFile(issue.range, sources)}: ${severity}: ${visible(issue.message)}${elsewhere(issue, sources)} ${paint('faint', `[${issue.code}]`)}`;
}

/** ` (machines.hwp:3:16)`: where the reason stands, if that is another file. */
function elsewhere({ range, related = [] }: Issue, sources: SourceTexts): string {
    const other = related.find((each) => each.range.uri !== range.uri);
    return other === undefined ? '' : ` (${placeInFile(other.range, sources)})`;
}

/** Combinations that are left out must not pass for ones that were run. */
const NOTABLE: ReadonlySet<string> = new Set(['vary/left-out']);

// Failed verdicts speak for themselves further down. Informations are counted, and hints are for the editor.
function isShown(issue: Issue): boolean {
    return issue.severity === 'error' && !issue.code.startsWith('verdict/') || issue.severity === 'warning' || NOTABLE.has(issue.code);
}

/** The lines for one scenario. */
export function scenarioLines(scenario: ScenarioReport, options: TextOptions): ReportLine[] {
    const { mark, tone } = MARKS[scenario.status];
    const run = runWords(scenario);
    const unchecked = uncheckedWords(scenario);
    return [
        { text: `  ${options.paint(unchecked === '' ? tone : 'doubtful', mark)} ${visible(nameOfScenario(scenario))}${run === '' ? '' : options.paint('faint', ` · ${run}`)}${unchecked === '' ? '' : options.paint('doubtful', ` · ${unchecked}`)}`, about: scenario.range },
        ...stepsLines(scenario, options),
        ...judgedLines(scenario, -1, options),
        ...scenario.issues.filter(isShown).map((issue) => ({ text: `      ${issueLine(issue, options)}`, about: issue.range })),
    ];
}

/** `passed, nothing checked`; in some variants only: `nothing checked in 2 of 5`. */
function uncheckedWords(scenario: ScenarioReport): string {
    const { variants } = scenario;
    const unchecked = vacuousVariants(scenario).length;
    return checksNothing(scenario) ? 'passed, nothing checked' : unchecked === 0 ? '' : `nothing checked in ${unchecked} of ${variants.length}`;
}

/** What was run: the machine, or how many there were. */
function runWords({ variants, leftOut, program }: ScenarioReport): string {
    if (variants.length > 1) {
        const out = leftOut.length === 0 ? '' : `, ${countWords(leftOut.length, 'combination')} left out`;
        const notes = [...new Set(variants.flatMap((variant) => variant.program === null ? [] : basisNotes(variant.program)))];
        return `${countWords(variants.length, 'variant')}${notes.length === 0 ? '' : `, ${notes.join(', ')}`}${out}`;
    }
    const [{ values } = { values: [] }] = variants;
    return program === null ? '' : [machineWords(program), variantWords(values.filter(({ subject }) => subject !== 'kernel' && subject !== 'arch'))].filter((each) => each !== '').join(', ');
}

/** `kernel 6.16 (behaves as 6.12) with kho-hwpoison, arm64 (derived)`, `kernel 6.6 (derived from its source)`; what is usual goes unsaid. */
export function machineWords({ kernel, arch, pageShift }: Pick<Program, 'kernel' | 'arch' | 'pageShift'>): string {
    const words = [`kernel ${kernel.written}${basisOfKernel(kernel)}`];
    if (kernel.proposals.length > 0) {
        words.push(`with ${kernel.proposals.join(', ')}`);
    }
    return words.join(' ') + (arch === 'x86-64' ? '' : `, ${arch}${basisOfArch({ kernel, arch, pageShift })}`);
}

/** ` (behaves as 6.6, derived from its source)`; '' for a kernel that was recorded. */
function basisOfKernel({ written, version }: Program['kernel']): string {
    const behavesAs = isSameKernel(written, version) ? [] : [`behaves as ${version}`];
    const derived = basisOf(version) === 'derived' ? ['derived from its source'] : [];
    const notes = [...behavesAs, ...derived].join(', ');
    return notes === '' ? '' : ` (${notes})`;
}

function basisOfArch({ kernel, arch, pageShift }: Pick<Program, 'kernel' | 'arch' | 'pageShift'>): string {
    return basisOfArchitecture(arch, kernel.version, pageShift) === 'derived' ? ' (derived)' : '';
}

/** What of the machine was not recorded as it is written. */
function basisNotes(program: Program): string[] {
    const { kernel, arch } = program;
    return [...basisOfKernel(kernel) === '' ? [] : [`kernel ${kernel.written}${basisOfKernel(kernel)}`], ...basisOfArch(program) === '' ? [] : [`${arch}${basisOfArch(program)}`]];
}

function stepsLines(scenario: ScenarioReport, options: TextOptions): ReportLine[] {
    const { program, trace, variants } = scenario;
    if (program === null || trace === null) {
        return [];
    }
    const words = trace.steps.map((step) => stepWords(sourceRange(step.source, program), options.sources) || step.op);
    const width = Math.min(STEP_COLUMNS, Math.max(0, ...words.map(({ length }) => length)));
    return trace.steps.flatMap((step, index) => {
        const outcomes = outcomesOf(variants, [index]);
        const summary = variants.length > 1 ? summarizeOutcomes(outcomes) : summaryWords(step, options.paint);
        const within = (text: string): ReportLine => ({ text, step: index });
        return [
            ...phaseLines(step, trace.steps[index - 1], options.paint).map(within),
            ...kernelLines(variants, index, options.paint).map(within),
            { text: `      ${stepLine(words[index] ?? '', width, summary)}`, about: sourceRange(step.source, program), step: index },
            ...(variants.length > 1 ? tableLines(outcomes, options) : []).map(within),
            ...detailLines(variants, index, options).map(within),
            ...judgedLines(scenario, step.index, options).map((line) => ({ ...line, step: index })),
        ];
    });
}

/** Which variant does what; nothing when all do the same, and for races, whose sets of outcomes stand below. */
function tableLines(outcomes: readonly VariantOutcome[], { paint, wrapped }: TextOptions): string[] {
    if (isRaced(outcomes) || outcomes.every((outcome) => outcomeWords(outcome) === outcomeWords(outcomes[0]!))) {
        return [];
    }
    if (wrapped === true) {
        return listedOutcomes(outcomes).map(({ words, variants }) => `          ${words}  ${paint('faint', `in ${variants}`)}`);
    }
    const { heads, rows } = summaryTable(outcomes);
    const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
    const line = (cells: readonly string[]): string => `          ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}`;
    return [paint('faint', line(heads)), ...rows.map(line)];
}

/** The outcomes of a race, or the explanation if it is wanted: each once, with the variants that it holds for. */
function detailLines(variants: readonly VariantReport[], index: number, options: TextOptions): string[] {
    return groupedByText(variants, ({ trace }) => trace === null ? [] : detailsOf(trace, index, options)).flatMap(({ lines, variants: of }) => [
        ...of === '' ? [] : [`          ${options.paint('strong', `in ${of}`)}`],
        ...lines,
    ]);
}

function detailsOf(trace: Trace, index: number, options: TextOptions): string[] {
    const { race, sweep } = trace.steps[index] ?? {};
    if (sweep !== undefined) {
        const lines = [...sweepLines(sweep, trace.pageShift, options.paint), ...(options.explain ? explanationLines(trace, index, options.paint) : [])];
        return lines.map((line) => `          ${line}`);
    }
    return race !== undefined && race.outcomes.length > 1 ? outcomeLines(trace, index, race, options)
        : options.explain ? explanationLines(trace, index, options.paint).map((line) => `          ${line}`) : [];
}

/** Verdicts under a step (-1: under none) that need saying, each once with the variants that it came to in. */
function judgedLines({ variants }: ScenarioReport, step: number, options: TextOptions): ReportLine[] {
    const said = new Map<string, { readonly verdict: Verdict; readonly program: Program; readonly where: number[] }>();
    variants.forEach(({ program, verdicts }, variant) => {
        for (const verdict of verdicts) {
            if ((verdict.step < 0 ? -1 : verdict.step) !== step || !isSaid(verdict)) {
                continue;
            }
            const { status, expected, actual, source } = verdict;
            const key = JSON.stringify([status, expected, actual, sourceRange(source, program)]);
            const known = said.get(key) ?? { verdict, program, where: [] };
            known.where.push(variant);
            said.set(key, known);
        }
    });
    const values = variants.map((variant) => variant.values);
    return [...said.values()].flatMap(({ verdict, program, where }) =>
        verdictLines(verdict, program, where.length === variants.length ? '' : selectionWords(where, values), options));
}

function stepLine(words: string, width: number, summary: string): string {
    return summary === '' ? words : `${words.padEnd(width)}  ${summary}`;
}

function phaseLines(step: StepTrace, previous: StepTrace | undefined, paint: Paint): string[] {
    return step.phase === (previous?.phase ?? '') ? [] : [paint('faint', `    ${step.phase}:`)];
}

/** A row for each outcome with the windows that lead to it; explained, with what competitors do in the first way, and its decisions. */
function outcomeLines(trace: Trace, index: number, race: RaceTrace, { explain, paint }: TextOptions): string[] {
    const words = race.outcomes.map(({ step }) => partWords(ownParts(step), plain));
    const width = Math.min(STEP_COLUMNS, Math.max(...words.map(({ length }) => length)));
    const limit = limitWords(race);
    return [
        ...race.outcomes.flatMap((outcome, at) => {
            const row = partWords(ownParts(outcome.step), paint) + ' '.repeat(Math.max(0, width - words[at]!.length));
            return [
                `          ${row}  ${paint('faint', waysWords(outcome))}`,
                ...(explain ? [...moveLines(outcome.ways[0] ?? [], race), ...explanationLines(traceWith(trace, index, outcome), index, paint)].map((line) => `              ${line}`) : []),
            ];
        }),
        ...limit === null ? [] : [`          ${paint('doubtful', limit)}`],
    ];
}

/** Says which kernel runs where that is another one than before; in several variants it may be several. */
function kernelLines(variants: readonly VariantReport[], index: number, paint: Paint): string[] {
    const runs = variants.flatMap(({ trace }) => trace === null ? [] : [[trace.steps[index - 1]?.kernel ?? trace.kernel, trace.steps[index]?.kernel ?? trace.kernel].map(kernelWords)]);
    const now = [...new Set(runs.map(([, after]) => after))];
    return runs.every(([before, after]) => before === after) ? [] : [paint('faint', `    on kernel ${now.join(' or ')}:`)];
}

function summaryWords(step: StepTrace, paint: Paint): string {
    const { race } = step;
    return race === undefined || race.outcomes.length === 1 ? partWords(summaryParts(step), paint) : `${countWords(race.outcomes.length, 'outcome')} in ${countWords(race.interleavings, 'interleaving')}`;
}

function partWords(parts: readonly SummaryPart[], paint: Paint): string {
    return parts.map(({ kind, text }) => {
        const tone = TONES[kind];
        return tone === null ? text : paint(tone, text);
    }).join(' · ');
}

/** Nothing is said of what holds, of what does not apply, and of what an issue says is not modelled. */
function isSaid({ kind, holds, status }: Verdict): boolean {
    return kind !== 'not-modelled' && holds !== true && (status === 'failed' || status === 'unverified');
}

function verdictLines(verdict: Verdict, program: Program, variants: string, { paint, sources }: TextOptions): ReportLine[] {
    const { mark, tone } = MARKS[verdict.status === 'failed' ? 'failed' : 'unverified'];
    const about = sourceRange(verdict.source, program);
    return [
        `        ${paint(tone, mark)} ${placeInFile(about, sources)}${variants === '' ? '' : paint('faint', `  in ${variants}`)}`,
        `            expected  ${verdict.expected}`,
        `            actual    ${verdict.actual}`,
    ].map((text) => ({ text, about }));
}

function sourceRange(source: SourceId, program: Program): SourceRange {
    return program.sources[source] ?? program.sources[program.source] ?? NOWHERE;
}

const NOWHERE: SourceRange = { uri: '', startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };
