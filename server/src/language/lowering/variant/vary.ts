/** vary: the lines of a scenario and the values that can be chosen. Which of them go together is found out in variants.ts. */
import type { AstNode } from 'langium';
import { type Item, type KernelChoice, type Process, type Scenario, type Thread, type Value, type Vary, isAssignment, isKernelSetting, isPageSizeSetting, isProcess, isQuantity, isSetting, isStep, isTaskSetting, isText, isThread, isVary } from '../../generated/ast.js';
import { ARCHITECTURE_NAMES, pageSizes } from '../../../vocabulary/architectures.js';
import { subjectWords, VARY_SUBJECTS, type VariedSubject } from '../../../vocabulary/vary.js';
import { bytesWords } from '../../../vocabulary/units.js';
import { property } from '../../issues.js';
import { findMember, findTask, parentOf } from '../../references/lookup.js';
import { scenesOf } from '../../references/scenario-symbols.js';
import { assignedValue } from '../machine/assignments.js';
import { Context } from '../context.js';
import type { Choice } from './choice.js';
import { lowerKernel, THP_MODES } from '../machine/machine-settings.js';
import { sizeBytes } from '../word/numbers.js';
import { KILL_POLICIES } from '../process/processes.js';
import { wordOf } from '../word/words.js';
import { checkWord } from '../word/words-of-tables.js';

/** Most values on one `vary` line. */
export const MAX_VARY_VALUES = 256;

/** A `vary` line that can be varied: its distinct values, at least one. */
export interface VaryLine {
    readonly node: Vary;
    readonly choices: readonly Choice[];
}

/** What the line varies; undefined when it is nothing that can be varied. */
export function subjectOf({ word, name }: Vary): VariedSubject | undefined {
    return word === 'page' && name === 'size' ? 'page size' : word !== undefined && word !== 'page size' && Object.hasOwn(VARY_SUBJECTS, word) ? word as VariedSubject : undefined;
}

/** The name that stands before the values, as tables have it. */
export function variedName(node: Vary): string | undefined {
    const subject = subjectOf(node);
    return subject === undefined || !('name' in VARY_SUBJECTS[subject]) ? undefined : subject === 'config' ? node.name?.replace(/^CONFIG_/, '') : node.name;
}

/** The `vary` lines of a scenario with their values; what is wrong with a value by itself becomes an issue, once. */
export function lowerVaryLines(scenario: Scenario, context: Context): VaryLine[] {
    const lines = scenario.items.filter(isVary);
    lines.forEach((line) => checkLineIsOnlyOne(line, scenario.items, context));
    return lines.flatMap((node) => {
        const choices = choicesOf(node, context);
        if (subjectOf(node) === 'kernel' && context.kernelFromOutside !== undefined) {
            return [];
        }
        return choices.length === 0 ? [] : [{ node, choices }];
    });
}

/** Settings of the scenario override those of its machine; within the scenario a value has one source. */
function checkLineIsOnlyOne(line: Vary, items: readonly Item[], { issues }: Context): void {
    const subject = subjectOf(line);
    const other = subject === undefined ? undefined : items.find((item) => item !== line && sets(item, subject, variedName(line)) && (!isVary(item) || isBefore(item, line)));
    if (other !== undefined) {
        const name = variedName(line);
        const what = subjectWords({ subject: subject!, ...(name === undefined ? {} : { name }) });
        issues.report('setting/repeated', line, `\`${what}\` is set twice: line ${(other.$cstNode?.range.start.line ?? 0) + 1} sets it already. Remove one.`);
    }
}

function isBefore(one: AstNode, other: AstNode): boolean {
    return (one.$cstNode?.offset ?? 0) < (other.$cstNode?.offset ?? 0);
}

/** Does the item say at boot what the line varies? */
function sets(item: Item, subject: VariedSubject, name: string | undefined): boolean {
    if (isVary(item)) {
        return subjectOf(item) === subject && variedName(item) === name;
    }
    switch (subject) {
        case 'kernel': return isKernelSetting(item);
        case 'page size': return isPageSizeSetting(item) || isSetting(item) && item.word === 'arch' && item.arguments.some((argument) => wordOf(argument) === 'page');
        case 'arch': case 'thp': return isSetting(item) && item.word === subject;
        case 'sysctl': case 'filter': return isStep(item) && isAssignment(item.action) && isFirst(item) && item.action.word === subject && item.action.name === name;
        case 'config': return isStep(item) && isAssignment(item.action) && item.action.word === subject && item.action.name.replace(/^CONFIG_/, '') === name;
        case 'prctl': return false;
    }
}

