/** `hwp lab run`: scenarios on a real kernel, held against their prediction. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseKernel } from '../../analysis/overrides.js';
import { TextAnalyzer } from '../../analysis/text-analyzer.js';
import type { Analyzed, FuzzCounts } from '../../lab/fuzz/random-runs.js';
import type { KernelWish, LabCase, LabResult, LabRun } from '../../lab/lab.js';
import type { KernelChoice } from '../../simulator/program.js';
import { releasesOfSteps } from '../../report/step/releases.js';
import type { Issue } from '../../report/judgement/scenario-report.js';
import { ansi, plain } from '../../report/output/paint.js';
import { issueLine } from '../../report/output/text.js';
import type { SourceTexts } from '../../report/output/source-texts.js';
import { analyzeFiles } from '../analyzed-files.js';
import { EXIT, gravest, type ExitCode } from '../exit-codes.js';
import { filtered } from '../run/selection.js';
import type { Terminal } from '../terminal.js';
import { reportUnread } from '../unread-files.js';

/** Which kernel: one of the cache, or one of one's own. */
interface KernelOptions {
    readonly kernel?: string;
    readonly kernelImage?: string;
    readonly modules?: string;
}

export interface LabRunOptions extends KernelOptions {
    readonly filter?: RegExp;
    /** A version; its own unless given. */
    readonly predict?: string;
    readonly keep?: string;
    /** Machines at a time. */
    readonly jobs: number;
    readonly format: 'text' | 'json';
}

type Lab = typeof import('../../lab/lab.js');

const HERE = path.dirname(fileURLToPath(import.meta.url));

export async function labRunCommand(paths: readonly string[], options: LabRunOptions, terminal: Terminal): Promise<ExitCode> {
    const lab = await import('../../lab/lab.js');
    return await tellingProblems(lab, terminal, async () => await runLab(lab, paths, options, terminal));
}

/** What keeps the lab from running is said with its mend. */
async function tellingProblems(lab: Lab, terminal: Terminal, run: () => Promise<ExitCode>): Promise<ExitCode> {
    try {
        return await run();
    } catch (error) {
        const problem = lab.problemOf(error);
        if (problem === undefined) {
            throw error;
        }
        terminal.err(`hwp: ${problem.message}\n${problem.mend}\n`);
        return EXIT.invalid;
    } finally {
        lab.endAllMachines();
    }
}

/** The kernel that is asked for, and what it is predicted as. */
function chosenKernel(lab: Lab, cache: string, options: KernelOptions & Pick<LabRunOptions, 'predict'>): { readonly kernel: ReturnType<Lab['chooseKernel']>; readonly choice: KernelChoice } {
    const kernel = lab.chooseKernel(cache, wishOf(options));
    return { kernel, choice: versionChoice(lab, kernel, options) };
}

function versionChoice(lab: Lab, { version }: ReturnType<Lab['chooseKernel']>, { predict }: Pick<LabRunOptions, 'predict'>): KernelChoice {
    const parsed = parseKernel(predict ?? version);
    if ('error' in parsed) {
        throw new lab.LabProblem(parsed.error, predict === undefined ? 'Take a newer kernel.' : 'Give --predict another version.');
    }
    return parsed.value;
}

type OpenLab = ReturnType<Lab['openLab']>;

/**
 * Does something on the machines of a session. The first signal ends it in good order: what is known by then is told.
 * @param closing is done before the machines go
 * @returns whether it was stopped
 */
