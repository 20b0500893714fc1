/** The run as JSON for other programs. The schema is docs/schema/hwp-run.v1.json; docs/cli.md describes it. */
import { basisOfArchitecture } from '../../vocabulary/architectures.js';
import { guestSides, guestsIn, guestStep } from '../step/guests.js';
import type { KernelChoice, Program, SourceId, SourceRange } from '../../simulator/program.js';
import type { Counters, RaceTrace, StepTrace, SweepTrace, Trace } from '../../simulator/trace.js';
import { coverageOf } from '../coverage/coverage.js';
import { basisOf } from '../../vocabulary/kernels.js';
import { variantWords, type VariedValue } from '../../vocabulary/vary.js';
import { describeDecision } from '../explanation/explain.js';
import { checksNothing, isVacuous, isVaried, type FileReport, type Issue, type ScenarioReport } from '../judgement/scenario-report.js';
import { STATUSES } from '../judgement/scenario-status.js';
import type { ReleasesOfSteps } from '../step/releases.js';
import { stepWords, type SourceTexts } from './source-texts.js';
import { stepEvents } from '../step/step-events.js';
import { summarize, summarizeOwn } from '../step/summary.js';
import { fateOf } from '../sweeps/fates.js';
import { outcomeWords } from '../sweeps/shares.js';
import { sumOfTotals, totalsOf, type Totals } from '../judgement/totals.js';
import type { Verdict } from '../judgement/verdicts.js';

/** Changes when a reader of the older form could misread the newer one; added fields do not change it. */
export const RUN_SCHEMA = 'hwp-run/1';

/** A file that could not be read, and why. */
export interface UnreadFile {
    readonly path: string;
    readonly error: string;
}

/**
 * Everything about a run, ready for JSON.stringify.
 * @param releases what stands in `release` of a step
 */
export function runJson(reports: readonly FileReport[], unread: readonly UnreadFile[], sources: SourceTexts, releases: ReleasesOfSteps): object {
    return {
        schema: RUN_SCHEMA,
        files: reports.map((report) => fileJson(report, sources, releases)),
        ...runEndJson(sumOfTotals(reports.map(totalsOf)), unread),
    };
}

/** One of `files`, ready for JSON.stringify: a run is written file by file. */
export function fileJson(report: FileReport, sources: SourceTexts, releases: ReleasesOfSteps): object {
    return {
        path: sources.pathOf(report.uri),
        issues: report.issues.map((issue) => issueJson(issue, sources)),
        scenarios: report.scenarios.map((scenario) => scenarioJson(scenario, sources, releases)),
    };
}

/** What stands behind `files`. */
export function runEndJson({ scenarios, vacuous }: Totals, unread: readonly UnreadFile[]): { readonly summary: object; readonly unread: object } {
    return {
        summary: { ...Object.fromEntries(STATUSES.map((status) => [status, scenarios[status]])), vacuous },
        unread: unreadJson(unread),
    };
}

export function unreadJson(unread: readonly UnreadFile[]): object {
    return unread.map(({ path, error }) => ({ path, error }));
}

/** Changes as RUN_SCHEMA does. */
export const CHECK_SCHEMA = 'hwp-check/1';

/** What is wrong with files that were read and not run, ready for JSON.stringify. */
export function checkJson(reports: readonly FileReport[], unread: readonly UnreadFile[], sources: SourceTexts): object {
    return {
        schema: CHECK_SCHEMA,
        files: reports.map((report) => ({
            path: sources.pathOf(report.uri),
            issues: [...report.issues, ...report.scenarios.flatMap(({ issues }) => issues)].map((issue) => issueJson(issue, sources)),
            scenarios: namesJson(report, sources),
        })),
        unread: unreadJson(unread),
    };
}

/** Changes as RUN_SCHEMA does. */
export const LIST_SCHEMA = 'hwp-list/1';

/** The scenarios of a file by name, ready for JSON.stringify. */
export function fileListJson(report: FileReport, sources: SourceTexts): object {
    return { path: sources.pathOf(report.uri), scenarios: namesJson(report, sources) };
}

function namesJson({ scenarios }: FileReport, sources: SourceTexts): object[] {
    return scenarios.map(({ title, range }) => ({ title, place: placeJson(range, sources) }));
}

