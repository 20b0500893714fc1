import { type CpuRun, isText } from '../../generated/ast.js';
import { CONSTRUCT_BY_WORD } from '../../../vocabulary/settings.js';
import type { CpuRunSpec } from '../../../simulator/program.js';
import { lowerActor } from './actors.js';
import type { Context } from '../context.js';
import { count } from '../word/numbers.js';
import { textOf, wordOf } from '../word/words.js';
import { suggest } from '../word/suggestions.js';

const MODES: Readonly<Record<string, CpuRunSpec['mode']>> = {
    'in user mode': 'user', 'in user': 'user', 'in kernel mode': 'kernel', 'in kernel': 'kernel', 'in kernel recoverable': 'kernel-recoverable', 'in copy-from-user': 'copy-from-user', 'in interrupt': 'interrupt',
};

/** `cpu 1 runs db.worker in copy-from-user "read"`; undefined after an error. */
export function lowerCpuRun(node: CpuRun, context: Context): CpuRunSpec | undefined {
    const { issues, sources } = context;
    const cpu = node.cpu === undefined ? undefined : count(node.cpu, node, issues, 'A CPU number');
    const task = node.task === undefined ? undefined : lowerActor(node.task, context);
    const last = node.arguments[node.arguments.length - 1];
    const words = (isText(last) ? node.arguments.slice(0, -1) : node.arguments).map((argument) => wordOf(argument) ?? textOf(argument)).join(' ');
    const mode = words === '' && node.arguments.length === 0 ? 'user' : Object.hasOwn(MODES, words) ? MODES[words] : undefined;
    if (mode === undefined) {
        const suggestions = suggest(words, Object.keys(MODES), issues);
        issues.report('hwp/unknown-word', node.arguments[0] ?? node, `Where does it run? It is written \`${CONSTRUCT_BY_WORD.get('cpu')!.form}\`.`, { last: last ?? node, data: { suggestions } });
    }
    if (cpu !== undefined && cpu >= context.facts.cpus.value) {
        issues.report('machine/no-such-cpu', node, `The machine has ${context.facts.cpus.value} CPUs, 0 to ${context.facts.cpus.value - 1}; there is no CPU ${cpu}. Add \`cpus ${cpu + 1}\`.`, { data: { settings: [`cpus ${cpu + 1}`] } });
        return undefined;
    }
    if (task !== undefined && task.kind !== 'task') {
        issues.report('step/actor-unfit', node.task, `A CPU runs a process or one of its threads, not \`${task.name}\`. What it does there is said behind: \`in kernel mode\`.`);
        return undefined;
    }
    return cpu === undefined || task === undefined || mode === undefined ? undefined
        : { source: sources.of(node), cpu, task: task.name, mode, ...(isText(last) ? { in: last.text } : {}) };
}
