/** The order of a scenario: state first, then the timeline. */
import type { AstNode } from 'langium';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';
import { type Item, type Step, isExpectation, isMachine, isPhrase, isRace, isRepeat, isScenario, isStep, isSweep } from '../generated/ast.js';
import type { Context } from '../lowering/context.js';
import { isDeclaration } from '../lowering/step/steps.js';
import { scenesOf } from '../references/scenario-symbols.js';

export function declarationsMustComeFirst(context: Context): void {
    for (const scene of scenesOf(context.scene)) {
        let firstStep: AstNode | undefined;
        for (const item of scene.items) {
            if (isTimed(item, firstStep === undefined)) {
                firstStep ??= item;
            } else if (firstStep !== undefined && !isExpectation(item) && !isRace(item) && !(isStep(item) && isUnknown(item))) {
                context.issues.report('scenario/declaration-after-step', item, `How things stand is said before the first step, which is on line ${(firstStep.$cstNode?.range.start.line ?? 0) + 1}. Move this up${hasStepForm(item) ? ', or write it as a step' : ''}.`);
            }
        }
    }
}

function isTimed(item: Item, beforeFirstStep: boolean): boolean {
    return isRepeat(item) || isSweep(item) || isStep(item) && !isDeclaration(item, beforeFirstStep) && !isUnknown(item);
}

/** What is no step may have been meant as a declaration: nothing is said of those behind it. */
function isUnknown({ action }: Step): boolean {
    return isPhrase(action) && !OPERATION_BY_ID.has(action.verb);
}

function hasStepForm(item: Item): boolean {
    return item.$type === 'Pin';
}

/** Blocks hold what they can hold: repetitions steps, machines no machines. */
export function itemsMustStandWhereTheyMeanSomething(context: Context): void {
    for (const scene of scenesOf(context.scene)) {
        walk(scene.items, isScenario(scene) ? 'scenario' : 'machine', context);
    }
}

function walk(items: readonly Item[], inside: 'scenario' | 'machine' | 'repeat', context: Context): void {
    for (const item of items) {
        if (isMachine(item)) {
            if (inside !== 'scenario') {
                context.issues.report('scenario/misplaced', item, inside === 'machine' ? 'A machine holds no other machine. Move it out.' : 'A machine is not a step. Move it above the first step.');
            }
            walk(item.items, 'machine', context);
        } else if (isRepeat(item)) {
            walk(item.items, 'repeat', context);
        } else if (inside === 'repeat' && !isStep(item) && !isExpectation(item) && !isRace(item) && !isSweep(item)) {
            context.issues.report('scenario/misplaced', item, '`repeat` holds steps and what is expected of them. Move declarations above the first step.');
        }
    }
}

export function scenarioShouldHaveSteps(context: Context): void {
    const { scene } = context;
    if (isScenario(scene) && scene.$cstNode !== undefined && !scene.items.some((item) => isTimed(item, true))) {
        context.issues.report('scenario/empty', scene, 'Nothing happens in this scenario: it has no step. Add one, such as `corrupt-pfn heap[0]`.');
    }
}