function scenarioJson(scenario: ScenarioReport, sources: SourceTexts, releases: ReleasesOfSteps): object {
    const { program, trace } = scenario;
    return {
        title: scenario.title,
        place: placeJson(scenario.range, sources),
        status: scenario.status,
        vacuous: checksNothing(scenario),
        issues: scenario.issues.map((issue) => issueJson(issue, sources)),
        ...(isVaried(scenario) ? variantsJson(scenario, sources, releases) : program === null || trace === null ? {} : runOf(program, trace, scenario.verdicts, sources, releases)),
    };
}

/** A reader that knows no variants must not take the first one for the whole: a run stands in its variant only. */
function variantsJson({ variants, leftOut }: ScenarioReport, sources: SourceTexts, releases: ReleasesOfSteps): object {
    return {
        variants: variants.map(({ values, status, program, trace, verdicts }) => ({
            name: variantWords(values), values: values.map(valueJson), status, vacuous: isVacuous({ status, verdicts }),
            ...(trace === null ? {} : runOf(program, trace, verdicts, sources, releases)),
        })),
        leftOut: leftOut.map(({ values, reason }) => ({ name: variantWords(values), values: values.map(valueJson), reason })),
    };
}

function valueJson({ subject, name, value }: VariedValue): object {
    return { subject, name: name ?? null, value };
}

function runOf(program: Program, trace: Trace, verdicts: readonly Verdict[], sources: SourceTexts, releasesOf: ReleasesOfSteps): object {
    const place = (source: SourceId): object => placeJson(program.sources[source], sources);
    const covered = coverageOf(program, trace);
    const releases = releasesOf(program, trace);
    return {
        kernel: kernelJson(program.kernel),
        arch: program.arch,
        archBasis: basisOfArchitecture(program.arch, program.kernel.version, program.pageShift),
        pageSizeBytes: 2 ** program.pageShift,
        coverage: { degree: covered.degree, steps: covered.counts },
        steps: trace.steps.map((step, index) => ({ ...stepJson(step, program, trace, verdicts, sources), coverage: covered.steps[index] ?? null, release: releases[index] ?? [] })),
        verdicts: verdicts.filter(({ step }) => step < 0).map((verdict) => verdictJson(verdict, place)),
        ...guestsJson(program, trace),
        end: endJson(trace),
        notModelled: trace.notModelled.map(({ source, step, what }) => ({ place: place(source), step, what })),
    };
}

function endJson(trace: Trace): object {
    return {
        counters: countersJson(trace.end.counters, trace.pageShift),
        panic: trace.end.panic,
        oops: trace.end.oops,
        exits: Object.entries(trace.end.exits).map(([process, signal]) => ({ process, signal })),
        frames: Object.entries(trace.end.frames).map(([name, frame]) => ({ name, ...frame })),
    };
}

/** The virtual machines of the run, where there are any. */
function guestsJson(program: Program, trace: Trace): object {
    const sides = guestSides(program, trace);
    return sides.length === 0 ? {} : { guests: sides.map(({ guest, program: inner, trace: side }) => ({
        name: guest, kernel: kernelJson(inner.kernel), arch: inner.arch, archBasis: basisOfArchitecture(inner.arch, inner.kernel.version, inner.pageShift), pageSizeBytes: 2 ** inner.pageShift, end: endJson(side),
    })) };
}

function stepJson(step: StepTrace, program: Program, trace: Trace, verdicts: readonly Verdict[], sources: SourceTexts): object {
    const range = program.sources[step.source];
    const place = (source: SourceId): object => placeJson(program.sources[source], sources);
    return {
        index: step.index,
        place: placeJson(range, sources),
        written: range === undefined ? '' : stepWords(range, sources),
        phase: step.phase,
        timeNs: step.timeNs,
        kernel: kernelJson(step.kernel ?? trace.kernel),
        op: step.op,
        actor: step.actor,
        skipped: step.skipped,
        summary: summarize(step),
        ...(step.guest === undefined ? {} : { guest: step.guest }),
        errno: step.outcome.errno,
        returned: step.outcome.returned ?? null,
        value: step.outcome.value ?? null,
        text: step.outcome.text ?? null,
        boot: stepEvents(step, 'boot').map(({ how, ramBytes, carrier, carried }) => ({ how, ramBytes, carrier, carried }))[0] ?? null,
        ...happenings(step),
        ...guestStepsJson(step, trace),
        counters: countersJson(step.counters, trace.pageShift),
        race: step.race === undefined ? null : raceJson(step.race, trace, place),
        sweep: step.sweep === undefined ? null : sweepJson(step.sweep, trace),
        verdicts: verdicts.filter((verdict) => verdict.step === step.index).map((verdict) => verdictJson(verdict, place)),
    };
}

