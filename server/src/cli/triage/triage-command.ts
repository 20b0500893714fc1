/** `hwp triage`. */
import { readFileSync } from 'node:fs';
import type { TextAnalyzer } from '../../analysis/text-analyzer.js';
import { ansi, plain } from '../../report/output/paint.js';
import { brief, mergeRows, rowsOf, sorted, triageJson, unreadRow, type LogResult, type ResultRow, type TriageResults, type UnreadLog } from '../../log/output/results.js';
import { addCounts, noCounts, summaryOf, summaryOfCounts, type Counts, type Summary } from '../../log/output/summary.js';
import { logLines, summaryLines } from '../../log/output/text.js';
import { TRIAGE_SCHEMA, type Verdict } from '../../log/judgement/incident.js';
import { EXIT, gravest, type ExitCode } from '../exit-codes.js';
import { reasonOf, STANDARD_INPUT } from '../read-source.js';
import type { Terminal } from '../terminal.js';
import { reportUnread } from '../unread-files.js';
import { askModel } from './ask-model.js';
import { countFiles, countResult } from './count-files.js';
import { findLogs } from './log-files.js';
import { Threads } from './threads.js';
import { triageFile, type FileTriage, type LargeText, type LogFile } from './triage-file.js';
import { triageLarge } from './triage-large.js';
import { writeScenarios } from './write-scenarios.js';

export { serveThread } from './serve-thread.js';

export interface TriageOptions {
    readonly format: 'text' | 'json' | 'ndjson';
    readonly summary?: boolean;
    readonly merge?: boolean;
    readonly jobs?: number;
    /** Ask the model about each memory error. */
    readonly whatIf?: boolean;
    /** A folder for the scenarios that reproduce the incidents. */
    readonly scenarios?: string;
}

/** Fewer small logs are not worth a thread. */
const MANY_FILES = 32;
/** Logs that a thread is given at a time. */
const BATCH = 32;
/** Batches whose results may wait for those of an earlier one. */
const WAITING = 32;

export async function triageCommand(paths: readonly string[], options: TriageOptions, terminal: Terminal): Promise<ExitCode> {
    const { summary = false, merge = false, whatIf = false, scenarios } = options;
    if (summary && !merge && !whatIf && scenarios === undefined) return await summarize(paths, options, terminal);
    const results = merge ? mergedResults(paths) : await triagedResults(paths, options, terminal);
    write(results, options, terminal);
    reportUnread(results.unread, terminal);
    return exitCode(results.logs.flatMap(({ incidents }) => incidents.map(({ verdict }) => verdict)), results.logs.length, results.unread.length);
}

/** Logs are counted as they are read, so that a fleet's take no more memory than their signatures do. */
async function summarize(paths: readonly string[], { format, jobs }: TriageOptions, terminal: Terminal): Promise<ExitCode> {
    const threads = new Threads(jobs);
    const { paths: files, missing } = findLogs(paths, MANY_FILES, () => threads.start());
    const counts = noCounts();
    counts.unread.push(...missing);
    try {
        await countAll(counts, files, threads);
    } finally {
        await threads.end();
    }
    const summary = summaryOfCounts(counts);
    writeSummary(summary, format, terminal);
    reportUnread(sorted({ logs: [], unread: counts.unread }).unread, terminal);
    return exitCode(summary.signatures.map(({ verdict }) => verdict), summary.logs, summary.unread);
}

function writeSummary(summary: Summary, format: TriageOptions['format'], terminal: Terminal): void {
    const paint = terminal.colours ? ansi : plain;
    terminal.out(format === 'text' ? `${summaryLines(summary, paint).join('\n')}\n` : `${JSON.stringify(summary, null, format === 'json' ? 2 : 0)}\n`);
}

