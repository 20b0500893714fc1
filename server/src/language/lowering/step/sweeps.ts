/** sweep: one step for every frame of a set. */
import { AstUtils } from 'langium';
import { type Expectation, type Place, type Sweep, isDocument, isGuest, isMachine } from '../../generated/ast.js';
import { SWEPT_OPERATIONS } from '../../../vocabulary/operations.js';
import type { Claim, SweepSpec, SweepTarget } from '../../../simulator/program.js';
import { property } from '../../issues.js';
import { visibleNames } from '../../references/lookup.js';
import { isTaskNode } from '../../references/scenario-symbols.js';
import { lowerStepPhrase } from './actions.js';
import type { Context } from '../context.js';
import { count } from '../word/numbers.js';
import { lowerPlace } from './places.js';
import { suggest } from '../word/suggestions.js';
import { textOf } from '../word/words.js';

/** Undefined after an error. */
export function lowerSweep(item: Sweep, context: Context): SweepSpec | undefined {
    const over = lowerOver(item, context);
    const inject = lowerInjected(item, context);
    const name = item.node !== undefined ? `node ${item.node}` : textOf(item.over);
    return over === undefined || inject === undefined ? undefined : { over, name, inject };
}

function lowerOver(item: Sweep, context: Context): SweepTarget | undefined {
    if (item.node !== undefined) {
        return lowerNode(item, item.node, context);
    }
    const { over } = item;
    const target = over?.target?.ref;
    if (over === undefined) {
        return undefined;
    }
    if (target === undefined) {
        reportUnknown(over, item, context);
        return undefined;
    }
    if (isMachine(target)) {
        // Only the machine that the scenario runs on can be named.
        return { kind: 'machine' };
    }
    if (isTaskNode(target) && over.member === undefined && over.pages === undefined && over.offset === undefined) {
        return { kind: 'process', process: over.target.$refText };
    }
    if (isGuest(target) && over.member === undefined && over.pages === undefined && over.offset === undefined) {
        return { kind: 'guest', guest: over.target.$refText };
    }
    const place = lowerPlace(over, context);
    return place === undefined ? undefined : { kind: 'place', place };
}

function lowerNode(item: Sweep, written: string, context: Context): SweepTarget | undefined {
    const node = count(written, item, context.issues, 'A node');
    const nodes = context.facts.nodes.length === 0 ? [0] : context.facts.nodes.map(({ id }) => id ?? 0);
    if (node === undefined || nodes.includes(node)) {
        return node === undefined ? undefined : { kind: 'node', node };
    }
    context.issues.report('hwp/unknown-name', item, `The machine has no node ${node}. It has ${nodes.map((id) => `node ${id}`).join(', ')}.`, property(item, 'node'));
    return undefined;
}

function reportUnknown(over: Place, item: Sweep, { issues }: Context): void {
    const name = over.target?.$refText ?? '';
    const root = AstUtils.findRootNode(item);
    if (isDocument(root) && root.elements.some((element) => isMachine(element) && element.name === name)) {
        issues.report('sweep/other-machine', over, `The scenario does not run on \`${name}\`. Write \`scenario "..." on ${name} {\`, or name what it runs on.`);
        return;
    }
    const suggestions = suggest(name, visibleNames(item).keys(), issues);
    issues.report('hwp/unknown-name', over, `Nothing is called \`${name}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : ''} A sweep is over a machine, a process, a mapping, a file or a region.`, { data: { suggestions } });
}

function lowerInjected(item: Sweep, context: Context): SweepSpec['inject'] | undefined {
    if (item.phrase === undefined) {
        return undefined;
    }
    const lowered = lowerStepPhrase(item.phrase, context, ['target']);
    if (lowered === undefined) {
        return undefined;
    }
    const { op, actor, args } = lowered;
    if (!SWEPT_OPERATIONS.has(op)) {
        context.issues.report('sweep/unfit-step', item.phrase, `\`${op}\` is nothing that happens to a single frame. A sweep takes ${[...SWEPT_OPERATIONS].filter((id) => id !== 'machine-check-registers').map((id) => `\`${id}\``).join(', ')}.`);
        return undefined;
    }
    if (args['target'] !== undefined || args['raw'] !== undefined) {
        context.issues.report('sweep/place-given', item.phrase, `The place of a swept step is the page that is swept. Remove the place from \`${textOf(item.phrase)}\`.`);
        return undefined;
    }
    return { op, actor, args };
}

/** What can be said of each page of a sweep: whatever does not depend on where the page is, and of what all pages give together nothing. */
const PER_PAGE: ReadonlySet<Claim['kind']> = new Set(['result', 'errno', 'signal', 'no-signal', 'killed', 'survives', 'panic', 'oops', 'no-panic', 'no-oops', 'not-modelled']);

/** Claims below a sweep are counted over its pages; shares stand nowhere else. */
export function checkSweptClaims(item: Expectation, claims: readonly Claim[], swept: boolean, { issues }: Context): void {
    for (const claim of claims) {
        if (!swept && claim.share !== undefined) {
            issues.report('expect/share-without-sweep', item, `\`at ${claim.share.bound} ${claim.share.percent} %\` is a share of the pages of a sweep, and the step above is none. Write \`sweep every page of ...: step\`.`);
        } else if (swept && !isPerPage(claim)) {
            issues.report('expect/unfit-in-sweep', item, `Below a sweep stands what can be answered for every page by itself: results, errnos, signals (without a place), \`killed\`, \`survives\`, \`panic\`, \`oops\`, and \`one of\` or \`never\` of these.`);
        }
    }
}

function isPerPage(claim: Omit<Claim, 'source'>): boolean {
    const body = claim as Claim;
    if (body.kind === 'outcomes') {
        return body.how !== 'exactly' && body.outcomes.every(({ claims }) => claims.every(isPerPage));
    }
    return PER_PAGE.has(body.kind) && !(body.kind === 'signal' && body.at !== undefined);
}