/** An assignment before every step says how things stand at boot. */
function isFirst(item: Extract<Item, { $type: 'Step' }>): boolean {
    const { items } = item.$container as { readonly items: readonly Item[] };
    return items.slice(0, items.indexOf(item)).every((before) => !isStep(before) || isAssignment(before.action) || before.action.$type === 'CpuRun');
}

function choicesOf(node: Vary, context: Context): Choice[] {
    const { issues } = context;
    const values: readonly (KernelChoice | Value)[] = node.word === 'kernel' && node.kernels.length > 0 ? node.kernels : node.values;
    if (values.length > MAX_VARY_VALUES) {
        issues.report('vary/limit', node, `A \`vary\` line has at most ${MAX_VARY_VALUES} values, this one has ${values.length}.`);
        return [];
    }
    const subject = subjectOf(node);
    if (subject === undefined || !hasName(node, subject, context)) {
        if (subject === undefined) {
            reportSubject(node, context);
        }
        return [];
    }
    if (subject === 'prctl' && !checkTasks(node, context)) {
        return [];
    }
    const name = variedName(node);
    const seen = new Set<string>();
    return values.flatMap((value) => {
        if (value.$type === 'Quantity' && value.end !== undefined) {
            issues.report('vary/subject', value, `Values stand one by one, with commas between them; \`${value.$cstNode?.text ?? ''}\` is a range. It is written \`${VARY_SUBJECTS[subject].form}\`.`);
            return [];
        }
        const text = VALUES[subject](value, node, context);
        if (text === undefined) {
            return [];
        }
        if (seen.has(text.canonical)) {
            issues.report('vary/repeated-value', value, `\`${text.words}\` stands on this line already; it is run once. Remove it.`);
            return [];
        }
        seen.add(text.canonical);
        return [{ node: value, varied: { subject, ...(name === undefined ? {} : { name }), value: text.words } }];
    });
}

function reportSubject(node: Vary, context: Context): void {
    const words = Object.keys(VARY_SUBJECTS);
    if (node.word === 'page') {
        context.issues.report('vary/subject', node, `It is written \`${VARY_SUBJECTS['page size'].form}\`.`);
    } else if (node.word !== undefined) {
        checkWord(node.word, words, 'thing that can be varied', node, context, 'word');
    }
}

function hasName(node: Vary, subject: VariedSubject, { issues }: Context): boolean {
    const { name, form } = { name: undefined, ...VARY_SUBJECTS[subject] };
    if (name === 'needed' && node.name === undefined) {
        issues.report('vary/subject', node, `Which ${subject}? It is written \`${form}\`.`);
        return false;
    }
    if (name === undefined && node.name !== undefined && subject !== 'page size') {
        issues.report('vary/subject', node, `\`${node.name}\` is one word too many. It is written \`${form}\`.`, property(node, 'name'));
        return false;
    }
    return true;
}

/** A value as people read it, and in the one form that equal values share. */
interface ValueText { readonly words: string; readonly canonical: string }

type ReadValue = (value: KernelChoice | Value, node: Vary, context: Context) => ValueText | undefined;

/** By subject: the value, or undefined and an issue when it is wrong whatever else is chosen. */
const VALUES: Readonly<Record<VariedSubject, ReadValue>> = {
    'kernel': kernelValue,
    'sysctl': assigned('sysctl'),
    'filter': assigned('filter'),
    'config': assigned('config'),
    'prctl': wordValue(Object.keys(KILL_POLICIES), 'kill policy'),
    'arch': wordValue(ARCHITECTURE_NAMES, 'architecture'),
    'page size': pageSizeValue,
    'thp': wordValue(THP_MODES, 'THP mode'),
};

function kernelValue(value: KernelChoice | Value, _node: Vary, context: Context): ValueText | undefined {
    if (value.$type !== 'KernelChoice') {
        context.issues.report('kernel/malformed', value, `\`${textOfValue(value)}\` is no kernel version. It is written \`${VARY_SUBJECTS.kernel.form}\`.`);
        return undefined;
    }
    // Whether a proposal applies to the kernel is a matter of the combination; so is a version that is not described, which every variant says.
    const alone = new Context(context.scene);
    const kernel = lowerKernel(value, alone);
    const wrong = alone.issues.all.filter(({ code, severity }) => severity === 'error' && code !== 'kernel/proposal-does-not-apply');
    context.issues.all.push(...wrong);
    const proposals = value.proposals.length === 0 ? '' : ` with ${value.proposals.join(', ')}`;
    return kernel === undefined || wrong.length > 0 ? undefined : { words: kernel.written + proposals, canonical: `${kernel.written} ${[...value.proposals].sort().join(' ')}` };
}

