/** The timeline: steps in order with their times and actors, expectations below them. */
import type { AstNode } from 'langium';
import type { Actor, Assignment, CpuRun, Expectation as ExpectationNode, Item, Kexec, Mmap, Phrase, Race, Step as StepNode, Sweep } from '../generated/ast.js';
import {
    isAssignment, isCpuRun, isExpectation, isIntroduction, isKexec, isMmap, isPhrase, isQuantity, isRace, isRepeat, isStep, isSweep, isThread,
} from '../generated/ast.js';
import type { Operation } from '../../vocabulary/operations.js';
import { CONSTRUCT_BY_WORD } from '../../vocabulary/settings.js';
import type { ArgumentValue, Claim, Expectation, Step } from '../../simulator/program.js';
import { visibleTasks } from '../references/lookup.js';
import { assignmentValue } from './assignments.js';
import { readArguments } from './attributes.js';
import { lowerClaims } from './claims.js';
import { lowerCondition } from './conditions.js';
import type { Context } from './context.js';
import { lowerCpuRun } from './cpu-runs.js';
import { lowerKernel } from './machine-settings.js';
import { lowerMapping } from './mappings.js';
import { count, timeNs } from './numbers.js';
import { formOfOperation, lowerPhrase } from './phrases.js';
import { wordOf } from './words.js';
import { suggest } from './suggestions.js';

/** Most steps that one scenario can have, repetitions counted. */
export const MAX_STEPS = 10_000;

/** Time between two steps when the text gives none: one millisecond. */
export const STEP_NS = 1_000_000;

export interface Timeline {
    readonly steps: Step[];
    readonly expectations: Expectation[];
}

/** Lowers the steps and expectations among the items. Declarations are passed over. */
export function lowerTimeline(items: readonly Item[], context: Context): Timeline {
    const lowering = new TimelineLowering(context);
    lowering.lower(items);
    return lowering;
}

class TimelineLowering implements Timeline {
    readonly steps: Step[] = [];
    readonly expectations: Expectation[] = [];
    private nowNs = 0;
    private previousNs = 0;
    /** The construct above, when no model describes it: what is expected below it cannot be judged. */
    private unjudged: string | undefined;
    /** Another kernel runs: nothing from here on can be judged. */
    private rebooted: string | undefined;
    private overLimit = false;
    private limitReported = false;
    private readonly context: Context;

    constructor(context: Context) {
        this.context = context;
    }

    lower(items: readonly Item[]): void {
        for (const item of items) {
            if (isStep(item)) {
                if (!isDeclaration(item, this.steps.length === 0)) {
                    this.unjudged = undefined;
                    this.lowerStep(item);
                }
            } else if (isExpectation(item)) {
                this.lowerExpectation(item);
            } else if (isRace(item)) {
                this.lowerRace(item);
            } else if (isSweep(item)) {
                this.lowerSweep(item);
            } else if (isRepeat(item)) {
                this.lowerRepeat(item);
            }
        }
    }

    private lowerRepeat(item: Extract<Item, { $type: 'Repeat' }>): void {
        const { issues } = this.context;
        const times = item.count === undefined ? undefined : count(item.count, item, issues, 'The number of repetitions', 1);
        if (times === undefined) {
            return;
        }
        for (let round = 0; round < times; round++) {
            if (this.full) {
                this.overLimit = true;
                break;
            }
            const stepsBefore = this.steps.length;
            const issuesBefore = issues.all.length;
            this.lower(item.items);
            if (round > 0) {
                // The same text has the same findings; the first round has reported them.
                issues.all.length = issuesBefore;
            }
            if (this.steps.length === stepsBefore) {
                break;
            }
        }
        this.reportLimit(item);
    }

    private get full(): boolean {
        return this.steps.length >= MAX_STEPS;
    }

    private reportLimit(item: AstNode): void {
        if (this.overLimit && !this.limitReported) {
            this.limitReported = true;
            this.context.issues.report('repeat/limit', item, `With this the scenario has more than ${MAX_STEPS} steps, repetitions counted. Repeat less often.`);
        }
    }

