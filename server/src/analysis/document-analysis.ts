/** From a parsed and validated document to a report: the one join of the language and the simulator. */
import type { LangiumDocument } from 'langium';
import { isDocument, isScenario, type Scenario } from '../language/generated/ast.js';
import { isQuiet, type QuietCode } from '../language/quiet.js';
import { knownLowered, lowerScenario, type Lowered } from '../language/lowering/scenario.js';
import { gravestStatus } from '../report/judgement/scenario-status.js';
import type { FileReport, Issue, ScenarioReport, VariantReport } from '../report/judgement/scenario-report.js';
import type { Program, SourceRange } from '../simulator/program.js';
import { diagnoseQuiet, quietOf } from './diagnostics/quiet-comments.js';
import { byPlace } from './diagnostics/table.js';
import { diagnoseUnchecked } from './diagnostics/unchecked.js';
import { diagnoseVariants, type DiagnosedVariant } from './diagnostics/variants.js';
import { errorsElsewhere, languageIssues } from './language-issues.js';
import { overrideVariants, type Overrides } from './overrides.js';
import type { RunCache } from './run-cache.js';
import { ScenarioOfRuns, VariantOfRun } from './reports-of-runs.js';
import { runProgram, type Outcome } from './scenario-run.js';

export interface AnalysisOptions {
    readonly overrides?: Overrides;
    /** False: texts are read and not run; every scenario that could be run is "unverified". */
    readonly simulate?: boolean;
    /** Which scenarios are meant, in text order; the others are left out of the report. All unless given. */
    readonly selected?: readonly boolean[] | undefined;
    /** What reading the text found, where the diagnostics of the document tell of its runs as well. */
    readonly found?: readonly Issue[];
}

/** The titles of the scenarios of a document, in text order. */
export function titlesOf(document: LangiumDocument): string[] {
    return scenariosOf(document).map(({ title }) => title ?? '');
}

function scenariosOf(document: LangiumDocument): Scenario[] {
    const root = document.parseResult.value;
    return isDocument(root) ? root.elements.filter(isScenario) : [];
}

/** Analyses the scenarios of a document one after the other. Yields between slices of bounded work. */
export function* analyzeDocument(document: LangiumDocument, cache: RunCache, options: AnalysisOptions = {}): Generator<void, FileReport> {
    const uri = document.uri.toString();
    const found = options.found ?? languageIssues(document.diagnostics ?? [], uri);
    const scenarios = scenariosOf(document);
    const owned = issuesByOwner(found, scenarios, uri);
    const quiet = quietOf(document);
    const reports: ScenarioReport[] = [];
    for (const [index, scenario] of scenarios.entries()) {
        if (options.selected?.[index] === false) {
            continue;
        }
        const issues = owned.get(scenario) ?? [];
        const known = ofUntouched(scenario, issues, cache, options);
        const report = known ?? (yield* analyzeScenario(scenario, rangeOf(scenario, uri), issues, cache, options));
        reports.push(quiet.length === 0 ? report : new ScenarioOfRuns({ ...report, issues: report.issues.filter((issue) => !isSwitchedOff(issue, quiet, uri)) }));
        if (known === undefined) {
            yield;
        }
    }
    return { uri, scenarios: reports, issues: [...owned.get(undefined) ?? [], ...diagnoseQuiet(quiet, uri)].sort(byPlace) };
}

function isSwitchedOff({ origin, code, severity, range }: Issue, quiet: readonly QuietCode[], uri: string): boolean {
    return origin === 'run' && severity !== 'error' && range.uri === uri && isQuiet(quiet, code, range.startLine);
}

/**
 * Reports of scenarios that nobody has touched: what was lowered is the same object as long as neither their text, nor where
 * it stands, nor their machine has changed. Only of those in which reading the text found nothing.
 */
const untouched = new WeakMap<Lowered, { readonly cache: RunCache; readonly report: ScenarioReport }>();

function mayBeKept(issues: readonly Issue[], { overrides, simulate }: AnalysisOptions): boolean {
    return issues.length === 0 && overrides === undefined && simulate !== false;
}

function ofUntouched(scenario: Scenario, issues: readonly Issue[], cache: RunCache, options: AnalysisOptions): ScenarioReport | undefined {
    const lowered = mayBeKept(issues, options) ? knownLowered(scenario) : undefined;
    const known = lowered === undefined ? undefined : untouched.get(lowered);
    return known?.cache === cache ? known.report : undefined;
}

function* analyzeScenario(scenario: Scenario, range: SourceRange, issues: readonly Issue[], cache: RunCache, options: AnalysisOptions): Generator<void, ScenarioReport> {
    if (!mayBeKept(issues, options)) {
        return yield* analyzeAnew(scenario, range, issues, cache, options);
    }
    const lowered = loweredOrNone(scenario);
    const report = yield* analyzeAnew(scenario, range, issues, cache, options);
    if (lowered !== undefined && loweredOrNone(scenario) === lowered) {
        untouched.set(lowered, { cache, report });
    }
    return report;
}

