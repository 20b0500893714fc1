/** Processes: ids, ancestry, names of commands. */
import type { AstNode } from 'langium';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/step/steps.js';
import { isTaskSetting, isThread } from '../generated/ast.js';
import { wordOf } from '../lowering/word/words.js';
import { lineOf } from './names.js';
import { stepNodes } from './step-nodes.js';

/** TASK_COMM_LEN without the terminating zero. */
const MAX_COMM_LENGTH = 15;

export function pidsMustBeUnique({ facts, issues }: Context): void {
    const seen = new Map<number, AstNode>();
    const add = (id: number | undefined, node: AstNode): void => {
        const other = id === undefined ? undefined : seen.get(id);
        if (other !== undefined) {
            issues.report('process/duplicate-id', node, `${id} is the id of the task on line ${lineOf(other)} already. Give one of them another.`);
        } else if (id !== undefined) {
            seen.set(id, node);
        }
    };
    for (const { spec, node, threads } of facts.processes) {
        add(spec.pid, node);
        threads.forEach((thread) => add(thread.spec.tid, thread.node));
    }
}

export function commShouldFit({ facts, issues }: Context): void {
    for (const { spec, node } of facts.processes) {
        if (spec.comm.length > MAX_COMM_LENGTH) {
            issues.report('process/comm-too-long', node, `The kernel keeps ${MAX_COMM_LENGTH} characters of a command name: \`${spec.comm.slice(0, MAX_COMM_LENGTH)}\`. Set a shorter one: \`comm "..."\`.`, { data: { values: [spec.comm.slice(0, MAX_COMM_LENGTH)] } });
        }
    }
}

export function processMustNotDescendFromItself({ facts, issues }: Context): void {
    const parents = new Map(facts.processes.map(({ spec }) => [spec.name, spec.forkedFrom]));
    const nodes = new Map(facts.processes.map(({ spec, node }) => [spec.name, node]));
    const done = new Set<string>();
    for (const start of parents.keys()) {
        // Each process is walked over once: a walk that meets itself has found a circle.
        const path: string[] = [];
        const onPath = new Set<string>();
        let current: string | undefined = start;
        while (current !== undefined && !done.has(current)) {
            done.add(current);
            path.push(current);
            onPath.add(current);
            current = parents.get(current);
        }
        if (current !== undefined && onPath.has(current)) {
            for (const name of path.slice(path.indexOf(current))) {
                issues.report('process/forked-in-circle', nodes.get(name)!, `\`${name}\` descends from itself. Let one process of the circle start by itself.`);
            }
        }
    }
}

/** `exit` is known before the run; being killed is not. */
export function exitedProcessShouldRest(context: Context, timeline: Timeline): void {
    const exited = new Map<string, AstNode>();
    for (const { step, node } of stepNodes(context, timeline)) {
        const process = step.actor.split('.', 1)[0] ?? '';
        // A thread that ends by itself takes nobody along.
        const gone = exited.has(process) ? process : step.actor;
        const exit = exited.get(gone);
        if (exit !== undefined) {
            context.issues.report('step/dead-process', node, `\`${gone}\` has exited on line ${lineOf(exit)}: this step does nothing.`);
        } else if (step.op === 'exit') {
            exited.set(step.actor, node);
        }
    }
}

/** What a block says of its task, it says once. */
export function taskSettingsMustNotRepeat({ facts, issues }: Context): void {
    for (const { node } of facts.processes) {
        for (const block of [node, ...node.items.filter(isThread)]) {
            const made = new Map<string, AstNode>();
            for (const item of (block.items as readonly AstNode[]).filter(isTaskSetting)) {
                const blocked = item.word === 'sigbus' && wordOf(item.arguments[0]) === 'blocked';
                const what = blocked ? 'sigbus blocked' : item.word;
                const earlier = made.get(what);
                if (earlier !== undefined) {
                    issues.report('setting/repeated', item, `\`${what}\` is set twice: line ${lineOf(earlier)} sets it already. Remove one.`);
                }
                made.set(what, item);
            }
        }
    }
}
