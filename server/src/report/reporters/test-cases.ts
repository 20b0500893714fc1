/** A run as a list of test cases: what every report for other programs is made from. */
import { visible } from '../../vocabulary/control-characters.js';
import { variantWords } from '../../vocabulary/vary.js';
import type { Program, SourceId, SourceRange } from '../../simulator/program.js';
import { nameOfScenario, type FileReport, type Issue, type ScenarioReport, type VariantReport } from '../judgement/scenario-report.js';
import type { ScenarioStatus } from '../judgement/scenario-status.js';
import type { UnreadFile } from '../output/json.js';
import type { SourceTexts } from '../output/source-texts.js';

/** Where something stands, counted from 1; columns in UTF-16 units, the end exclusive. */
export interface Place {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
}

/** Something that is said of a place. */
export interface Finding {
    /** Code of a diagnostic, or `expectation/failed` and `expectation/unverified`. */
    readonly code: string;
    readonly severity: Issue['severity'];
    readonly message: string;
    readonly place: Place;
}

/** A scenario, or one variant of it. */
export interface TestCase {
    /** The title, with the values of the variant. */
    readonly name: string;
    readonly status: ScenarioStatus;
    readonly place: Place;
    /** Why it did not pass, the gravest first; nothing for one that passed. */
    readonly reasons: readonly Finding[];
}

/** The cases of a file, and what was found outside all of them. */
export interface TestFile {
    readonly path: string;
    /** How many scenarios the cases are of. */
    readonly scenarios: number;
    readonly cases: readonly TestCase[];
    readonly findings: readonly Finding[];
    /** Every diagnostic of the file, those of scenarios among them. */
    readonly issues: readonly Finding[];
}

/** What a run came to. */
export interface TestRun {
    readonly files: readonly TestFile[];
    readonly unread: readonly UnreadFile[];
    /** Diagnostics of every scenario, each once, with their places; those of `cases` that failed among them. */
    readonly issues: readonly Finding[];
}

/** Why a variant is not let through although it passed, or could not tell. */
export interface RefusedVariant {
    readonly status: 'failed' | 'invalid';
    readonly code: string;
    readonly message: string;
}

/**
 * The cases of a file in the order of its text.
 * @param refused what `--strict` does not let through
 */
export function testFile(report: FileReport, sources: SourceTexts, refused: (variant: VariantReport) => readonly RefusedVariant[] = () => []): TestFile {
    const cases = report.scenarios.map((scenario) => casesOf(scenario, sources, refused));
    return {
        path: visible(sources.pathOf(report.uri)),
        scenarios: report.scenarios.length,
        cases: cases.flat().map(({ refusals: _refusals, ...each }) => each),
        findings: report.issues.map((issue) => issueFinding(issue, sources)),
        issues: [
            ...report.issues.map((issue) => issueFinding(issue, sources)),
            ...report.scenarios.flatMap(({ issues }, index) => [...issues.map((issue) => issueFinding(issue, sources)), ...once(cases[index]!.flatMap(({ refusals }) => refusals))]),
        ],
    };
}

/** Several variants say the same. */
function once(findings: readonly Finding[]): Finding[] {
    return [...new Map(findings.map((finding) => [`${finding.code} ${placeWords(finding.place)} ${finding.message}`, finding])).values()];
}

/** A run of files in their order. */
export function testRun(files: readonly TestFile[], unread: readonly UnreadFile[]): TestRun {
    return {
        files,
        unread: unread.map(({ path, error }) => ({ path: visible(path), error: visible(error) })),
        issues: files.flatMap(({ issues }) => issues),
    };
}

function casesOf(scenario: ScenarioReport, sources: SourceTexts, refused: (variant: VariantReport) => readonly RefusedVariant[]): (TestCase & { readonly refusals: readonly Finding[] })[] {
    const { range, status, variants, issues } = scenario;
    const title = nameOfScenario(scenario);
    const place = placeOf(range, sources);
    const errors = issues.filter(({ severity }) => severity === 'error').map((issue) => issueFinding(issue, sources));
    if (variants.length === 0) {
        return [{ name: visible(title), status, place, reasons: errors, refusals: [] }];
    }
    return variants.map((variant) => {
        const values = variantWords(variant.values);
        const reasons = variant.status === 'passed' ? [] : [...unexpected(variant, sources), ...variant.status === 'invalid' ? errors : [], ...gaps(variant, sources)];
        const kept = refused(variant);
        const refusals = kept.map(({ code, message }): Finding => ({ code, severity: 'error', message: visible(message), place }));
        return {
            name: visible(values === '' ? title : `${title} [${values}]`), place, refusals,
            status: variant.status === 'failed' || variant.status === 'invalid' ? variant.status : kept[0]?.status ?? variant.status,
            reasons: [...refusals, ...reasons],
        };
    });
}

/** What was expected in vain, and what stopped the machine although nobody expected it. */
function unexpected({ verdicts, program }: VariantReport, sources: SourceTexts): Finding[] {
    return verdicts.filter(({ status }) => status === 'failed').map(({ expected, actual, source }) => ({
        code: 'expectation/failed', severity: 'error',
        message: visible(`expected ${expected}, actual ${actual}`), place: placeOf(rangeOf(source, program), sources),
    }));
}

/** What no model describes. */
function gaps({ program, trace }: VariantReport, sources: SourceTexts): Finding[] {
    // What the text says already, the run meets again.
    return once([...program.notModelled, ...trace?.notModelled ?? []].map(({ source, what }) => ({
        code: 'expectation/unverified', severity: 'warning', message: visible(`not modelled: ${what}`), place: placeOf(rangeOf(source, program), sources),
    })));
}

function rangeOf(source: SourceId, program: Program): SourceRange {
    return program.sources[source] ?? program.sources[program.source]!;
}

function issueFinding({ code, severity, message, range }: Issue, sources: SourceTexts): Finding {
    return { code, severity, message: visible(message), place: placeOf(range, sources) };
}

function placeOf({ uri, startLine, startColumn, endLine, endColumn }: SourceRange, sources: SourceTexts): Place {
    return { path: visible(sources.pathOf(uri)), line: startLine + 1, column: startColumn + 1, endLine: endLine + 1, endColumn: endColumn + 1 };
}

/** `examples/a.hwp:3:5`. */
export function placeWords({ path, line, column }: Place): string {
    return `${path}:${line}:${column}`;
}