/** Undefined after a failed assertion of ours: whoever analyses it says so. */
function loweredOrNone(scenario: Scenario): Lowered | undefined {
    try {
        return lowerScenario(scenario);
    } catch {
        return undefined;
    }
}

function* analyzeAnew(scenario: Scenario, range: SourceRange, issues: readonly Issue[], cache: RunCache, options: AnalysisOptions): Generator<void, ScenarioReport> {
    const title = scenario.title ?? '';
    try {
        // Its machine may be in a file that is missing: the import says so.
        if (issues.some(({ severity }) => severity === 'error') || scenario.machine !== undefined && scenario.machine.ref === undefined) {
            return invalid(title, range, issues);
        }
        const lowered = lowerScenario(scenario, options.overrides?.kernel);
        if (lowered.program === null) {
            return invalid(title, range, [...issues, ...errorsElsewhere(lowered.issues, startOf(range))]);
        }
        const overridden = overrideVariants(lowered, options.overrides ?? {});
        if ('error' in overridden) {
            return invalid(title, range, [...issues, { origin: 'run', code: 'sysctl/not-on-kernel', severity: 'error', message: overridden.error, range: startOf(range) }]);
        }
        const { variants, leftOut } = overridden.value;
        const reports: VariantReport[] = [];
        const diagnosed: DiagnosedVariant[] = [];
        for (const { values, program } of variants) {
            const outcome = options.simulate === false ? undefined : yield* runVariant(values, program, cache);
            reports.push(outcome === undefined ? { values, program, status: 'unverified', trace: null, verdicts: [] } : new VariantOfRun(values, program, outcome, cache));
            diagnosed.push({ values, program, findings: outcome?.findings ?? [] });
        }
        return new ScenarioOfRuns({
            title, range, status: gravestStatus(reports.map(({ status }) => status)), variants: reports, leftOut,
            issues: [...issues, ...diagnoseVariants(diagnosed), ...options.simulate === false ? [] : diagnoseUnchecked(reports, startOf(range))].sort(byPlace),
        });
    } catch (error) {
        return invalid(title, range, [...issues, internalIssue(error, range)]);
    }
}

/** Yields before as well as between the slices of a run: many short runs are work, too. */
function* runVariant(values: VariantReport['values'], program: Program, cache: RunCache): Generator<void, Outcome> {
    if (values.length > 0) {
        yield;
    }
    return cache.get(program) ?? cache.set(program, yield* runProgram(program));
}

function invalid(title: string, range: SourceRange, issues: readonly Issue[]): ScenarioReport {
    return new ScenarioOfRuns({ title, range, status: 'invalid', variants: [], leftOut: [], issues });
}

/** An assertion of ours failed: the scenario says so, the others go on. */
function internalIssue(error: unknown, range: SourceRange): Issue {
    const reason = error instanceof Error ? error.message : String(error);
    return { origin: 'run', code: 'hwp/internal', severity: 'error', message: `This is a bug in the simulator, not in the scenario: ${reason}`, range: startOf(range) };
}

function rangeOf(scenario: Scenario, uri: string): SourceRange {
    const range = scenario.$cstNode?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    return { uri, startLine: range.start.line, startColumn: range.start.character, endLine: range.end.line, endColumn: range.end.character };
}

/** The first line of a range, for what concerns all of it. */
function startOf(range: SourceRange): SourceRange {
    return { ...range, endLine: range.startLine, endColumn: range.startColumn + 'scenario'.length };
}

/** Issues by the scenario that they concern; undefined for those outside all of them. */
function issuesByOwner(issues: readonly Issue[], scenarios: readonly Scenario[], uri: string): ReadonlyMap<Scenario | undefined, Issue[]> {
    const places = scenarios.map((scenario) => ({ scenario, range: rangeOf(scenario, uri) }));
    const owned = new Map<Scenario | undefined, Issue[]>();
    for (const issue of issues) {
        const after = countBefore(places.length, (index) => !startsBefore(issue.range, places[index]!.range));
        // Where one ends and the next begins, it is the first of them.
        const near = [places[after - 2], places[after - 1]].filter((place) => place !== undefined);
        // A block that is not closed is found where the next thing starts, which is innocent.
        const owner = issue.code === 'hwp/unclosed-block'
            ? near.filter(({ range }) => startsBefore(range, issue.range)).at(-1)
            : near.find(({ range }) => contains(range, issue.range));
        const group = owned.get(owner?.scenario) ?? [];
        group.push(issue);
        owned.set(owner?.scenario, group);
    }
    return owned;
}

/** How many of so many in order are before something. */
function countBefore(count: number, isBefore: (index: number) => boolean): number {
    let low = 0;
    let high = count;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (isBefore(middle)) low = middle + 1;
        else high = middle;
    }
    return low;
}

function startsBefore(left: SourceRange, right: SourceRange): boolean {
    return left.startLine < right.startLine || (left.startLine === right.startLine && left.startColumn < right.startColumn);
}

function contains(outer: SourceRange, inner: SourceRange): boolean {
    return !startsBefore(inner, outer)
        && (inner.startLine < outer.endLine || (inner.startLine === outer.endLine && inner.startColumn <= outer.endColumn));
}
