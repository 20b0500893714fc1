/** process, thread, prctl, sigbus. */
import { type Item, type Process, type TaskSetting, type Thread, isMapping, isPin, isPlace, isProcess, isQuantity, isTaskSetting, isText, isThread } from '../../generated/ast.js';
import { SIGBUS_RUNTIME_NAMES, SIGBUS_RUNTIMES, type SigbusRuntime, type SigbusRuntimeName } from '../../../vocabulary/sigbus-runtimes.js';
import { CONSTRUCT_BY_WORD } from '../../../vocabulary/settings.js';
import type { KillPolicy, SigbusDisposition, ThreadSpec } from '../../../simulator/program.js';
import { readArguments } from '../word/attributes.js';
import type { Context } from '../context.js';
import type { Declared, DeclaredThread } from '../expectation/facts.js';
import { referenceName } from '../machine/files.js';
import { lowerMapping } from './mappings.js';
import { exitStatus, taskId } from '../word/numbers.js';
import { lowerPin } from './pins.js';
import { textOf, wordOf } from '../word/words.js';
import { checkWord } from '../word/words-of-tables.js';

export function lowerProcesses(items: readonly Item[], context: Context): void {
    for (const item of items) {
        if (isProcess(item)) {
            lowerProcess(item, context);
        }
    }
}

/** What the settings of a process or thread say; defaults as after execve() of a program that sets nothing. */
interface TaskState { policy?: KillPolicy; sigbus: SigbusDisposition; exitStatus?: number; runtime?: SigbusRuntimeName; blocked: boolean }

function lowerProcess(node: Process, context: Context): void {
    const { issues, sources, facts } = context;
    const reading = readArguments(node.arguments, CONSTRUCT_BY_WORD.get('process')!, {}, node, issues);
    if (node.name === undefined) {
        return;
    }
    const pid = reading.uses.get('pid')?.value;
    const comm = reading.uses.get('comm')?.value;
    const cgroup = referenceName(reading, 'in', 'Cgroup', context);
    const forkedFrom = referenceName(reading, 'forked from', 'Process', context);
    const main: TaskState = { sigbus: 'default', blocked: false };
    for (const item of node.items.filter(isTaskSetting)) {
        lowerTaskSetting(item, main, false, context);
    }
    const threads = node.items.filter(isThread).map((thread) => lowerThread(thread, node.name, context)).filter((thread) => thread !== undefined);
    const pidNumber = isQuantity(pid) ? taskId(pid.value, pid, issues, 'A pid') : undefined;
    const source = sources.of(node);
    const mainThread: ThreadSpec = { name: '', source, policy: policyOf(main, node.name, forkedFrom !== undefined, context), sigbusBlocked: main.blocked };
    const mappings: Declared<NonNullable<ReturnType<typeof lowerMapping>>, Extract<Process['items'][number], { $type: 'Mapping' }>>[] = [];
    for (const item of node.items.filter(isMapping)) {
        const spec = lowerMapping(item, context);
        if (spec !== undefined) {
            mappings.push({ spec, node: item });
        }
    }
    facts.processes.push({
        node, mappings, threads,
        spec: {
            name: node.name, source, comm: isText(comm) ? comm.text : node.name,
            ...(pidNumber === undefined ? {} : { pid: pidNumber }), ...(cgroup === undefined ? {} : { cgroup }), ...(forkedFrom === undefined ? {} : { forkedFrom }),
            capSysAdmin: !reading.uses.has('without'), sigbus: main.sigbus, ...(main.exitStatus === undefined ? {} : { handlerExitStatus: main.exitStatus }), ...(main.runtime === undefined ? {} : { runtime: main.runtime }),
            threads: [mainThread, ...threads.map((thread) => thread.spec)], mappings: mappings.map((mapping) => mapping.spec),
        },
    });
    // Pins name mappings, so they come after them.
    for (const item of node.items.filter(isPin)) {
        lowerPin(item, context);
    }
}

/** What the task states, else what is varied, else the default. A process that is forked from another inherits rather than taking what is varied for all. */
function policyOf({ policy }: TaskState, task: string, inherits: boolean, context: Context): KillPolicy {
    const varied = inherits && !context.namesPolicyOf(task) ? undefined : context.chosenPolicy(task);
    return policy ?? (varied === undefined ? undefined : KILL_POLICIES[varied]) ?? 'default';
}

