/** What holds where nothing is written, in the words that would say so. */
import type { AstNode, LangiumDocument } from 'langium';
import { isDocument, isKernelSetting, isPageSizeSetting, isProcess, isScenario, isSetting, isTaskSetting, isVary, type Document, type Item, type Process, type Scenario } from '../../language/generated/ast.js';
import { scenesOf } from '../../language/references/scenario-symbols.js';
import { bytesWords } from '../../report/step/wording.js';
import type { FileReport, ScenarioReport } from '../../report/judgement/scenario-report.js';
import type { Program } from '../../simulator/program.js';
import type { HintPart, LineHint } from './line-hint.js';

interface MachineDefault {
    readonly isSaidBy: (item: Item) => boolean;
    readonly words: (program: Program) => string;
}

const MACHINE_DEFAULTS: readonly MachineDefault[] = [
    { isSaidBy: (item) => isKernelSetting(item) || varies('kernel')(item), words: ({ kernel }) => `kernel ${kernel.version}` },
    { isSaidBy: (item) => setting('arch')(item) || varies('arch')(item), words: ({ arch }) => `arch ${arch}` },
    // It can stand in the line of the architecture.
    { isSaidBy: (item) => isPageSizeSetting(item) || varies('page')(item) || varies('arch')(item) || setting('arch')(item) && isSetting(item) && item.arguments.length > 1, words: ({ arch, pageShift }) => arch === 'x86-64' ? '' : `page size ${bytesWords(2 ** pageShift)}` },
    { isSaidBy: setting('memory'), words: ({ machine }) => `memory ${bytesWords(machine.ramBytes)}` },
    { isSaidBy: setting('cpus'), words: ({ machine }) => `cpus ${machine.cpus}` },
];

/** Of a process: the policy of its main thread, and what it does with SIGBUS. One that is forked has its parent's. */
const PROCESS_DEFAULTS: readonly { readonly word: 'prctl' | 'sigbus'; readonly words: string }[] = [
    { word: 'prctl', words: 'prctl PR_MCE_KILL_DEFAULT' },
    { word: 'sigbus', words: 'sigbus default' },
];

/** Hints at the first lines of scenarios and their processes; those that have errors have none. Of scenarios that have a part between two lines. */
export function defaultHints(document: LangiumDocument, report: FileReport, firstLine = 0, lastLine = Infinity): LineHint[] {
    const root = document.parseResult.value;
    return !isDocument(root) ? [] : scenariosOf(root).filter((scenario) => lineOf(scenario) <= lastLine && lastLineOf(scenario) >= firstLine).flatMap((scenario) => {
        const line = lineOf(scenario);
        const found = report.scenarios.find(({ range }) => range.startLine === line);
        return found === undefined ? [] : hintsOf(scenario, found);
    });
}

/** A report is another one as soon as its scenario, its machine or where they stand has changed. */
const known = new WeakMap<ScenarioReport, readonly LineHint[]>();

function hintsOf(scenario: Scenario, report: ScenarioReport): readonly LineHint[] {
    const hints = known.get(report) ?? hintsOfProgram(scenario, report.program);
    known.set(report, hints);
    return hints;
}

function hintsOfProgram(scenario: Scenario, program: Program | null): LineHint[] {
    return program === null ? [] : [
        { line: lineOf(scenario), parts: asPart(defaultsOfMachine(scenario, program)) },
        ...scenario.items.filter(isProcess).map((process) => ({ line: lineOf(process), parts: asPart(defaultsOfProcess(process, scenario)) })),
    ];
}

function asPart(text: string): HintPart[] {
    return text === '' ? [] : [{ text }];
}

function scenariosOf(root: Document): Scenario[] {
    return root.elements.filter(isScenario);
}

function defaultsOfMachine(scenario: Scenario, program: Program): string {
    const items = scenesOf(scenario).flatMap((scene) => scene.items);
    return joined(MACHINE_DEFAULTS.filter(({ isSaidBy }) => !items.some(isSaidBy)).map(({ words }) => words(program)));
}

function defaultsOfProcess(process: Process, { items }: Scenario): string {
    const varied = items.some((item) => isVary(item) && item.word === 'prctl' && (item.name === undefined || item.name === process.name || item.name === `${process.name}.main`)) ? ['prctl'] : [];
    const said = new Set([...process.items.filter(isTaskSetting).map(({ word }) => word), ...varied]);
    return process.arguments.length > 0 ? '' : joined(PROCESS_DEFAULTS.filter(({ word }) => !said.has(word)).map(({ words }) => words));
}

function joined(words: readonly string[]): string {
    return words.filter((each) => each !== '').join(' · ');
}

function setting(word: string): (item: Item) => boolean {
    return (item) => isSetting(item) && item.word === word;
}

function varies(word: string): (item: Item) => boolean {
    return (item) => isVary(item) && item.word === word;
}

function lineOf(node: AstNode): number {
    return node.$cstNode?.range.start.line ?? -1;
}

function lastLineOf(node: AstNode): number {
    return node.$cstNode?.range.end.line ?? -1;
}
