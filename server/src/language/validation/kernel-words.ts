/** Words that only some kernels have, against the kernels that a scenario runs on. */
import type { AstNode } from 'langium';
import { isAvailable, type Availability } from '../../vocabulary/availability.js';
import { kernelInstead, whereAvailable } from '../../vocabulary/availability-words.js';
import { compareKernels, releaseOf, resolveKernel } from '../../vocabulary/kernels.js';
import type { CheckId } from '../checks.js';
import type { Context } from '../lowering/context.js';
import type { Condition, Guard, KernelChoice } from '../lowering/program-types.js';
import type { Timeline } from '../lowering/step/steps.js';

/**
 * Reports a word that none of the scenario's kernels has, with the first kernel that has it. Where the kernel is varied,
 * the variants that lack it are left out, so one that has it is enough.
 */
export function mustBeOnKernel(word: string, availability: Availability, code: CheckId, node: AstNode, context: Context, kernels = context.facts.kernels, mend = 'Choose another kernel, or remove it.', verb: 'has' | 'reports' = 'has', guard?: string): void {
    const [first] = kernels;
    if (first !== undefined && !kernels.some((kernel) => isAvailable(availability, kernel))) {
        const alone = verb === 'has' ? 'has no' : 'never reports';
        const written = kernels.length > 1 ? `None of Linux ${kernels.map((kernel) => kernel.written).join(', ')} ${verb}` : `Linux ${first.written} ${alone}`;
        context.issues.report(code, node, `${written} ${word}; ${whereAvailable(availability, first, verb)}. ${mend}`, {
            data: { settings: [kernelInstead(availability, first)], ...(kernels.length > 1 ? {} : { lackingKernel: first.written }), ...(guard === undefined ? {} : { guard }) },
        });
    }
}

/** The kernels that run after a step, by its index: kexec boots another one, firmware the one that is installed. Before the first, the scenario's own. */
export function kernelsAfterSteps(context: Context, timeline: Timeline): (index: number) => readonly KernelChoice[] {
    let running = context.facts.kernels;
    const after = timeline.steps.map(({ op, guest, args: { kernel, proposals } }) => {
        if (guest !== context.guest) {
            return running;
        }
        if (op === 'kexec' && typeof kernel === 'string') {
            const resolved = resolveKernel(kernel);
            running = 'error' in resolved ? running : [{ written: kernel, version: resolved.version, proposals: Array.isArray(proposals) ? proposals.map(String) : [] }];
        } else if (op === 'reboot' || op === 'power-cycle') {
            running = context.facts.kernels;
        }
        return running;
    });
    return (index) => after[index] ?? context.facts.kernels;
}

/** The kernels on which the condition can hold: a guard on other kernels makes an expectation silent there. */
export function kernelsUnder(condition: Condition | undefined, kernels: readonly KernelChoice[]): readonly KernelChoice[] {
    return condition === undefined ? kernels : kernels.filter((kernel) => canHold(condition, kernel) !== false);
}

/** Undefined: it depends on something else than the kernel. */
function canHold(condition: Condition, kernel: KernelChoice): boolean | undefined {
    switch (condition.kind) {
        case 'and': return allOf([canHold(condition.left, kernel), canHold(condition.right, kernel)]);
        case 'or': return negated(allOf([negated(canHold(condition.left, kernel)), negated(canHold(condition.right, kernel))]));
        case 'not': return negated(canHold(condition.operand, kernel));
        case 'compare': return comparison(condition, kernel);
    }
}

function allOf(values: readonly (boolean | undefined)[]): boolean | undefined {
    return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
}

function negated(value: boolean | undefined): boolean | undefined {
    return value === undefined ? undefined : !value;
}

function comparison({ subject, operator, value }: Guard, { written, proposals }: KernelChoice): boolean | undefined {
    if (subject === 'proposal') {
        return proposals.includes(value);
    }
    if (subject !== 'kernel') {
        return undefined;
    }
    const order = compareKernels(releaseOf(written), value);
    switch (operator) {
        case '<': return order < 0;
        case '<=': return order <= 0;
        case '=': return order === 0;
        case '!=': return order !== 0;
        case '>=': return order >= 0;
        case '>': return order > 0;
    }
}
