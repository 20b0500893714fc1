// Runs the scenario of every recorded case on a kernel and compares the trace with the record.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { applyOverrides, parseKernel } from '../../server/src/analysis/overrides.js';
import { isDocument, isScenario } from '../../server/src/language/generated/ast.js';
import { lowerScenario } from '../../server/src/language/lowering/scenario.js';
import { TextParser } from '../../server/src/language/parse.js';
import type { Program } from '../../server/src/simulator/program.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import { platformOf, versionOf } from './converter/platforms.mts';
import { readRecords, type ConformanceRecord } from './converter/record.mts';
import { compare, type Difference } from './compare.js';
import { compareFlags, simulateWatching, type FlagComparison } from './page-flags.js';

export type Verdict = 'agreed' | 'differs' | 'not modelled' | 'not set up';

export interface CaseResult {
    readonly record: ConformanceRecord;
    readonly verdict: Verdict;
    readonly differences: readonly Difference[];
    /** What the model does not describe, or what is wrong with the scenario. */
    readonly notModelled: readonly string[];
    /** Page flags, which count by themselves. */
    readonly flags?: FlagComparison;
}

export interface ConformanceOptions {
    /** The observed kernel, e.g. 7.3.4. */
    readonly kernel: string;
    /** Only cases that it accepts. */
    readonly only?: (record: ConformanceRecord) => boolean;
    /** Changes the text of a scenario before it is read. */
    /** Sees every trace that was compared. */
    readonly judged?: (trace: Trace, record: ConformanceRecord) => void;
    readonly rewrite?: (text: string, record: ConformanceRecord) => string;
}

export const SCENARIOS = path.resolve(import.meta.dirname, 'scenarios');

/** Text of each scenario by its folder and the name of its case. */
function scenarioTexts(): Map<string, { readonly uri: string; readonly text: string }> {
    const files = readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hwp'));
    return new Map(files.map((name) => {
        const file = path.join(SCENARIOS, name);
        return [path.join(path.dirname(path.dirname(name)), path.basename(name, '.hwp')), { uri: pathToFileURL(file).href, text: readFileSync(file, 'utf8') }];
    }));
}

export async function runConformance(options: ConformanceOptions): Promise<CaseResult[]> {
    const texts = scenarioTexts();
    const results: CaseResult[] = [];
    const kernel = parseKernel(versionOf(options.kernel));
    if ('error' in kernel) {
        throw new Error(kernel.error);
    }
    const { folder } = platformOf(options.kernel);
    const parser = new TextParser((uri) => { const file = fileURLToPath(uri); return existsSync(file) ? readFileSync(file, 'utf8') : undefined; });
    for (const record of readRecords(options.kernel)) {
        if (options.only?.(record) === false) {
            continue;
        }
        if (record.notSetUp !== undefined && record.notSetUp !== null) {
            results.push({ record, verdict: 'not set up', differences: [], notModelled: [record.notSetUp] });
            continue;
        }
        const found = texts.get(path.join(folder, record.case));
        const text = found === undefined ? undefined : options.rewrite?.(found.text, record) ?? found.text;
        const lowered = found === undefined || text === undefined ? { issues: ['there is no scenario'] } : await programOf(parser, found.uri, text);
        if (!('program' in lowered)) {
            results.push({ record, verdict: 'differs', differences: lowered.issues.map((issue) => ({ field: 'scenario', expected: 'a program', actual: issue })), notModelled: [] });
            continue;
        }
        const overridden = applyOverrides(lowered.program, { kernel: kernel.value });
        if ('error' in overridden) {
            results.push({ record, verdict: 'differs', differences: [{ field: 'scenario', expected: 'a program', actual: overridden.error }], notModelled: [] });
            continue;
        }
        results.push(judge(overridden.value, record, options.judged));
    }
    return results;
}

function judge(program: Program, record: ConformanceRecord, judged: ConformanceOptions['judged']): CaseResult {
    try {
        const { trace, snapshots } = simulateWatching(program);
        judged?.(trace, record);
        const differences = compare(trace, record);
        const notModelled = trace.notModelled.map(({ what, step }) => `${what} (step ${step})`);
        return { record, differences, notModelled, flags: compareFlags(snapshots, record), verdict: notModelled.length > 0 ? 'not modelled' : differences.length > 0 ? 'differs' : 'agreed' };
    } catch (error) {
        const actual = error instanceof Error ? error.stack ?? error.message : String(error);
        return { record, differences: [{ field: 'scenario', expected: 'a trace', actual }], notModelled: [], verdict: 'differs' };
    }
}

async function programOf(parser: TextParser, uri: string, text: string): Promise<{ readonly program: Program } | { readonly issues: string[] }> {
    const document = await parser.parse(uri, text);
    const root = document.parseResult.value;
    const errors = (document.diagnostics ?? []).filter(({ severity }) => severity === 1).map(({ message, range }) => `line ${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`);
    const scenario = isDocument(root) ? root.elements.find(isScenario) : undefined;
    if (errors.length > 0 || scenario === undefined) {
        return { issues: errors.length > 0 ? errors : ['the file holds no scenario'] };
    }
    const { program, issues } = lowerScenario(scenario);
    return program === null ? { issues: issues.map(({ message }) => message) } : { program };
}