/** The classes with what happens to the page that stands for each. Shares follow from the numbers of pages. */
function sweepJson({ over, pageCount, classes, limit }: SweepTrace, trace: Trace): object {
    return {
        over, pageCount, limit,
        classes: classes.map(({ region, kind, position, folioOrder, pageCount: pages, nodes, pfn, step, notModelled }) => ({
            region, kind, position, folioOrder, pageCount: pages, nodes, pfn, outcome: outcomeWords(step), fate: fateOf(step).word, errno: step.outcome.errno, ...happenings(step), ...guestStepsJson(step, trace), notModelled,
        })),
    };
}

/** What happened in a step, or in one outcome of it. */
function happenings(step: StepTrace): object {
    return {
        results: stepEvents(step, 'result').map(({ pfn, type, result }) => ({ pfn, type, result })),
        signals: stepEvents(step, 'signal').map(({ t: _t, ...signal }) => ({ ...signal, mapping: signal.mapping ?? null, offset: signal.offset ?? null })),
        log: stepEvents(step, 'log').map(({ level, text, cpu }) => ({ level, text, cpu: cpu ?? null })),
        decisions: stepEvents(step, 'decision').map(({ id, pfn, note, changes }) => {
            const { function: kernelFunction, text } = describeDecision(id);
            return { id, function: kernelFunction, text, pfn: pfn ?? null, note: note ?? null, changes: changes ?? [] };
        }),
        exits: stepEvents(step, 'exit').map(({ process, signal, status }) => ({ process, signal, ...(status === undefined ? {} : { status }) })),
        data: stepEvents(step, 'data').map(({ fate, what, pfn }) => ({ fate, what, pfn: pfn ?? null })),
        oops: stepEvents(step, 'oops')[0]?.text ?? null,
        panic: stepEvents(step, 'panic')[0]?.text ?? null,
    };
}

/** Moves name the competitor by its index in `competitors`. */
function raceJson({ outcomes, interleavings, limit, windows, competitors }: RaceTrace, trace: Trace, place: (source: SourceId) => object): object {
    return {
        interleavings, limit, windows,
        competitors: competitors.map(({ source, actor, op, idle }) => ({ place: place(source), actor, op, idle })),
        outcomes: outcomes.map(({ step, ways, interleavings: count }) => ({
            summary: summarizeOwn(step), errno: step.outcome.errno, interleavings: count, ways, ...happenings(step), ...guestStepsJson(step, trace), counters: countersJson(step.counters, trace.pageShift),
        })),
    };
}

function kernelJson({ written, version, proposals }: KernelChoice): object {
    return { written, version, basis: basisOf(version), proposals };
}

/** What the step meant for each virtual machine in which something happened. */
function guestStepsJson(step: StepTrace, trace: Trace): object {
    const names = guestsIn(step);
    return names.length === 0 ? {} : { guests: names.map((name) => ({ name, ...happenings(guestStep(step, name)), counters: countersJson(guestStep(step, name).counters, trace.guests?.[name]?.pageShift ?? trace.pageShift) })) };
}

function verdictJson(verdict: Verdict, place: (source: SourceId) => object): object {
    const { status, kind, expected, actual, decidedBy } = verdict;
    return { status, kind, place: place(verdict.source), expected, actual, decidedBy };
}

function countersJson({ poisonedPages, nodes }: Counters, pageShift: number): object {
    return { hardwareCorruptedBytes: poisonedPages * 2 ** pageShift, nodes };
}

function issueJson(issue: Issue, sources: SourceTexts): object {
    const related = (issue.related ?? []).map(({ message, range }) => ({ message, place: placeJson(range, sources) }));
    return { code: issue.code, severity: issue.severity, message: issue.message, place: placeJson(issue.range, sources), ...(related.length === 0 ? {} : { related }) };
}

/** Lines and columns count from 1, as editors show them. */
function placeJson(range: SourceRange | undefined, sources: SourceTexts): object {
    return range === undefined
        ? { path: '', line: 0, column: 0 }
        : { path: sources.pathOf(range.uri), line: range.startLine + 1, column: range.startColumn + 1 };
}
