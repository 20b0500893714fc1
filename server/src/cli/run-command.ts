/** `hwp run`. */
import type { Overrides } from '../analysis/overrides.js';
import { visible } from '../vocabulary/control-characters.js';
import { variantWords } from '../vocabulary/vary.js';
import { dmesgLines } from '../report/output/dmesg.js';
import { fileJson, RUN_SCHEMA, runEndJson } from '../report/output/json.js';
import { ansi, plain } from '../report/output/paint.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import { testRun } from '../report/reporters/test-cases.js';
import { fileLines, issueLine, totalsLine } from '../report/output/text.js';
import { analyzeFiles, type AnalyzedFiles } from './analyzed-files.js';
import { EXIT, exitCodeOf, gravest, type ExitCode } from './exit-codes.js';
import { scenarioLines } from './list-scenarios.js';
import { noteKernel } from './note-kernel.js';
import { packageVersion } from './package-version.js';
import { writeReports, type WantedReport } from './report-files.js';
import { selectScenarios, type Shard } from './selection.js';
import { strictCodes } from './strict.js';
import type { Terminal } from './terminal.js';
import { reportUnread } from './unread-files.js';

export interface RunOptions {
    readonly kernel?: Overrides['kernel'];
    readonly sysctl?: NonNullable<Overrides['sysctls']>;
    readonly explain?: boolean;
    readonly strict?: boolean;
    readonly filter?: RegExp;
    readonly shard?: Shard;
    readonly failFast?: boolean;
    readonly list?: boolean;
    readonly report?: readonly WantedReport[];
    readonly picture?: string;
    readonly format: 'text' | 'json' | 'dmesg' | 'markdown' | 'html';
}

type Writer = (files: AnalyzedFiles, options: RunOptions, terminal: Terminal) => Promise<readonly FileReport[]>;

const WRITERS: Readonly<Record<RunOptions['format'], Writer>> = { text: writeText, json: writeJson, dmesg: writeDmesg, markdown: writePage, html: writePage };

export async function runCommand(paths: readonly string[], options: RunOptions, terminal: Terminal): Promise<ExitCode> {
    const overrides = { sysctls: options.sysctl ?? {}, ...(options.kernel === undefined ? {} : { kernel: options.kernel }) };
    noteKernel(options.kernel, terminal);
    const analyzed = analyzeFiles(paths, { overrides, simulate: options.list !== true, selects: selectScenarios(options.filter, options.shard) });
    const files = options.failFast === true ? { ...analyzed, reports: untilFailure(analyzed.reports) } : analyzed;
    if (options.list === true) {
        return listScenarios(files, terminal);
    }
    const reports = await WRITERS[options.format](files, options, terminal);
    reportUnread(files.unread, terminal);
    const written = options.report === undefined || writeReports(options.report, testRun(reports, files.unread, files.sources), terminal);
    const drawn = options.picture === undefined || await drawPictures(options.picture, reports, files, terminal);
    const idle = files.unread.length === 0 && reports.every(({ scenarios, issues }) => scenarios.length === 0 && !issues.some(({ severity }) => severity === 'error'));
    if (idle) {
        // Whoever runs nothing by mistake must not take it for success.
        terminal.err(`hwp: nothing was run: there is no scenario${options.filter === undefined && options.shard === undefined ? '' : ' that was asked for'} in ${reports.length === 1 ? visible(files.sources.pathOf(reports[0]!.uri)) : `these ${reports.length} files`}\n`);
    }
    const strict = options.strict === true ? strictCodes(reports, files.sources, terminal) : [];
    return gravest([...reports.map(exitCodeOf), ...strict, ...(idle || !written || !drawn || files.unread.length > 0 ? [EXIT.invalid] : [])]);
}

/** Ends with the first file in which something is wrong. */
async function* untilFailure(reports: AsyncIterable<FileReport>): AsyncGenerator<FileReport> {
    for await (const report of reports) {
        yield report;
        if (([EXIT.failed, EXIT.invalid, EXIT.internal] as readonly ExitCode[]).includes(exitCodeOf(report))) {
            return;
        }
    }
}

