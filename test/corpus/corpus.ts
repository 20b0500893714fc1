// The corpus: cases of public test suites as scenarios in corpus/, what their tables say of them, and what the model makes of them.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { FileReport, Issue, VariantReport } from '../../server/src/report/judgement/scenario-report.js';

export const CORPUS = path.resolve(import.meta.dirname, '../../corpus');

/** A row of suites.json: cases that are alike. */
export interface CaseRow {
    /** `M01-M14, M18`: ranges and single ones. */
    readonly ids: string;
    /** Every case is run once for each of these: `M01.late`. */
    readonly runs?: readonly string[];
    readonly what: string;
    /** What the language has no words for; absent when each case is a scenario. */
    readonly lacks?: string;
    /** Why that matters for the case. */
    readonly why?: string;
    /** Another suite has the same tests, and their scenarios. */
    readonly sameAs?: string;
}

export interface Suite {
    readonly suite: string;
    readonly folder: string;
    readonly home: string;
    readonly cases: readonly CaseRow[];
}

/** Why a suite and the model say different things, by the word behind `// differs:`; a name of the kernel's differences needs no row. */
export interface DifferenceRow {
    readonly right: 'kernel' | 'suite';
    /** Where that is known from. */
    readonly known: 'recorded' | 'source' | 'suite';
    readonly why: string;
}

/** Where the model was wrong and has been mended. */
export interface MendedRow {
    readonly ids: string;
    readonly was: string;
    readonly is: string;
}

/** An expectation of a suite that does not hold everywhere, in the text of its scenario. */
export interface Mark {
    readonly line: number;
    readonly reason: string;
    /** The kernels on which the suite's words fail, of those that the scenario is run on. */
    readonly failsOn: readonly string[];
    /** The kernels that the text itself leaves out. */
    readonly leftOut: readonly string[];
}

export interface CorpusScenario {
    readonly id: string;
    readonly title: string;
    readonly status: string;
    readonly kernels: readonly string[];
    readonly marks: readonly Mark[];
    readonly variants: readonly VariantReport[];
}

export interface CorpusFile {
    /** Relative to corpus/. */
    readonly file: string;
    readonly folder: string;
    readonly scenarios: readonly CorpusScenario[];
    /** Errors and warnings. */
    readonly issues: readonly Issue[];
}

function table(name: string): unknown {
    return JSON.parse(readFileSync(path.join(CORPUS, name), 'utf8'));
}

export const SUITES = table('suites.json') as readonly Suite[];
export const SUITE_DIFFERENCES = table('differences.json') as Readonly<Record<string, DifferenceRow>>;
export const MENDED = table('mended.json') as readonly MendedRow[];

/** The ids of a row, each once. */
export function idsOf({ ids, runs }: Pick<CaseRow, 'ids' | 'runs'>): string[] {
    return ids.split(/, */).flatMap((part) => {
        const range = /^([A-Z]+(?:\d+[a-z]?\.)?)(\d+)-\1(\d+)$/.exec(part);
        if (range === null) return [part];
        const [, prefix, first, last] = range as unknown as [string, string, string, string];
        return Array.from({ length: Number(last) - Number(first) + 1 }, (_each, index) => `${prefix}${String(Number(first) + index).padStart(first.length, '0')}`);
    }).flatMap((id) => runs === undefined ? [id] : runs.map((run) => `${id}.${run}`));
}

export function corpusFiles(): string[] {
    return readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll(path.sep, '/')).filter((file) => file.endsWith('.hwp')).sort();
}

const GUARDED = /^(\s*(?:\/\/ suite: )?)(expect .*?)( when .*?)?(\s+\/\/ differs: (\S+).*)$/;

/** The text with every expectation of the suite as the suite has it: for all kernels. */
export function asTheSuiteSays(text: string): { readonly text: string; readonly marks: ReadonlyMap<number, string> } {
    const marks = new Map<number, string>();
    const lines = text.split('\n').map((line, index) => {
        const found = GUARDED.exec(line);
        if (found === null) return line;
        marks.set(index + 1, found[5]!);
        return `${found[1]!.replace('// suite: ', '')}${found[2]!}`;
    });
    return { text: lines.join('\n'), marks };
}

function kernelOf({ program }: VariantReport): string {
    return program.kernel.written;
}

function lineOf({ program }: VariantReport, source: number): number {
    return program.sources[source]!.startLine + 1;
}

/** The kernels of the variants in which a claim on that line has that status. */
function kernelsWith(variants: readonly VariantReport[], line: number, status: string): string[] {
    return variants.filter((variant) => variant.verdicts.some((verdict) => verdict.source >= 0 && verdict.status === status && lineOf(variant, verdict.source) === line)).map(kernelOf);
}

function loud(report: FileReport): Issue[] {
    return [...report.issues, ...report.scenarios.flatMap(({ issues }) => issues)].filter(({ severity }) => severity === 'error' || severity === 'warning');
}

export async function corpusFile(file: string): Promise<CorpusFile> {
    const text = readFileSync(path.join(CORPUS, file), 'utf8');
    const analyzer = new TextAnalyzer();
    const report = await analyzer.analyze(`file:///corpus/${file}`, text);
    const asked = asTheSuiteSays(text);
    const said = asked.marks.size === 0 ? report : await analyzer.analyze(`file:///corpus/suite/${file}`, asked.text);
    return {
        file, folder: file.split('/')[0]!, issues: loud(report),
        scenarios: report.scenarios.map(({ title, status, range, variants }, index) => ({
            id: title.split(' ')[0]!, title, status, variants, kernels: variants.map(kernelOf),
            marks: [...asked.marks].filter(([line]) => line > range.startLine && line <= range.endLine + 1).map(([line, reason]) => {
                const skipped = kernelsWith(variants, line, 'skipped');
                return {
                    line, reason, failsOn: kernelsWith(said.scenarios[index]?.variants ?? [], line, 'failed'),
                    leftOut: text.split('\n')[line - 1]!.includes('// suite:') ? variants.map(kernelOf) : skipped,
                };
            }),
        })),
    };
}