    private lowerStep(item: StepNode): void {
        const timeNs = this.timeOf(item);
        const step = this.actionOf(item);
        if (step === undefined) {
            return;
        }
        if (this.full) {
            this.overLimit = true;
            this.reportLimit(item);
            return;
        }
        this.steps.push({ source: this.context.sources.of(item), timeNs, ...step });
        this.previousNs = timeNs;
        const duration = step.op === 'wait' && typeof step.args['duration'] === 'number' ? step.args['duration'] : STEP_NS;
        this.nowNs = timeNs + duration;
    }

    /** Nanoseconds at which the step happens. */
    private timeOf(item: StepNode): number {
        if (item.time === undefined) {
            return this.nowNs;
        }
        const time = timeNs(item.time, this.context.issues, 'The time of a step');
        if (time === undefined) {
            return this.nowNs;
        }
        const absolute = item.relative ? this.previousNs + time : time;
        if (absolute < this.previousNs) {
            this.context.issues.report('step/time-backwards', item.time, `The step before happens at ${this.previousNs / 1e9} s, this one at ${absolute / 1e9} s. Move it up, or write \`at +TIME\`.`);
            return this.nowNs;
        }
        return absolute;
    }

    private actionOf(item: StepNode): Pick<Step, 'op' | 'actor' | 'args'> | undefined {
        const { action } = item;
        if (isAssignment(action)) {
            return this.assignment(action);
        }
        if (isCpuRun(action)) {
            return this.cpuRun(action);
        }
        if (isKexec(action)) {
            return this.kexec(action);
        }
        if (isMmap(action)) {
            return this.mmap(action);
        }
        return isPhrase(action) ? this.phrase(action) : undefined;
    }

    private assignment(action: Assignment): Pick<Step, 'op' | 'actor' | 'args'> | undefined {
        if (action.word === 'config') {
            this.context.issues.report('scenario/declaration-after-step', action, 'The configuration is fixed when the kernel is built. Move this line above the first step.');
            return undefined;
        }
        const value = assignmentValue(action, this.context);
        return value === undefined ? undefined : { op: action.word, actor: 'root', args: { name: action.name, value } };
    }

    private cpuRun(action: CpuRun): Pick<Step, 'op' | 'actor' | 'args'> | undefined {
        const run = lowerCpuRun(action, this.context);
        return run === undefined ? undefined
            : { op: 'run', actor: 'hardware', args: { cpu: run.cpu, task: run.task, mode: run.mode, ...(run.in === undefined ? {} : { in: run.in }) } };
    }

    private kexec(action: Kexec): Pick<Step, 'op' | 'actor' | 'args'> {
        const { issues } = this.context;
        readArguments(action.arguments, CONSTRUCT_BY_WORD.get('kexec')!, {}, action, issues);
        const kernel = action.kernel === undefined ? this.context.facts.kernel.value : lowerKernel(action.kernel, this.context);
        this.rebooted = 'kexec';
        const args: Record<string, ArgumentValue> = kernel === undefined ? {} : { kernel: kernel.version, proposals: kernel.proposals };
        return { op: 'kexec', actor: 'root', args };
    }

    private mmap(action: Mmap): Pick<Step, 'op' | 'actor' | 'args'> | undefined {
        const actor = this.actor(action.actor, action);
        const mapping = action.mapping === undefined ? undefined : lowerMapping(action.mapping, this.context);
        if (actor === undefined || mapping === undefined) {
            return undefined;
        }
        if (actor.kind !== 'task') {
            this.context.issues.report('step/actor-unfit', action.actor, `\`mmap\` is something that a process does, not \`${actor.name}\`.`);
            return undefined;
        }
        return { op: 'mmap', actor: actor.name, args: { mapping } };
    }