function lowerThread(node: Thread, processName: string, context: Context): DeclaredThread | undefined {
    const { issues, sources } = context;
    const reading = readArguments(node.arguments, CONSTRUCT_BY_WORD.get('thread')!, {}, node, issues);
    const tid = reading.uses.get('tid')?.value;
    const comm = reading.uses.get('comm')?.value;
    const state: TaskState = { sigbus: 'default', blocked: false };
    for (const item of node.items) {
        lowerTaskSetting(item, state, true, context);
    }
    if (node.name === undefined) {
        return undefined;
    }
    const number = isQuantity(tid) ? taskId(tid.value, tid, issues, 'A tid') : undefined;
    return { node, spec: { name: node.name, source: sources.of(node), policy: policyOf(state, `${processName}.${node.name}`, false, context), sigbusBlocked: state.blocked, ...(number === undefined ? {} : { tid: number }), ...(isText(comm) ? { comm: comm.text } : {}) } };
}

/** Policies that a task can state, by the word. */
export const KILL_POLICIES: Readonly<Record<string, KillPolicy>> = { PR_MCE_KILL_EARLY: 'early', PR_MCE_KILL_LATE: 'late', PR_MCE_KILL_DEFAULT: 'default' };

function lowerTaskSetting(node: TaskSetting, state: TaskState, ofThread: boolean, context: Context): void {
    if (node.word === 'prctl') {
        lowerPolicy(node, state, context);
    } else {
        lowerDisposition(node, state, ofThread, context);
    }
}

function lowerPolicy(node: TaskSetting, state: TaskState, context: Context): void {
    const [argument, ...rest] = node.arguments;
    const word = wordOf(argument);
    const policy = word !== undefined && Object.hasOwn(KILL_POLICIES, word) ? KILL_POLICIES[word] : undefined;
    if (argument === undefined || rest.length > 0 || word === 'PR_MCE_KILL' || word === 'PR_MCE_KILL_SET') {
        context.issues.report('prctl/policy', node, 'A declared policy is one word: `prctl PR_MCE_KILL_EARLY`, `prctl PR_MCE_KILL_LATE` or `prctl PR_MCE_KILL_DEFAULT`. The full call is a step: `db: prctl PR_MCE_KILL PR_MCE_KILL_SET PR_MCE_KILL_EARLY`.',
            { data: { suggestions: [...Object.keys(KILL_POLICIES)].map((name) => `prctl ${name}`) } });
    } else if (policy === undefined) {
        checkWord(word ?? textOf(argument), Object.keys(KILL_POLICIES), 'kill policy', argument, context);
    } else {
        state.policy = policy;
    }
}

const RUNTIMES: ReadonlySet<string> = new Set(SIGBUS_RUNTIME_NAMES);
const HANDLERS: Readonly<Record<string, SigbusDisposition>> = { 'handler longjmp': 'longjmp', 'handler returning': 'returning', 'handler remapping': 'remapping', 'handler exiting': 'exiting' };
const DISPOSITIONS = ['default', 'ignored', 'blocked', ...Object.keys(HANDLERS), ...SIGBUS_RUNTIME_NAMES];

function lowerDisposition(node: TaskSetting, state: TaskState, ofThread: boolean, context: Context): void {
    const written = node.arguments.map((argument) => wordOf(argument) ?? textOf(argument));
    const number = written[1] === 'exiting' ? node.arguments[2] : undefined;
    const status = isQuantity(number) && written.length === 3 ? exitStatus(number.value, number, context.issues) : undefined;
    const words = (isQuantity(number) && written.length === 3 ? written.slice(0, 2) : written).join(' ');
    if (!DISPOSITIONS.includes(words)) {
        if (node.arguments.length === 0 || words === 'handler' || !isPlace(node.arguments[0])) {
            context.issues.report('hwp/missing-argument', node, `It is written \`${CONSTRUCT_BY_WORD.get('sigbus')!.form}\`.`, { data: { suggestions: DISPOSITIONS.map((known) => `sigbus ${known}`) } });
        } else {
            checkWord(words, DISPOSITIONS, 'disposition of SIGBUS', node.arguments[0], context, undefined, node.arguments.at(-1));
        }
    } else if (words === 'blocked') {
        state.blocked = true;
    } else if (ofThread) {
        context.issues.report('thread/sigbus', node, 'A disposition belongs to the whole process: move this line out of the thread. A thread by itself can only say `sigbus blocked`.');
    } else if (RUNTIMES.has(words)) {
        state.runtime = words as SigbusRuntimeName;
        if (state.policy === undefined && (SIGBUS_RUNTIMES[state.runtime] as SigbusRuntime).early === true) state.policy = 'early';
    } else {
        state.sigbus = HANDLERS[words] ?? (words === 'ignored' ? 'ignored' : 'default');
        if (status !== undefined) state.exitStatus = status;
    }
}
