/** The timeline: steps in order with their times, expectations below them. */
import type { AstNode } from 'langium';
import { type Expectation as ExpectationNode, type Item, type Race, type Step as StepNode, type Sweep, isAssignment, isCpuRun, isExpectation, isRace, isRepeat, isStep, isSweep } from '../../generated/ast.js';
import type { Claim, Expectation, OutcomePattern, Step } from '../../../simulator/program.js';
import { lowerAction } from './actions.js';
import { lowerClaims } from '../expectation/claims.js';
import { lowerCondition } from '../expectation/conditions.js';
import type { Context } from '../context.js';
import { count, timeNs } from '../word/numbers.js';
import { lowerRace } from './races.js';
import { checkSweptClaims, lowerSweep } from './sweeps.js';
import { listed } from '../word/suggestions.js';
import { wordOf } from '../word/words.js';

/** Most steps that one scenario can have, repetitions counted. */
export const MAX_STEPS = 10_000;

/** Time between two steps when the text gives none: one millisecond. */
export const STEP_NS = 1_000_000;

const SETS = { 'outcomes': 'exactly', 'one of': 'one-of', 'never': 'never' } as const;

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

    private lowerRace(item: Race): void {
        const at = this.steps.length - 1;
        const competitor = lowerRace(item, at, this.context);
        const step = this.steps[at];
        if (step?.sweep !== undefined) {
            this.context.issues.report('race/no-step', item, 'A race stands below the step whose windows it uses, and a sweep is many steps on many machines. Move it below a step on one page.');
        } else if (step?.guest !== undefined) {
            this.context.issues.report('race/no-step', item, `The step above happens in \`${step.guest}\`: who competes with the handler of a guest's kernel is not described. Put the race below a step of the host, or run the guest's machine as a scenario of its own.`);
        } else if (competitor !== undefined && step !== undefined) {
            this.steps[at] = { ...step, races: [...step.races ?? [], competitor] };
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
        if (this.full) {
            this.overLimit = true;
            this.reportLimit(item);
            return;
        }
        const timeNs = this.timeOf(item);
        const side = this.sideOf(item);
        const step = side === undefined ? undefined : lowerAction(item.action, side);
        if (step === undefined) {
            return;
        }
        this.steps.push({ source: this.context.sources.of(item), timeNs, ...step, ...(item.guest === undefined ? {} : { guest: item.guest.$refText }) });
        this.previousNs = timeNs;
        const duration = step.op === 'wait' && typeof step.args['duration'] === 'number' ? step.args['duration'] : STEP_NS;
        this.nowNs = timeNs + duration;
    }

    /** A sweep is a step that takes no time: what it does happens to other machines. */
    private lowerSweep(item: Sweep): void {
        if (this.full) {
            this.overLimit = true;
            this.reportLimit(item);
            return;
        }
        const sweep = lowerSweep(item, this.context);
        if (sweep !== undefined) {
            this.steps.push({ source: this.context.sources.of(item), timeNs: this.nowNs, op: 'sweep', actor: sweep.inject.actor, args: {}, sweep });
        }
    }

    /** Whose names and settings hold: those of the virtual machine that is named, else the host's; undefined after an error. */
    private sideOf({ guest }: StepNode | ExpectationNode): Context | undefined {
        if (guest === undefined) {
            return this.context;
        }
        const side = guest.ref === undefined ? undefined : this.context.guests.get(guest.ref);
        if (guest.ref === undefined) {
            const names = [...this.context.guests.keys()].map(({ name }) => name);
            this.context.issues.report('hwp/unknown-name', guest.$refNode?.astNode ?? this.context.scene, `No guest is called \`${guest.$refText}\`. ${names.length > 0 ? listed(names) : `Declare it in the process that runs it: \`guest ${guest.$refText} backed by ram { ... }\`.`}`);
        }
        return side;
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

    private lowerExpectation(item: ExpectationNode): void {
        const { sources } = this.context;
        const source = sources.of(item);
        const side = this.sideOf(item);
        if (side === undefined) {
            return;
        }
        const when = lowerCondition(item.when, this.context);
        const conditional = when === undefined ? {} : { when };
        if (item.when !== undefined && when === undefined) {
            return;
        }
        const claims = this.claimsOf(item, side);
        if (claims.length > 0) {
            this.expectations.push({ source, step: this.steps.length - 1, claims, ...conditional, ...(item.guest === undefined ? {} : { guest: item.guest.$refText }) });
        }
    }

    /** `outcomes { ... }`, and a single outcome on the line itself: `never panic`. */
    private setOf(item: ExpectationNode, set: keyof typeof SETS, source: number, side: Context): Claim | undefined {
        const rest = item.claims.slice(set === 'one of' ? 2 : 1);
        const outcomes = item.outcomes.map((outcome): OutcomePattern => ({ source: this.context.sources.of(outcome), claims: lowerClaims(outcome.claims, outcome, side) }));
        if (rest.length > 0) {
            outcomes.push({ source, claims: lowerClaims(rest, item, side) });
        }
        if (outcomes.length === 0) {
            this.context.issues.report('expect/incomplete', item, `Which outcomes? They stand in braces, one a line: \`expect ${set} { MF_MSG_BUDDY MF_RECOVERED }\`.`);
            return undefined;
        }
        return { source, kind: 'outcomes', how: SETS[set], outcomes };
    }

    private claimsOf(item: ExpectationNode, side: Context): Claim[] {
        const source = this.context.sources.of(item);
        const words = item.claims.map(wordOf);
        const set = words[0] === 'outcomes' || words[0] === 'never' ? words[0] : words[0] === 'one' && words[1] === 'of' ? 'one of' : undefined;
        if (set !== undefined) {
            const claim = this.setOf(item, set, source, side);
            checkSweptClaims(item, claim === undefined ? [] : [claim], this.steps.at(-1)?.sweep !== undefined, this.context);
            return claim === undefined ? [] : [claim];
        }
        if (item.outcomes.length > 0) {
            this.context.issues.report('expect/incomplete', item, 'Braces stand after `expect outcomes`, `expect one of` or `expect never`.');
            return [];
        }
        if (item.claims.length === 0) {
            this.context.issues.report('expect/incomplete', item, 'What is expected? For example `expect MF_RECOVERED`, `expect SIGBUS to db`, `expect no panic`.');
            return [];
        }
        const claims = lowerClaims(item.claims, item, side);
        checkSweptClaims(item, claims, this.steps.at(-1)?.sweep !== undefined, this.context);
        return claims;
    }
}

/** Before the first step, assignments and CPUs say how things stand. */
export function isDeclaration(item: StepNode, beforeFirstStep: boolean): boolean {
    return beforeFirstStep && item.time === undefined && (isAssignment(item.action) || isCpuRun(item.action));
}
