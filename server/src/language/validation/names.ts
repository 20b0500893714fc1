/** Names: declared once, and not a word that means something else where names stand. */
import type { AstNode } from 'langium';
import { type Item, type Member, type Named, isGuest, isMachine, isMapping, isPin, isProcess, isRepeat, isStep, isTaskSetting } from '../generated/ast.js';
import type { Context } from '../lowering/context.js';
import { scenesOf, symbolsOf, type TaskNode } from '../references/scenario-symbols.js';

/** Words that stand where a declared name could: the name would never be reached. */
const RESERVED = new Map([
    ['kernel', 'is who acts in `kernel: read ...`'], ['root', 'is the test harness that acts without a process'], ['hardware', 'is who makes machine checks'],
    ['pfn', 'begins a place by number'], ['phys', 'begins a place by address'], ['address', 'begins a place by virtual address'],
]);

export function namesMustBeUnique(context: Context): void {
    const seen = new Map<string, AstNode>();
    for (const scene of scenesOf(context.scene)) {
        const symbols = symbolsOf(scene);
        for (const [name, nodes] of symbols.names) {
            nodes.forEach((node, index) => {
                const other = index > 0 ? nodes[0] : seen.get(name);
                if (other !== undefined && node !== other) {
                    reportDuplicate(index > 0 ? node : other, name, index > 0 ? other : node, context);
                }
            });
            seen.set(name, nodes[0]!);
        }
        membersMustBeUnique(scene.items, context);
    }
}

function reportDuplicate(node: AstNode, name: string, other: AstNode, { issues }: Context): void {
    issues.report('hwp/duplicate-name', node, `\`${name}\` is declared on line ${lineOf(other)} already. Rename one of them.`);
}

function membersMustBeUnique(items: readonly Item[], context: Context): void {
    const members = new Map<TaskNode | string, Map<string, Member>>();
    const add = (owner: TaskNode | string, member: Member): void => {
        const known = members.get(owner) ?? new Map<string, Member>();
        members.set(owner, known);
        const other = known.get(member.name);
        if (other !== undefined && member.name !== undefined) {
            reportDuplicate(member, member.name, other, context);
        } else {
            known.set(member.name, member);
        }
    };
    for (const item of items) {
        if (isMachine(item) || isRepeat(item)) {
            membersMustBeUnique(item.items, context);
        } else if (isProcess(item)) {
            for (const member of item.items) {
                if (!isPin(member) && !isTaskSetting(member) && !isGuest(member)) {
                    add(item.name, member);
                }
            }
        } else if (isStep(item) && item.action?.$type === 'Mmap' && item.action.mapping !== undefined) {
            add(item.action.actor.process.$refText, item.action.mapping);
        }
    }
}

export function namesMustNotBeReserved(context: Context): void {
    for (const scene of scenesOf(context.scene)) {
        for (const [name, nodes] of symbolsOf(scene).names) {
            const reason = RESERVED.get(name);
            if (reason !== undefined) {
                nodes.forEach((node: Named) => context.issues.report('hwp/reserved-name', node, `\`${name}\` ${reason}: it cannot be a name. Rename it.`));
            }
        }
    }
    for (const { node, threads } of context.facts.processes) {
        for (const thread of threads) {
            if (thread.spec.name === 'main') {
                context.issues.report('hwp/reserved-name', thread.node, `\`${node.name}.main\` is the main thread, which every process has. Its settings stand in the process itself.`);
            }
        }
        for (const mapping of node.items.filter(isMapping)) {
            const reason = RESERVED.get(mapping.name);
            if (reason !== undefined && !['kernel', 'root', 'hardware'].includes(mapping.name)) {
                context.issues.report('hwp/reserved-name', mapping, `\`${mapping.name}\` ${reason}: it cannot be a name. Rename it.`);
            }
        }
    }
}

/** The line a node starts on, counted from 1. */
export function lineOf(node: AstNode): number {
    return (node.$cstNode?.range.start.line ?? 0) + 1;
}