async function onMachines(lab: Lab, { sessions, races }: OpenLab, work: (stopped: () => boolean) => Promise<void>, closing: () => void = () => undefined): Promise<boolean> {
    let stopped = false;
    const stop = (): void => {
        stopped = true;
        lab.endAllMachines();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    try {
        await work(() => stopped);
    } catch (error) {
        if (!stopped) {
            throw error;
        }
    } finally {
        process.off('SIGINT', stop).off('SIGTERM', stop);
        closing();
        await Promise.all(sessions.map(async (session) => await session.close()));
        await races.close();
    }
    return stopped;
}

async function runLab(lab: Lab, paths: readonly string[], options: LabRunOptions, terminal: Terminal): Promise<ExitCode> {
    const cache = lab.cacheFolder();
    const { runs, sources, invalid } = await plannedRuns(lab, cache, paths, options, terminal);
    if (runs.length === 0) {
        terminal.err('hwp: nothing was run: there is no scenario that can be.\n');
        return EXIT.invalid;
    }
    const done: LabRun[] = [];
    const logs: MachineLogs = { agent: [], console: [] };
    let stopped = false;
    for (const { kernel, cases } of runs) {
        const open = lab.openLab(cache, kernel, HERE, (text) => terminal.err(`hwp: ${text}\n`), options.jobs);
        const results = await runOn(lab, open, cases, { format: options.format, release: kernel.release, sources, terminal, logs });
        done.push({ kernel, emulator: `QEMU ${open.qemu.version}, ${open.qemu.accelerator}`, results: results.inOrder });
        stopped = results.stopped;
        if (stopped) {
            break;
        }
    }
    keepLogs(options.keep, logs);
    const results = done.flatMap((each) => each.results);
    terminal.out(options.format === 'json' ? `${JSON.stringify(lab.labJson(done, sources, releasesOfSteps), null, 2)}\n` : done.map((each) => `${lab.totalsLine(each.results, each.kernel.release)}\n`).join(''));
    if (stopped) {
        const all = runs.reduce((sum, { cases }) => sum + cases.length, 0);
        terminal.err(`hwp: stopped; ${all - results.length} of ${all} scenarios were not run.\n`);
    }
    return gravest([...invalid ? [EXIT.invalid] : [], ...stopped ? [EXIT.invalid] : [], ...results.map(({ verdict }) => verdict === 'agrees' ? EXIT.passed : verdict === 'differs' ? EXIT.failed : EXIT.unverified)]);
}

type Kernel = ReturnType<Lab['chooseKernel']>;

interface MachineLogs { readonly agent: string[]; readonly console: string[] }

interface Telling extends Pick<LabRunOptions, 'format'> {
    readonly release: string;
    readonly sources: SourceTexts;
    readonly terminal: Terminal;
    readonly logs: MachineLogs;
}

/** Runs them on the machines of one kernel, and tells each result as it comes. */
async function runOn(lab: Lab, open: OpenLab, cases: readonly LabCase[], { format, release, sources, terminal, logs }: Telling): Promise<{ readonly inOrder: readonly LabResult[]; readonly stopped: boolean }> {
    const results: { index: number; result: LabResult }[] = [];
    const paint = terminal.colours ? ansi : plain;
    const stopped = await onMachines(lab, open, async (isStopped) => {
        for await (const one of lab.runCases(cases, open.sessions, isStopped, open.races)) {
            if (isStopped()) {
                break;
            }
            results.push(one);
            if (format === 'text') {
                terminal.out(lab.resultLines(one.result, { paint, sources, release }).map((line) => `${line}\n`).join(''));
            }
        }
    }, () => {
        for (const machine of [...open.sessions, open.races]) {
            logs.agent.push(...machine.logs.agent);
            logs.console.push(...machine.logs.console);
        }
    });
    return { inOrder: results.sort((a, b) => a.index - b.index).map(({ result }) => result), stopped };
}

/** Which scenarios run on which kernel: those for another machine than the chosen kernel is for on the newest of the cache that is for it, predicted for its version. */
async function plannedRuns(lab: Lab, cache: string, paths: readonly string[], options: LabRunOptions, terminal: Terminal): Promise<{ readonly runs: readonly { readonly kernel: Kernel; readonly cases: readonly LabCase[] }[]; readonly sources: SourceTexts; readonly invalid: boolean }> {
    const { kernel, choice } = chosenKernel(lab, cache, options);
    const { cases, sources, invalid } = await readCases(paths, options, choice, terminal);
    const runs: { kernel: Kernel; cases: readonly LabCase[] }[] = [];
    for (const group of lab.byPlatforms(cases)) {
        const own = lab.isSamePlatform(kernel, group.platform) ? kernel : lab.kernelFor(cache, wishOf(options), group.platform) ?? kernel;
        const isPredicted = options.predict !== undefined || own.version === kernel.version;
        const predicted = isPredicted ? group.cases : (await readCases(paths, options, versionChoice(lab, own, options), QUIET)).cases.filter(({ variant }) => lab.isSamePlatform(variant.program, group.platform));
        const same = runs.find((run) => run.kernel === own);
        if (same === undefined) runs.push({ kernel: own, cases: predicted });
        else same.cases = [...same.cases, ...predicted];
    }
    return { runs, sources, invalid };
}

/** What was read before is not told again. */
const QUIET: Terminal = { err: () => undefined, out: () => undefined, colours: false };

async function readCases(paths: readonly string[], options: LabRunOptions, kernel: KernelChoice, terminal: Terminal): Promise<{ readonly cases: readonly LabCase[]; readonly sources: SourceTexts; readonly invalid: boolean }> {
    const analyzed = analyzeFiles(paths, { overrides: { kernel, sysctls: {} }, simulate: true, selects: filtered(options.filter) });
    const cases: LabCase[] = [];
    let invalid = false;
    for await (const report of analyzed.reports) {
        const issues = [...report.issues, ...report.scenarios.flatMap((scenario) => scenario.issues)].filter(isWrong);
        issues.forEach((issue) => terminal.err(`${issueLine(issue, { paint: plain, sources: analyzed.sources })}\n`));
        invalid ||= issues.length > 0;
        cases.push(...report.scenarios.flatMap((scenario) => scenario.variants.filter(({ trace }) => trace !== null).map((variant) => ({ uri: report.uri, scenario, variant }))));
    }
    reportUnread(analyzed.unread, terminal);
    return { cases, sources: analyzed.sources, invalid: invalid || analyzed.unread.length > 0 };
}

/** An error of the text, not of the prediction. */
function isWrong({ severity, code }: Issue): boolean {
    return severity === 'error' && !code.startsWith('verdict/');
}

function keepLogs(folder: string | undefined, { agent, console }: { readonly agent: readonly string[]; readonly console: readonly string[] }): void {
    if (folder !== undefined) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path.join(folder, 'agent.log'), `${agent.join('\n')}\n`);
        writeFileSync(path.join(folder, 'console.log'), `${console.join('\n')}\n`);
    }
}

