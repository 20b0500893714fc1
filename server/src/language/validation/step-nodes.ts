import type { AstNode } from 'langium';
import type { Item } from '../generated/ast.js';
import { isRepeat, isScenario, isStep } from '../generated/ast.js';
import type { Step } from '../lowering/program-types.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/steps.js';

export interface StepNode { readonly step: Step; readonly index: number; readonly node: AstNode }

/** Each lowered step with the node it comes from; a repeated step once. */
export function stepNodes(context: Context, timeline: Timeline): readonly StepNode[] {
    if (!isScenario(context.scene)) {
        return [];
    }
    const nodes = new Map<number, AstNode>();
    addSteps(context.scene.items, nodes, context);
    const seen = new Set<number>();
    return timeline.steps.flatMap((step, index) => {
        const node = nodes.get(step.source);
        if (node === undefined || seen.has(step.source)) {
            return [];
        }
        seen.add(step.source);
        return [{ step, index, node }];
    });
}

function addSteps(items: readonly Item[], nodes: Map<number, AstNode>, context: Context): void {
    for (const item of items) {
        if (isRepeat(item)) {
            addSteps(item.items, nodes, context);
        } else if (isStep(item)) {
            nodes.set(context.sources.of(item), item);
        }
    }
}
