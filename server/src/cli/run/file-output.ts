/** What a run prints of a file, and what it remembers of it: strings and numbers, so that the traces can go, and other threads can make it. */
import { nameOfScenario, type FileReport } from '../../report/judgement/scenario-report.js';
import { totalsOf, type Totals } from '../../report/judgement/totals.js';
import { dmesgLines } from '../../report/output/dmesg.js';
import { fileJson, fileListJson, type UnreadFile } from '../../report/output/json.js';
import { releasesOfSteps } from '../../report/step/releases.js';
import { ansi, plain } from '../../report/output/paint.js';
import type { SourceTexts } from '../../report/output/source-texts.js';
import { fileLines, issueLine } from '../../report/output/text.js';
import { testFile, type TestFile } from '../../report/reporters/test-cases.js';
import { visible } from '../../vocabulary/control-characters.js';
import { variantWords } from '../../vocabulary/vary.js';
import { exitCodeOf, type ExitCode } from '../exit-codes.js';
import { scenarioLines } from './list-scenarios.js';
import { refusals, refusedInVariant, type Refusal } from './strict.js';

/** `page`: everything at the end, made of whole reports. */
export type RunFormat = 'text' | 'json' | 'dmesg' | 'list' | 'list-json' | 'page';

/** Plain data: it goes to other threads. */
export interface OutputOptions {
    readonly format: RunFormat;
    readonly explain: boolean;
    readonly colours: boolean;
    readonly strict: boolean;
    /** Reports for other programs are wanted. */
    readonly cases: boolean;
    /** Pictures and pages are wanted, which are drawn from whole traces: these stay on this thread. */
    readonly reports: boolean;
}

/** The kernel log of a scenario, or of one variant of it. */
export interface KernelLog {
    /** `==> FILE: TITLE <==`, for when it is not the only one. */
    readonly heading: string;
    /** Null: it was not run, and is counted only. */
    readonly lines: readonly string[] | null;
}

export interface FileOutput {
    /** As the user knows it. */
    readonly path: string;
    /** What is printed in the format that was asked for; for `dmesg` see `logs`. */
    readonly text: string;
    /** What goes to the errors. */
    readonly errors: string;
    readonly logs: readonly KernelLog[];
    readonly totals: Totals;
    readonly code: ExitCode;
    /** What `--strict` refuses. */
    readonly refused: readonly Refusal[];
    /** Only where reports are wanted. */
    readonly cases?: TestFile;
    /** Only where pictures or pages are wanted. */
    readonly report?: FileReport;
    /** Files that it imports, directly or not, whether they are there or not. */
    readonly imports: readonly string[];
}

/** What became of a file. */
export type FileResult = FileOutput | UnreadFile;

/** What was printed is not kept. */
export function remembered(result: FileResult): FileResult {
    return 'error' in result ? result : { ...result, text: '', logs: [] };
}

export function fileOutput(report: FileReport, imports: readonly string[], sources: SourceTexts, options: OutputOptions): FileOutput {
    return {
        path: sources.pathOf(report.uri),
        text: TEXTS[options.format](report, sources, options),
        errors: options.format === 'dmesg' ? errorsOf(report, sources) : '',
        logs: options.format === 'dmesg' ? logsOf(report, sources) : [],
        totals: totalsOf(report),
        code: exitCodeOf(report),
        refused: options.strict ? refusals(report, sources) : [],
        ...(options.cases ? { cases: testFile(report, sources, options.strict ? refusedInVariant : undefined) } : {}),
        ...(options.reports ? { report } : {}),
        imports,
    };
}

const TEXTS: Readonly<Record<RunFormat, (report: FileReport, sources: SourceTexts, options: OutputOptions) => string>> = {
    text: (report, sources, { explain, colours }) => `${fileLines(report, { explain, paint: colours ? ansi : plain, sources }).join('\n')}\n\n`,
    json: (report, sources) => JSON.stringify(fileJson(report, sources, releasesOfSteps), null, 2),
    'list-json': (report, sources) => JSON.stringify(fileListJson(report, sources), null, 2),
    list: (report, sources) => scenarioLines(report, sources).map((line) => `${line}\n`).join(''),
    dmesg: () => '',
    page: () => '',
};

/** Scenarios that have no log of their own (they are invalid) go to the errors. */
function errorsOf(report: FileReport, sources: SourceTexts): string {
    const issues = [...report.issues, ...report.scenarios.filter(({ trace }) => trace === null).flatMap((scenario) => scenario.issues)];
    return issues.filter(({ severity }) => severity === 'error').map((issue) => `${issueLine(issue, { paint: plain, sources })}\n`).join('');
}

function logsOf({ uri, scenarios }: FileReport, sources: SourceTexts): KernelLog[] {
    return scenarios.flatMap((scenario) => (scenario.variants.length === 0 ? [{ values: [], trace: null }] : scenario.variants).map(({ values, trace }) => {
        const name = [visible(nameOfScenario(scenario)), variantWords(values)].filter((each) => each !== '').join(', ');
        return { heading: `==> ${visible(sources.pathOf(uri))}: ${name} <==`, lines: trace === null ? null : dmesgLines(trace) };
    }));
}