    private phrase(phrase: Phrase): Pick<Step, 'op' | 'actor' | 'args'> | undefined {
        if (phrase.verb === 'reboot' || phrase.verb === 'power-cycle') {
            readArguments(phrase.arguments, CONSTRUCT_BY_WORD.get(phrase.verb)!, {}, phrase, this.context.issues);
            this.rebooted = phrase.verb;
            return { op: phrase.verb, actor: 'root', args: {} };
        }
        const lowered = lowerPhrase(phrase, this.context);
        if (lowered === undefined) {
            return undefined;
        }
        const { operation } = lowered;
        const actor = this.actorFor(phrase, operation);
        const args: Record<string, ArgumentValue> = { ...lowered.args };
        if (phrase.introduces?.name !== undefined && operation.introduces !== undefined) {
            args['as'] = phrase.introduces.name;
        }
        return actor === undefined ? undefined : { op: operation.id, actor, args };
    }

    private actorFor(phrase: Phrase, operation: Operation): string | undefined {
        const { issues } = this.context;
        const form = formOfOperation(operation);
        if (phrase.actor === undefined) {
            if (operation.actors.includes('none')) {
                return operation.id.startsWith('machine-check') || operation.id === 'cec-threshold' ? 'hardware' : 'root';
            }
            if (operation.actors.length === 1 && operation.actors[0] === 'kernel') {
                return 'kernel';
            }
            const names = [...visibleTasks(phrase).keys()];
            issues.report('step/actor-missing', phrase, `Who does \`${operation.id}\`? It is written \`${form}\`.`, { data: { suggestions: names.map((name) => `${name}: ${phrase.$cstNode?.text ?? ''}`) } });
            return undefined;
        }
        const actor = this.actor(phrase.actor, phrase);
        if (actor !== undefined && !operation.actors.includes(actor.kind)) {
            const who = operation.actors.includes('task') ? 'a process does' : operation.actors.includes('kernel') ? 'the kernel does' : 'has no actor';
            issues.report('step/actor-unfit', phrase.actor, operation.actors.includes('task') || operation.actors.includes('kernel')
                ? `\`${operation.id}\` is something that ${who}, not \`${actor.name}\`: it is written \`${form}\`.` : `\`${operation.id}\` stands without an actor: it is written \`${form}\`.`);
            return undefined;
        }
        return actor?.name;
    }