/** ndjson is written as it comes, so that a pipe sees it at once; everything else when all is known. */
function write(results: TriageResults, { format, summary = false, merge = false }: TriageOptions, terminal: Terminal): void {
    const paint = terminal.colours ? ansi : plain;
    if (summary) {
        writeSummary(summaryOf(results), format, terminal);
    } else if (format === 'json') {
        terminal.out(`${JSON.stringify(triageJson(results), null, 2)}\n`);
    } else if (format === 'ndjson') {
        if (merge) results.logs.forEach((log) => terminal.out(ndjson(rowsOf(log))));
        terminal.out(ndjson(results.unread.map(unreadRow)));
    } else if (merge) {
        results.logs.forEach((log) => terminal.out(`${logLines(log, paint).join('\n')}\n\n`));
    }
}

function ndjson(rows: readonly ResultRow[]): string {
    return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

let loaded: TextAnalyzer | undefined;

/** The language and the model, when they are needed. */
async function model(): Promise<TextAnalyzer> {
    return loaded ??= new (await import('../scenario-commands.js')).TextAnalyzer();
}

async function triagedResults(paths: readonly string[], { format, summary = false, jobs, whatIf = false, scenarios }: TriageOptions, terminal: Terminal): Promise<TriageResults> {
    const threads = new Threads(jobs);
    const { paths: files, missing } = findLogs(paths, MANY_FILES, () => threads.start());
    const paint = terminal.colours ? ansi : plain;
    const logs: LogResult[] = [];
    const unread: UnreadLog[] = [...missing];
    const keepsAll = format === 'json' && !summary;
    const take = async (file: string, read: FileTriage): Promise<void> => {
        const shown = nameOf(file);
        if ('error' in read) {
            unread.push({ path: shown, error: read.error });
            return;
        }
        const asked = whatIf || scenarios !== undefined ? await askModel(read.log, await model()) : read.log;
        const result = { log: asked };
        if (scenarios !== undefined) writeScenarios(asked, scenarios, terminal);
        // What is written at once is not kept: a verdict is enough for the exit code.
        logs.push(keepsAll ? result.log : brief(result.log));
        if (!summary && format === 'ndjson') terminal.out(ndjson(rowsOf(result.log)));
        if (!summary && format === 'text') terminal.out(`${logLines(result.log, paint).join('\n')}\n\n`);
    };
    try {
        await eachInOrder(files, threads, take);
    } finally {
        await threads.end();
    }
    return sorted({ logs, unread });
}

/** Large files one after the other with all threads; many small ones spread over the threads. Results come in the order of the files. */
async function eachInOrder(files: readonly string[], threads: Threads, take: (file: string, result: FileTriage) => Promise<void>): Promise<void> {
    if (files.length < MANY_FILES || threads.count === 1) {
        for (const file of files) await take(file, await one(file, threads));
        return;
    }
    const batches = batchesOf(files);
    const results = new Map<number, Promise<readonly (FileTriage | LargeText)[]>>();
    let asked = 0;
    const ask = (others: Threads | undefined): void => {
        if (asked === batches.length) return;
        results.set(asked, batchResults(batches[asked]!, threads, others));
        asked += 1;
    };
    for (const [at, batch] of batches.entries()) {
        while (threads.haveRoom && asked < batches.length) ask(threads);
        // The others have enough before them: this thread takes its share, which saves one, and then lets their answers in.
        if (asked - at < WAITING) {
            ask(undefined);
            await turn();
        }
        const found = await results.get(at)!;
        results.delete(at);
        for (const [index, file] of batch.entries()) await take(file, await whole(file, found[index]!, threads));
    }
}

function batchesOf(files: readonly string[]): readonly (readonly string[])[] {
    return Array.from({ length: Math.ceil(files.length / BATCH) }, (_each, index) => files.slice(index * BATCH, (index + 1) * BATCH));
}

/** The same for a summary, in whatever order the files are read. */
async function countAll(counts: Counts, files: readonly string[], threads: Threads): Promise<void> {
    const asked: Promise<void>[] = [];
    for (const batch of files.length < MANY_FILES || threads.count === 1 ? [files] : batchesOf(files)) {
        if (!threads.haveRoom || threads.count === 1) {
            for (const file of batch) countResult(counts, nameOf(file), await one(file, threads));
            await turn();
        } else {
            asked.push(countByThread(counts, batch, threads));
        }
    }
    await Promise.all(asked);
}

async function countByThread(counts: Counts, batch: readonly string[], threads: Threads): Promise<void> {
    const files = batch.map(asLogFile);
    const { counts: counted, large } = await threads.countFiles(files).catch(async () => {
        // The thread died of one of them: each alone, so that nothing of the others is lost.
        const own = noCounts();
        return { counts: own, large: await countFiles(own, files) };
    });
    addCounts(counts, counted);
    for (const { path, shown } of large) countResult(counts, shown, await one(path, threads));
}

function asLogFile(file: string): LogFile {
    return { path: file, shown: nameOf(file) };
}

/** Lets the messages of threads in. */
function turn(): Promise<void> {
    return new Promise((resolve) => void setImmediate(resolve));
}

/** @param others who reads small files; this thread unless given */
async function batchResults(batch: readonly string[], threads: Threads, others?: Threads): Promise<readonly (FileTriage | LargeText)[]> {
    const results: FileTriage[] = [];
    if (others === undefined) {
        for (const file of batch) results.push(await one(file, threads));
        return results;
    }
    try {
        return await others.triage(batch.map(asLogFile));
    } catch {
        // The thread died of one of them: each alone, so that nothing of the others is lost.
        for (const file of batch) results.push(await one(file, threads));
        return results;
    }
}

async function one(file: string, threads: Threads): Promise<FileTriage> {
    return await whole(file, await triageFile(file, nameOf(file), threads.count === 1 ? Infinity : undefined), threads);
}

/** What was too large for one thread, by all of them. */
async function whole(file: string, read: FileTriage | LargeText, threads: Threads): Promise<FileTriage> {
    if (!('large' in read)) return read;
    try {
        return { log: await triageLarge(file, nameOf(file), read.large, threads) };
    } catch (error) {
        return { error: reasonOf(error) };
    }
}

function nameOf(file: string): string {
    return file === STANDARD_INPUT ? '<stdin>' : file;
}

/** Results of earlier runs, in any order and from any number of files. */
function mergedResults(paths: readonly string[]): TriageResults {
    const rows: ResultRow[] = [];
    const unread: UnreadLog[] = [];
    for (const file of paths) {
        try {
            const text = readFileSync(file === STANDARD_INPUT ? 0 : file, 'utf8');
            text.split('\n').forEach((line, index) => {
                if (line.trim() !== '') rows.push(rowOf(line, index + 1));
            });
        } catch (error) {
            unread.push({ path: nameOf(file), error: `${reasonOf(error)}` });
        }
    }
    const merged = mergeRows(rows);
    return { logs: merged.logs, unread: [...merged.unread, ...unread] };
}

function rowOf(line: string, number: number): ResultRow {
    let row: Partial<ResultRow>;
    try {
        row = JSON.parse(line) as Partial<ResultRow>;
    } catch {
        throw new Error(`line ${number} is not JSON: --merge takes what hwp triage --format ndjson wrote`);
    }
    if (row === null || typeof row !== 'object' || row.row === undefined || row.path === undefined) throw new Error(`line ${number} is no row of hwp triage --format ndjson`);
    if (row.schema !== TRIAGE_SCHEMA) throw new Error(`line ${number} has schema ${String(row.schema)}; this hwp reads ${TRIAGE_SCHEMA}`);
    return row as ResultRow;
}

function exitCode(verdicts: readonly Verdict[], logs: number, unread: number): ExitCode {
    const codes = verdicts.map((verdict): ExitCode => (verdict === 'hardware' || verdict === 'known-software-fault' || verdict === 'software' ? EXIT.failed : verdict === 'undecided' ? EXIT.unverified : EXIT.passed));
    return gravest([...codes, unread > 0 || logs === 0 ? EXIT.invalid : EXIT.passed]);
}