function assigned(word: 'sysctl' | 'filter' | 'config'): ReadValue {
    return (value, node, context) => {
        const text = textOfValue(value);
        const read = assignedValue({ word, name: node.name, value: text }, node, value, context);
        return read === undefined ? undefined : { words: word === 'config' ? String(read) : text.replaceAll('_', ''), canonical: canonicalNumber(String(read)) };
    };
}

/** `0x10` and `16` are one value. */
function canonicalNumber(text: string): string {
    return /^(0[xX][0-9A-Fa-f]+|\d+)$/.test(text) ? BigInt(text).toString() : text;
}

function wordValue(words: readonly string[], what: string): ReadValue {
    return (value, _node, context) => {
        const text = textOfValue(value);
        return checkWord(text, words, what, value, context) ? { words: text, canonical: text } : undefined;
    };
}

function pageSizeValue(value: KernelChoice | Value, _node: Vary, context: Context): ValueText | undefined {
    if (!isQuantity(value)) {
        context.issues.report('vary/subject', value, `A page size is a size, such as \`64 KiB\`; \`${textOfValue(value)}\` is none.`);
        return undefined;
    }
    const bytes = sizeBytes(value, 4096, context.issues, 'A page size');
    if (bytes === undefined) {
        return undefined;
    }
    if (ARCHITECTURE_NAMES.every((arch) => pageSizes(arch, Math.log2(bytes)) === undefined)) {
        context.issues.report('machine/page-size', value, `Base pages are 4, 16 or 64 KiB, not ${bytesWords(bytes)}. Choose one of these.`);
        return undefined;
    }
    return { words: `${bytes / 1024} KiB`, canonical: String(bytes) };
}

/** Does a line on policies change anything? Its task must be there, and no task that it is about may state a policy. */
function checkTasks(line: Vary, context: Context): boolean {
    const { scene, issues } = context;
    if (line.name === undefined) {
        const processes = scenesOf(scene).flatMap(({ items }) => items.filter(isProcess));
        if (!processes.some((process) => policyOf(process) === undefined && parentOf(process, scene) === undefined || process.items.some((item) => isThread(item) && policyOf(item) === undefined))) {
            issues.report('vary/no-effect', line, processes.length === 0 ? 'There is no process whose policy could vary.' : 'Every process states its own policy, so this line changes nothing. Remove their `prctl` lines, or name a task: `vary prctl db PR_MCE_KILL_EARLY, PR_MCE_KILL_LATE`.');
        }
        return true;
    }
    const task = taskNamed(line.name, context);
    const stated = task === undefined ? undefined : policyOf(task);
    if (task === undefined) {
        issues.report('hwp/unknown-name', line, `No process or thread is called \`${line.name}\` here.${line.name.includes('.') ? '' : ' A thread is written with its process: `db.worker`.'}`, property(line, 'name'));
    } else if (stated !== undefined) {
        issues.report('setting/repeated', line, `The policy of \`${line.name}\` is set twice: line ${(stated.$cstNode?.range.start.line ?? 0) + 1} sets it already. Remove one.`);
    }
    return task !== undefined;
}

function taskNamed(name: string, { scene }: Context): Process | Thread | undefined {
    const [processName = '', threadName = 'main', ...rest] = name.split('.');
    const process = findTask(scene, processName);
    if (process === undefined || !isProcess(process) || rest.length > 0) {
        return undefined;
    }
    const thread = threadName === 'main' ? process : findMember(scene, process, threadName);
    return isProcess(thread) || isThread(thread) ? thread : undefined;
}

/** The line of a task's block that states its policy. */
function policyOf({ items }: Process | Thread): AstNode | undefined {
    return items.find((item) => isTaskSetting(item) && item.word === 'prctl');
}

/** The text of a value without its quotes. */
export function textOfValue(value: KernelChoice | Value): string {
    if (value.$type === 'KernelChoice') {
        return value.$cstNode?.text ?? '';
    }
    return (isQuantity(value) ? value.unit === undefined ? value.value : `${value.value} ${value.unit}` : isText(value) ? value.text : value.word) ?? '';
}