    private actor(node: Actor, owner: AstNode): { kind: 'none' | 'task' | 'kernel'; name: string } | undefined {
        const { issues } = this.context;
        const name = node.process?.$refText ?? '';
        const target = node.process?.ref;
        if (target === undefined) {
            if (name === 'kernel') {
                return { kind: 'kernel', name };
            }
            if (name === 'root' || name === 'hardware') {
                return { kind: 'none', name };
            }
            const names = [...visibleTasks(owner).keys()];
            const suggestions = suggest(name, [...names, 'kernel', 'root']);
            issues.report('hwp/unknown-name', node, `No process is called \`${name}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : names.length > 0 ? ` There are ${names.map((known) => `\`${known}\``).join(', ')}.` : ' Declare it: `process ' + name + ' { ... }`.'}`, { data: { suggestions } });
            return undefined;
        }
        const thread = node.thread?.$refText;
        if (thread === undefined || thread === 'main') {
            return { kind: 'task', name };
        }
        if (node.thread?.ref === undefined) {
            const threads = isIntroduction(target) ? [] : target.items.filter(isThread).map((known) => known.name);
            issues.report('process/unknown-thread', node, `\`${name}\` has no thread \`${thread}\`. It has ${['main', ...threads].map((known) => `\`${known}\``).join(', ')}.`,
                { data: { suggestions: suggest(thread, ['main', ...threads]).map((known) => `${name}.${known}`) } });
            return undefined;
        }
        return { kind: 'task', name: `${name}.${thread}` };
    }

    private lowerExpectation(item: ExpectationNode): void {
        const { sources } = this.context;
        const source = sources.of(item);
        const when = lowerCondition(item.when, this.context);
        const conditional = when === undefined ? {} : { when };
        if (item.when !== undefined && when === undefined) {
            return;
        }
        const claims = this.claimsOf(item);
        if (claims.length > 0) {
            this.expectations.push({ source, step: this.steps.length - 1, claims, ...conditional });
        }
    }

    private claimsOf(item: ExpectationNode): Claim[] {
        const source = this.context.sources.of(item);
        const words = item.claims.map(wordOf);
        const set = words[0] === 'outcomes' || words[0] === 'never' ? words[0] : words[0] === 'one' && words[1] === 'of' ? 'one of' : undefined;
        if (set !== undefined) {
            const rest = item.claims.slice(set === 'one of' ? 2 : 1);
            const outcomes = item.outcomes.flatMap((outcome) => lowerClaims(outcome.claims, outcome, this.context));
            outcomes.push(...lowerClaims(rest, item, this.context));
            if (outcomes.length === 0 && item.outcomes.length === 0 && rest.length === 0) {
                this.context.issues.report('expect/incomplete', item, `Which outcomes? They stand in braces, one a line: \`expect ${set} { MF_MSG_BUDDY MF_RECOVERED }\`.`);
            }
            return [{ source, kind: 'not-modelled', what: `expect ${set}` }];
        }
        if (item.outcomes.length > 0) {
            this.context.issues.report('expect/incomplete', item, 'Braces stand after `expect outcomes`, `expect one of` or `expect never`.');
            return [];
        }
        if (item.claims.length === 0) {
            this.context.issues.report('expect/incomplete', item, 'What is expected? For example `expect MF_RECOVERED`, `expect SIGBUS to db`, `expect no panic`.');
            return [];
        }
        const claims = lowerClaims(item.claims, item, this.context);
        const reason = this.rebooted ?? this.unjudged;
        return reason === undefined ? claims : [{ source, kind: 'not-modelled', what: reason }];
    }

    private lowerRace(item: Race): void {
        const { context } = this;
        if (this.steps.length === 0) {
            context.issues.report('race/no-step', item, 'A race stands below the step whose windows it uses. Move it below one.');
        }
        if (item.phrase === undefined) {
            return;
        }
        const args = item.phrase.arguments;
        const from = args.findIndex((argument, index) => index > 0 && wordOf(argument) === 'from');
        const phrase = from < 0 ? item.phrase : { ...item.phrase, arguments: args.slice(0, from) } as Phrase;
        this.phrase(phrase);
        if (from >= 0) {
            this.checkRaceSource(args.slice(from + 1), item);
        }
        context.leaveOut(item, this.steps.length - 1, 'races');
        this.unjudged = 'races';
    }

    private checkRaceSource(args: Phrase['arguments'], item: Race): void {
        const [source, ...rest] = args;
        const wrong = rest[0] ?? (source !== undefined && isQuantity(source) ? source : undefined);
        if (source === undefined || wrong !== undefined) {
            this.context.issues.report('hwp/missing-argument', wrong ?? item, 'After `from` stands the region whose frame the allocator hands out.');
            return;
        }
        if ('target' in source && source.target?.ref === undefined) {
            const name = source.target?.$refText ?? '';
            this.context.issues.report('hwp/unknown-name', source, `Nothing is called \`${name}\`. Name the region whose frame the allocator hands out.`);
        }
    }

    private lowerSweep(item: Sweep): void {
        if (item.over?.target !== undefined && item.over.target.ref === undefined) {
            const suggestions = suggest(item.over.target.$refText, [...visibleTasks(item).keys()]);
            this.context.issues.report('hwp/unknown-name', item.over, `Nothing is called \`${item.over.target.$refText}\`. A sweep is over a machine, a process, a mapping, a file or a region.`, { data: { suggestions } });
        }
        if (item.phrase !== undefined) {
            this.phrase(item.phrase);
        }
        this.context.leaveOut(item, this.steps.length - 1, 'sweeps');
        this.unjudged = 'sweeps';
    }
}

/** Before the first step, assignments and CPUs say how things stand. */
export function isDeclaration(item: StepNode, beforeFirstStep: boolean): boolean {
    return beforeFirstStep && item.time === undefined && (isAssignment(item.action) || isCpuRun(item.action));
}
