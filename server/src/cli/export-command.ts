/** `hwp export`: scenarios as programs for a real machine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExportForm, ExportRequest } from '../export/reproducer.js';
import { plain } from '../report/output/paint.js';
import type { FileReport, ScenarioReport, VariantReport } from '../report/judgement/scenario-report.js';
import { placeInFile, stepWords, type SourceTexts } from '../report/output/source-texts.js';
import { issueLine } from '../report/output/text.js';
import type { Trace } from '../simulator/trace.js';
import { visible } from '../vocabulary/control-characters.js';
import { variantWords } from '../vocabulary/vary.js';
import { analyzeFiles } from './analyzed-files.js';
import { EXIT, gravest, type ExitCode } from './exit-codes.js';
import { freeName } from './file-names.js';
import { noteKernel } from './note-kernel.js';
import { overridesOf, type OverrideOptions } from './override-options.js';
import { reasonOf } from './read-source.js';
import { filtered } from './run/selection.js';
import type { Terminal } from './terminal.js';
import { reportUnread } from './unread-files.js';

export interface ExportOptions extends OverrideOptions {
    readonly as: ExportForm;
    readonly filter?: RegExp;
    /** The number of a variant, from 1, or words of its name. */
    readonly variant?: string;
    readonly checks: ExportRequest['checks'];
    readonly output?: string;
}

/** A scenario, or one variant of it, that can be exported. */
interface Exported {
    readonly file: string;
    readonly scenario: ScenarioReport;
    readonly variant: VariantReport & { readonly trace: Trace };
    /** From 1. */
    readonly number: number;
}

export async function exportCommand(paths: readonly string[], options: ExportOptions, terminal: Terminal): Promise<ExitCode> {
    noteKernel(options.kernel, terminal);
    const files = analyzeFiles(paths, { overrides: overridesOf(options), selects: filtered(options.filter) });
    const found: Exported[] = [];
    let invalid = false;
    for await (const report of files.reports) {
        invalid = reportErrors(report, files.sources, terminal) || invalid;
        found.push(...report.scenarios.flatMap((scenario) => variantsOf(scenario, options.variant).map((each): Exported => ({ file: files.sources.pathOf(report.uri), scenario, ...each }))));
    }
    reportUnread(files.unread, terminal);
    const refused = invalid || files.unread.length > 0 ? [EXIT.invalid] : [];
    if (found.length === 0) {
        if (refused.length === 0) terminal.err('hwp: nothing was exported: there is no scenario, or no variant, that was asked for\n');
        return EXIT.invalid;
    }
    if (found.length > 1 && options.output === undefined) {
        terminal.err(`hwp: these are ${found.length} programs: choose one with --filter and --variant, or write each to a file with --output FOLDER\n${found.map((each) => `  ${nameOf(each)}\n`).join('')}`);
        return EXIT.invalid;
    }
    return gravest([...refused, ...await write(found, options, files.sources, terminal)]);
}

function variantsOf(scenario: ScenarioReport, wanted: string | undefined): Pick<Exported, 'variant' | 'number'>[] {
    return scenario.variants.flatMap((variant, index) => {
        const { trace } = variant;
        const chosen = wanted === undefined || (/^\d+$/.test(wanted) ? wanted === String(index + 1) : variantWords(variant.values).toLowerCase().includes(wanted.toLowerCase()));
        return trace === null || !chosen ? [] : [{ variant: { ...variant, trace }, number: index + 1 }];
    });
}

function nameOf({ file, scenario, variant, number }: Exported): string {
    const words = variantWords(variant.values);
    return `${visible(file)}: ${visible(scenario.title)}${words === '' ? '' : `, variant ${number}: ${visible(words)}`}`;
}

async function write(found: readonly Exported[], options: ExportOptions, sources: SourceTexts, terminal: Terminal): Promise<ExitCode[]> {
    // Few ask for it.
    const { reproduce, FILE_ENDINGS } = await import('../export/reproducer.js');
    const taken = new Set<string>();
    return found.map((each) => {
        const { program, trace } = each.variant;
        const range = program.sources[program.source]!;
        const { text, gaps } = reproduce(options.as, {
            program, trace, checks: options.checks,
            origin: `${path.basename(each.file)}:${range.startLine + 1}`,
            variant: variantWords(each.variant.values),
            textOf: (source) => stepWords(program.sources[source]!, sources),
        });
        for (const gap of gaps) terminal.err(`hwp: ${placeInFile(program.sources[gap.source] ?? range, sources)}: ${visible(each.scenario.title)}: not made: ${gap.construct}: ${gap.why}\n`);
        const written = options.output === undefined || writeProgram(path.join(options.output, fileName(each, taken, FILE_ENDINGS[options.as])), text, terminal);
        if (options.output === undefined) terminal.out(text);
        return !written ? EXIT.invalid : gaps.length > 0 ? EXIT.unverified : EXIT.passed;
    });
}

/** `early-kill.c`, `early-kill-2.c` where another scenario is called so. */
function fileName({ scenario, variant, number }: Exported, taken: Set<string>, ending: string): string {
    const title = scenario.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 80) || 'scenario';
    return freeName(variant.values.length === 0 ? title : `${title}-v${number}`, taken) + ending;
}

function writeProgram(file: string, text: string, terminal: Terminal): boolean {
    try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text, { mode: file.endsWith('.sh') ? 0o755 : 0o644 });
        terminal.out(`${file}\n`);
        return true;
    } catch (error) {
        terminal.err(`hwp: ${file}: ${reasonOf(error)}\n`);
        return false;
    }
}

/** Scenarios with errors have no program. */
function reportErrors(report: FileReport, sources: SourceTexts, terminal: Terminal): boolean {
    const errors = [...report.issues, ...report.scenarios.flatMap(({ issues, trace }) => trace === null ? issues : [])].filter(({ severity }) => severity === 'error');
    errors.forEach((issue) => terminal.err(`${issueLine(issue, { paint: plain, sources })}\n`));
    return errors.length > 0 || report.scenarios.some(({ status }) => status === 'invalid');
}