export interface LabFuzzOptions extends KernelOptions {
    readonly scenarios: number;
    readonly seed: number;
    readonly from: number;
    readonly shrink: number;
    readonly out: string;
}

/** `hwp lab fuzz`: random scenarios; what differs is written as scenarios. */
export async function labFuzzCommand(options: LabFuzzOptions, terminal: Terminal): Promise<ExitCode> {
    const lab = await import('../../lab/lab.js');
    const { expectedText, fuzz, noCounts } = await import('../../lab/fuzz/random-runs.js');
    return await tellingProblems(lab, terminal, async () => {
        const cache = lab.cacheFolder();
        const { kernel, choice } = chosenKernel(lab, cache, options);
        const open = lab.openLab(cache, kernel, HERE, (text) => terminal.err(`hwp: ${text}\n`));
        const counts = noCounts();
        const paint = terminal.colours ? ansi : plain;
        const sources: SourceTexts = { pathOf: (uri) => uri, textOf: () => '' };
        const stopped = await onMachines(lab, open, async (isStopped) => {
            for await (const finding of fuzz({ ...options, guest: open.session.guest, analyze: async (text) => await analyzeText(text, choice), stopped: isStopped }, async (each) => await lab.runSharing(each, open.session), counts)) {
                mkdirSync(options.out, { recursive: true });
                const file = path.join(options.out, `random-${options.seed}-${finding.index}.hwp`);
                writeFileSync(file, expectedText(finding, kernel.release));
                terminal.out(`${new Date().toISOString().slice(11, 19)} ${counts.run} run `);
                terminal.out(finding.isFirst ? `${file}\n${lab.resultLines(finding.result, { paint, sources, release: kernel.release }).slice(1).map((line) => `${line}\n`).join('')}` : `${file}: as another one before: ${finding.kind}\n`);
            }
        });
        terminal.out(countLines(counts, `Linux ${kernel.release}, seed ${options.seed} from ${options.from}`).map((line) => `${line}\n`).join(''));
        return stopped ? EXIT.invalid : counts.differ > 0 ? EXIT.failed : EXIT.passed;
    });
}

/** What was run, and what was left out of it, each reason with its number. */
function countLines(counts: FuzzCounts, where: string): readonly string[] {
    const table = (title: string, rows: ReadonlyMap<string, number>): readonly string[] => rows.size === 0 ? [] : [title, ...[...rows].sort((a, b) => b[1] - a[1]).map(([key, number]) => `${String(number).padStart(6)}  ${key}`)];
    return [
        ...table('steps that were run:', counts.steps),
        ...table('lines that were left out:', counts.leftOut),
        ...table('differences by kind:', counts.kinds),
        `${counts.drawn} scenarios drawn on ${where}: ${counts.run} run, ${counts.agree} agree, ${counts.differ} differ in ${counts.kinds.size} kinds, ${counts.notMade} could not be set up; of ${counts.empty} nothing was left to run`,
    ];
}

async function analyzeText(text: string, kernel: KernelChoice): Promise<Analyzed> {
    const uri = 'file:///random.hwp';
    const { issues, scenarios: [scenario] } = await new TextAnalyzer().analyze(uri, text, { overrides: { kernel, sysctls: {} } });
    const wrong = [...issues, ...scenario?.issues ?? []].filter(isWrong);
    const variant = scenario?.variants[0];
    return scenario === undefined || wrong.length > 0 || variant?.trace == null ? { wrongLines: wrong.map(({ range }) => range.startLine) } : { each: { uri, scenario, variant } };
}

function wishOf({ kernel, kernelImage, modules }: KernelOptions): KernelWish {
    return { ...kernel === undefined ? {} : { version: kernel }, ...kernelImage === undefined ? {} : { image: kernelImage }, ...modules === undefined ? {} : { modules } };
}

/** `hwp lab setup`: what a run needs, fetched or named. */
export async function labSetupCommand(version: string | undefined, { arch }: { readonly arch: string }, terminal: Terminal): Promise<ExitCode> {
    const lab = await import('../../lab/lab.js');
    return await tellingProblems(lab, terminal, async () => {
        const cache = lab.cacheFolder();
        terminal.out(`cache     ${cache}\n`);
        await Promise.resolve(lab.setUpLab(cache, version, lab.platformNamed(arch), HERE, {
            found: (what, text) => terminal.out(`${what.padEnd(9)} ${text}\n`),
            fetching: (text) => terminal.err(`hwp: ${text}\n`),
        }));
        return EXIT.passed;
    });
}
