/** What a step does: a write to a sysctl, a CPU that runs something else, a kexec, a mapping, or a phrase of the table of operations. */
import type { Action, Assignment, CpuRun, Mmap, Phrase } from '../../generated/ast.js';
import type { ArgumentValue, Step } from '../../../simulator/program.js';
import { actorOf, lowerActor, reportGuestActor } from '../process/actors.js';
import { assignmentValue } from '../machine/assignments.js';
import { lowerKexec, lowerReboot } from './boots.js';
import type { Context } from '../context.js';
import { lowerCpuRun } from '../process/cpu-runs.js';
import { lowerMapping } from '../process/mappings.js';
import { lowerPhrase } from './phrases.js';

/** A step without its place in the text and in time. */
export type LoweredAction = Pick<Step, 'op' | 'actor' | 'args'>;

/** The action of a step; undefined after an error. */
export function lowerAction(action: Action | undefined, context: Context): LoweredAction | undefined {
    switch (action?.$type) {
        case 'Assignment': return lowerAssignment(action, context);
        case 'CpuRun': return lowerRun(action, context);
        case 'Kexec': return lowerKexec(action, context);
        case 'Mmap': return lowerMmap(action, context);
        case 'Phrase': return lowerStepPhrase(action, context);
        case undefined: return undefined;
    }
}

function lowerAssignment(action: Assignment, context: Context): LoweredAction | undefined {
    if (action.word === 'config') {
        context.issues.report('scenario/declaration-after-step', action, 'The configuration is fixed when the kernel is built. Move this line above the first step.');
        return undefined;
    }
    const value = assignmentValue(action, context);
    return value === undefined ? undefined : { op: action.word, actor: 'root', args: { name: action.name, value } };
}

function lowerRun(action: CpuRun, context: Context): LoweredAction | undefined {
    const run = lowerCpuRun(action, context);
    return run === undefined ? undefined
        : { op: 'run', actor: 'hardware', args: { cpu: run.cpu, task: run.task, mode: run.mode, ...(run.in === undefined ? {} : { in: run.in }) } };
}

function lowerMmap(action: Mmap, context: Context): LoweredAction | undefined {
    const actor = lowerActor(action.actor, context);
    const mapping = action.mapping === undefined ? undefined : lowerMapping(action.mapping, context, true);
    if (actor === undefined || mapping === undefined) {
        return undefined;
    }
    if (actor.kind !== 'task') {
        context.issues.report('step/actor-unfit', action.actor, `\`mmap\` is something that a process does, not \`${actor.name}\`.`);
        return undefined;
    }
    return { op: 'mmap', actor: actor.name, args: { mapping } };
}

/**
 * A phrase as a step, also where it stands in a race or a sweep.
 * @param given parameters that something else than the phrase gives
 */
export function lowerStepPhrase(phrase: Phrase, context: Context, given: readonly string[] = []): LoweredAction | undefined {
    if (phrase.verb === 'reboot' || phrase.verb === 'power-cycle') {
        return lowerReboot(phrase, phrase.verb, context);
    }
    // Memory of a virtual machine's process is looked up there, when it is written so.
    if (phrase.actor !== undefined && reportGuestActor(phrase.actor, context)) {
        return undefined;
    }
    const lowered = lowerPhrase(phrase, context, given);
    if (lowered === undefined) {
        return undefined;
    }
    const { operation } = lowered;
    const actor = actorOf(phrase, operation, context);
    const args: Record<string, ArgumentValue> = { ...lowered.args };
    if (phrase.introduces?.name !== undefined && operation.introduces !== undefined) {
        args['as'] = phrase.introduces.name;
    }
    return actor === undefined ? undefined : { op: operation.id, actor, args };
}