async function listScenarios(files: AnalyzedFiles, terminal: Terminal): Promise<ExitCode> {
    for await (const report of files.reports) {
        terminal.out(scenarioLines(report, files.sources).map((line) => `${line}\n`).join(''));
    }
    reportUnread(files.unread, terminal);
    return files.unread.length > 0 ? EXIT.invalid : EXIT.passed;
}

async function writeText(files: AnalyzedFiles, { explain = false }: RunOptions, terminal: Terminal): Promise<readonly FileReport[]> {
    const paint = terminal.colours ? ansi : plain;
    const reports: FileReport[] = [];
    for await (const report of files.reports) {
        reports.push(report);
        terminal.out(`${fileLines(report, { explain, paint, sources: files.sources }).join('\n')}\n\n`);
    }
    if (reports.length > 0) {
        terminal.out(`${totalsLine(reports, paint)}\n`);
    }
    return reports;
}

async function writeJson(files: AnalyzedFiles, _options: RunOptions, terminal: Terminal): Promise<readonly FileReport[]> {
    // One object, written file by file, so that a large folder is never one string.
    const reports: FileReport[] = [];
    terminal.out(`{\n  "schema": ${JSON.stringify(RUN_SCHEMA)},\n  "files": [`);
    for await (const report of files.reports) {
        terminal.out(`${reports.length === 0 ? '' : ','}\n    ${indented(fileJson(report, files.sources), 4)}`);
        reports.push(report);
    }
    const { summary, unread } = runEndJson(reports, files.unread);
    terminal.out(`${reports.length === 0 ? '' : '\n  '}],\n  "summary": ${indented(summary, 2)},\n  "unread": ${indented(unread, 2)}\n}\n`);
    return reports;
}

function indented(value: object, by: number): string {
    return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(by)}`);
}

/** Scenarios that have no log of their own (they are invalid) go to the errors. */
async function writeDmesg(files: AnalyzedFiles, _options: RunOptions, terminal: Terminal): Promise<readonly FileReport[]> {
    const reports = await collect(files.reports);
    const many = reports.flatMap(({ scenarios }) => scenarios).reduce((count, { variants }) => count + Math.max(1, variants.length), 0) > 1;
    for (const report of reports) {
        const issues = [...report.issues, ...report.scenarios.filter(({ trace }) => trace === null).flatMap((scenario) => scenario.issues)];
        issues.filter(({ severity }) => severity === 'error').forEach((issue) => terminal.err(`${issueLine(issue, { paint: plain, sources: files.sources })}\n`));
        for (const { title, variants } of report.scenarios) {
            for (const { values, trace } of variants) {
                const name = [visible(title), variantWords(values)].filter((each) => each !== '').join(', ');
                const heading = many ? [`==> ${visible(files.sources.pathOf(report.uri))}: ${name} <==`] : [];
                const lines = trace === null ? [] : [...heading, ...dmesgLines(trace)];
                terminal.out(lines.map((line) => `${line}\n`).join(''));
            }
        }
    }
    return reports;
}

/** Everything on one page: pictures, explanation and log. */
async function writePage(files: AnalyzedFiles, { format }: RunOptions, terminal: Terminal): Promise<readonly FileReport[]> {
    const reports = await collect(files.reports);
    const { page } = await import('./pictures.js');
    terminal.out(page(format === 'html' ? 'html' : 'markdown', reports, files.unread, files.sources, packageVersion()));
    return reports;
}

/** @returns whether all could be written */
async function drawPictures(wanted: string, reports: readonly FileReport[], { sources }: AnalyzedFiles, terminal: Terminal): Promise<boolean> {
    const { writePictures } = await import('./pictures.js');
    const { written, error } = writePictures(wanted, reports, sources);
    if (written.length > 1) written.forEach(({ file, title }) => terminal.err(`${visible(file)}: ${title}\n`));
    if (error !== null) terminal.err(`hwp: ${visible(error)}\n`);
    return error === null;
}

async function collect(reports: AsyncIterable<FileReport>): Promise<readonly FileReport[]> {
    const collected: FileReport[] = [];
    for await (const report of reports) {
        collected.push(report);
    }
    return collected;
}
