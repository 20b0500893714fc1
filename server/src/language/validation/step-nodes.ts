import type { AstNode } from 'langium';
import { type Item, isRepeat, isScenario, isStep, isSweep } from '../generated/ast.js';
import type { Step } from '../lowering/program-types.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/step/steps.js';

export interface StepNode { readonly step: Step; readonly index: number; readonly node: AstNode }

/** Each lowered step with the node it comes from; a repeated step once, a sweep as the step that is made for every page. Only those on the side of the context: the host's, or a guest's. */
export function stepNodes(context: Context, timeline: Timeline): readonly StepNode[] {
    const found = known.get(context);
    if (found?.timeline === timeline) {
        return found.nodes;
    }
    const nodes = nodesOf(context, timeline);
    known.set(context, { timeline, nodes });
    return nodes;
}

/** A dozen checks ask, one after the other. */
const known = new WeakMap<Context, { readonly timeline: Timeline; readonly nodes: readonly StepNode[] }>();

function nodesOf(context: Context, timeline: Timeline): StepNode[] {
    if (!isScenario(context.timelineScene)) {
        return [];
    }
    const nodes = new Map<number, AstNode>();
    addSteps(context.timelineScene.items, nodes, context);
    const seen = new Set<number>();
    return timeline.steps.flatMap((step, index) => {
        const node = nodes.get(step.source);
        if (node === undefined || step.guest !== context.guest || seen.has(step.source)) {
            return [];
        }
        seen.add(step.source);
        return [{ step: step.sweep === undefined ? step : { ...step, ...step.sweep.inject }, index, node }];
    });
}

function addSteps(items: readonly Item[], nodes: Map<number, AstNode>, context: Context): void {
    for (const item of items) {
        if (isRepeat(item)) {
            addSteps(item.items, nodes, context);
        } else if (isStep(item) || isSweep(item)) {
            nodes.set(context.sources.of(item), item);
        }
    }
}
