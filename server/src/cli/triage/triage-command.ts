/** `hwp triage`. */
import { readFileSync, statSync } from 'node:fs';
import type { TextAnalyzer } from '../../analysis/text-analyzer.js';
import { ansi, plain } from '../../report/output/paint.js';
import { brief, mergeRows, rowsOf, sorted, summaryOf, triageJson, unreadRow, type LogResult, type ResultRow, type TriageResults, type UnreadLog } from '../../log/output/results.js';
import { logLines, summaryLines } from '../../log/output/text.js';
import { TRIAGE_SCHEMA } from '../../log/judgement/incident.js';
import { EXIT, gravest, type ExitCode } from '../exit-codes.js';
import { reasonOf, STANDARD_INPUT } from '../read-source.js';
import type { Terminal } from '../terminal.js';
import { reportUnread } from '../unread-files.js';
import { askModel } from './ask-model.js';
import { findLogs } from './log-files.js';
import { Threads } from './threads.js';
import { triageFile, type FileTriage } from './triage-file.js';
import { LARGE, triageLarge } from './triage-large.js';
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
    const results = options.merge === true ? mergedResults(paths) : await triagedResults(paths, options, terminal);
    write(results, options, terminal);
    reportUnread(results.unread, terminal);
    return exitCode(results);
}

/** ndjson is written as it comes, so that a pipe sees it at once; everything else when all is known. */
function write(results: TriageResults, { format, summary = false, merge = false }: TriageOptions, terminal: Terminal): void {
    const paint = terminal.colours ? ansi : plain;
    if (summary) {
        const of = summaryOf(results);
        terminal.out(format === 'text' ? `${summaryLines(of, paint).join('\n')}\n` : `${JSON.stringify(of, null, format === 'json' ? 2 : 0)}\n`);
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
    const { paths: files, missing } = findLogs(paths);
    const paint = terminal.colours ? ansi : plain;
    const logs: LogResult[] = [];
    const unread: UnreadLog[] = [...missing];
    const threads = new Threads(jobs);
    const keepsAll = format === 'json' && !summary;
    const onlySummary = summary && !whatIf && scenarios === undefined;
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
        await eachInOrder(files, threads, onlySummary, take);
    } finally {
        await threads.end();
    }
    return sorted({ logs, unread });
}

/** Large files one after the other with all threads; many small ones spread over the threads. Results come in the order of the files. */
async function eachInOrder(files: readonly string[], threads: Threads, briefly: boolean, take: (file: string, result: FileTriage) => Promise<void>): Promise<void> {
    if (files.length < MANY_FILES || threads.count === 1) {
        for (const file of files) await take(file, await one(file, threads));
        return;
    }
    const batches: string[][] = [];
    for (let at = 0; at < files.length; at += BATCH) batches.push(files.slice(at, at + BATCH));
    const results = new Map<number, Promise<readonly FileTriage[]>>();
    let asked = 0;
    const ask = (others: Threads | undefined): void => {
        if (asked === batches.length) return;
        results.set(asked, batchResults(batches[asked]!, threads, briefly, others));
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
        for (const [index, file] of batch.entries()) await take(file, found[index]!);
    }
}

/** Lets the messages of threads in. */
function turn(): Promise<void> {
    return new Promise((resolve) => void setImmediate(resolve));
}

/** @param others who reads small files; this thread unless given */
async function batchResults(batch: readonly string[], threads: Threads, briefly: boolean, others?: Threads): Promise<readonly FileTriage[]> {
    if (others === undefined || batch.some((file) => file === STANDARD_INPUT || sizeOf(file) >= LARGE)) {
        const results: FileTriage[] = [];
        for (const file of batch) results.push(await one(file, threads));
        return results;
    }
    try {
        return await threads.triage(batch.map((file) => ({ path: file, shown: nameOf(file) })), briefly);
    } catch {
        // The thread died of one of them: each alone, so that nothing of the others is lost.
        const results: FileTriage[] = [];
        for (const file of batch) results.push(await triageFile(file, nameOf(file)));
        return results;
    }
}

async function one(file: string, threads: Threads): Promise<FileTriage> {
    const size = file === STANDARD_INPUT ? 0 : sizeOf(file);
    if (size < LARGE || threads.count === 1 || isPacked(file)) return triageFile(file, nameOf(file));
    try {
        return { log: await triageLarge(file, nameOf(file), size, threads) };
    } catch (error) {
        return { error: reasonOf(error) };
    }
}

function isPacked(file: string): boolean {
    return /\.(?:gz|zst|xz|bz2|journal)$/.test(file);
}

function sizeOf(file: string): number {
    try {
        const stat = statSync(file);
        return stat.isFile() ? stat.size : 0;
    } catch {
        return 0;
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

function exitCode({ logs, unread }: TriageResults): ExitCode {
    const codes: ExitCode[] = logs.map(({ incidents }) => (incidents.some(({ verdict }) => verdict === 'hardware' || verdict === 'known-software-fault' || verdict === 'software') ? EXIT.failed
        : incidents.some(({ verdict }) => verdict === 'undecided') ? EXIT.unverified : EXIT.passed));
    if (unread.length > 0 || logs.length === 0) codes.push(EXIT.invalid);
    return gravest(codes);
}
