/** Expectations that no run can meet. */
import type { AstNode } from 'langium';
import type { Availability } from '../../vocabulary/availability.js';
import { CLAIMS } from '../../vocabulary/settings.js';
import { MF_TYPES, mfTypeNumber, type MfResult, type MfType, type MfTypeDescription } from '../../vocabulary/mf-types.js';
import { type Expectation as ExpectationAst, type Item, isExpectation, isRepeat, isScenario } from '../generated/ast.js';
import type { Claim, Expectation } from '../lowering/program-types.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/step/steps.js';
import { wordOf } from '../lowering/word/words.js';
import { kernelsAfterSteps, kernelsUnder, mustBeOnKernel } from './kernel-words.js';

export function typeShouldHaveThatResult(context: Context, timeline: Timeline): void {
    for (const { expectation, node } of expectationNodes(context, timeline)) {
        for (const claim of expectation.claims) {
            if (claim.kind === 'result' && claim.type !== undefined) {
                checkResult(claim.type as MfType, claim.result as MfResult | undefined, node, context);
            }
        }
    }
}

function checkResult(type: MfType, result: MfResult | undefined, node: AstNode, context: Context): void {
    const row: MfTypeDescription = MF_TYPES[type];
    if (result !== undefined && !row.results.includes(result)) {
        context.issues.report('expect/impossible-pair', node, `${type} never comes with ${result}, only with ${row.results.join(' or ')}.`, { data: { suggestions: row.results.map((possible) => `${type} ${possible}`) } });
    }
}

/** What is expected where the guard holds, the kernel there can report. */
export function claimMustExistOnKernel(context: Context, timeline: Timeline): void {
    const kernelsAfter = kernelsAfterSteps(context, timeline);
    for (const { expectation, node } of expectationNodes(context, timeline)) {
        // A condition speaks of the host.
        const kernels = context.guest === undefined ? kernelsUnder(expectation.when, kernelsAfter(expectation.step)) : kernelsAfter(expectation.step);
        for (const claim of expectation.claims) {
            const word = claim.kind === 'result' ? claim.type : claim.kind === 'node-counter' ? 'node' : undefined;
            const row: Availability | undefined = claim.kind === 'result' ? MF_TYPES[word as MfType] : CLAIMS.find((each) => each.word === word);
            if (word !== undefined && row !== undefined) {
                const name = claim.kind === 'result' ? word : 'memory_failure statistics of its nodes';
                const guard = row.until === undefined ? `kernel >= ${row.since}` : `kernel <= ${row.until}`;
                mustBeOnKernel(name, row, 'expect/not-on-kernel', node.claims.find((argument) => wordOf(argument) === word) ?? node, context, kernels, `Choose another kernel, or limit the line with \`when ${guard}\`.`,
                    claim.kind === 'result' && kernels.some(({ written }) => mfTypeNumber(MF_TYPES[word as MfType], written) !== undefined) ? 'reports' : 'has', guard);
            }
        }
    }
}

/** A share that every share meets, a text that every text holds: such a claim checks nothing. */
export function claimShouldBeAbleToFail(context: Context, timeline: Timeline): void {
    for (const { expectation, node } of expectationNodes(context, timeline)) {
        for (const claim of expectation.claims) {
            const { share } = claim;
            if (share !== undefined && share.percent === (share.bound === 'least' ? 0 : 100)) {
                context.issues.report('expect/always-holds', node, `\`at ${share.bound} ${share.percent} %\` holds whatever happens. Write the share that you expect.`);
            } else if ('text' in claim && claim.text === '' && claim.kind !== 'text' && claim.kind !== 'no-dmesg') {
                context.issues.report('expect/always-holds', node, `Every text holds the empty one. ${claim.kind === 'dmesg' ? 'Write what the line says.' : `Remove \`""\`: \`expect ${claim.kind}\` says the same.`}`);
            }
        }
    }
}

/** A counter of a node is that of one of the machine's. */
export function claimedNodeMustExist(context: Context, timeline: Timeline): void {
    const ids = context.facts.nodes.length === 0 ? [0] : context.facts.nodes.map(({ id }) => id ?? 0);
    for (const { expectation, node } of expectationNodes(context, timeline)) {
        for (const claim of expectation.guest === undefined ? expectation.claims : []) {
            if (claim.kind === 'node-counter' && !ids.includes(claim.node)) {
                context.issues.report('hwp/unknown-name', node, `The machine has no node ${claim.node}. It has ${ids.map((id) => `node ${id}`).join(', ')}.`);
            }
        }
    }
}

const OPPOSITES: readonly (readonly [Claim['kind'], Claim['kind']])[] = [
    ['panic', 'no-panic'], ['oops', 'no-oops'], ['signal', 'no-signal'], ['killed', 'survives'], ['poisoned', 'not-poisoned'],
];

/** Two unconditional claims under one step that exclude each other. */
export function claimsShouldHoldTogether(context: Context, timeline: Timeline): void {
    const byStep = new Map<number, { claim: Claim; node: AstNode }[]>();
    for (const { expectation, node } of expectationNodes(context, timeline)) {
        if (expectation.when === undefined) {
            const list = byStep.get(expectation.step) ?? [];
            byStep.set(expectation.step, list);
            list.push(...expectation.claims.map((claim) => ({ claim, node })));
        }
    }
    for (const claims of byStep.values()) {
        for (const [one, other] of OPPOSITES) {
            const ones = claims.filter(({ claim }) => claim.kind === one);
            const found = claims.find(({ claim }) => claim.kind === other && ones.some((each) => subjectOf(each.claim) === subjectOf(claim)));
            if (found !== undefined) {
                context.issues.report('expect/contradiction', found.node, `The same step is expected to do the opposite. Remove one of the two, or limit them with \`when\`.`);
            }
        }
    }
}

/** What the claim is about: two claims contradict each other when they are about the same. */
function subjectOf(claim: Claim): string {
    switch (claim.kind) {
        case 'killed': case 'survives': case 'exit-status': return claim.process;
        case 'poisoned': case 'not-poisoned': return JSON.stringify(claim.place);
        case 'signal': case 'no-signal': return claim.to ?? '';
        default: return '';
    }
}

export interface ExpectationNode { readonly expectation: Expectation; readonly node: ExpectationAst }

/** Each expectation on the side of the context (the host's, or a guest's) with the node that it comes from. */
export function expectationNodes(context: Context, timeline: Timeline): readonly ExpectationNode[] {
    const nodes = new Map<number, ExpectationAst>();
    const add = (items: readonly Item[]): void => {
        for (const item of items) {
            if (isRepeat(item)) {
                add(item.items);
            } else if (isExpectation(item)) {
                nodes.set(context.sources.of(item), item);
            }
        }
    };
    if (isScenario(context.timelineScene)) {
        add(context.timelineScene.items);
    }
    return timeline.expectations.flatMap((expectation) => {
        const node = nodes.get(expectation.source);
        return node === undefined || expectation.guest !== context.guest ? [] : [{ expectation, node }];
    });
}
