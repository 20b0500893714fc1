/** What can be carried to the next kernel, and what there is no more once it runs. */
import type { AstNode } from 'langium';
import { CARRIERS, type BootKind, type Carrier, type CarrierName } from '../../vocabulary/carriers.js';
import { isAvailable } from '../../vocabulary/availability.js';
import { kernelInstead, whereAvailable } from '../../vocabulary/availability-words.js';
import { PROPOSALS } from '../../vocabulary/proposals.js';
import type { ProposalName } from '../../vocabulary/proposal-names.js';
import type { Issue } from '../issues.js';
import type { Claim, KernelChoice, Place, Step } from '../lowering/program-types.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/step/steps.js';
import { expectationNodes } from './expectations.js';
import { lineOf } from './names.js';
import { kernelsAfterSteps } from './kernel-words.js';
import { stepNodes } from './step-nodes.js';

/** Steps after which another kernel runs. */
const BOOTS: ReadonlySet<string> = new Set<BootKind>(['kexec', 'reboot', 'power-cycle']);

export function carrierMustExist(context: Context, timeline: Timeline): void {
    if (context.guest !== undefined) {
        return;
    }
    const kernelsAfter = kernelsAfterSteps(context, timeline);
    const nodes = nodesBySource(context, timeline);
    timeline.steps.forEach((step, index) => {
        const { args, source } = step;
        const node = nodes.get(source);
        if (!bootsHost(step) || typeof args['carry'] !== 'string' || node === undefined || !nodes.delete(source)) {
            return;
        }
        const name = args['carry'] as CarrierName;
        const reason = whyNot(name, context, kernelsAfter(index - 1), kernelsAfter(index));
        if (reason !== undefined) {
            context.issues.report('boot/carrier', node, reason.message, { data: reason.data });
        }
    });
}

/** Another kernel runs on the host after it, and its guests are gone. */
function bootsHost({ op, guest }: Step): boolean {
    return BOOTS.has(op) && guest === undefined;
}

/** Why that cannot be carried there, and what could be; undefined where it can. */
function whyNot(name: CarrierName, { facts }: Context, from: readonly KernelChoice[], to: readonly KernelChoice[]): Pick<Issue, 'message' | 'data'> | undefined {
    const row: Carrier = CARRIERS[name];
    if (!row.arches.includes(facts.arch.value)) {
        const others = (Object.keys(CARRIERS) as CarrierName[]).filter((other) => other !== 'nothing' && CARRIERS[other].arches.some((arch) => arch === facts.arch.value) && (!('needsProposal' in CARRIERS[other]) || [from, to].every((kernels) => kernels.some(handsOver))));
        return {
            message: `There is no \`${name}\` on ${facts.arch.value}, only on ${row.arches.join(', ')}. Carry ${others.map((other) => `\`${other}\``).join(', ')} or \`nothing\`.`,
            data: { values: [...others, 'nothing'] },
        };
    }
    const [booted] = to;
    if (booted !== undefined && !to.some((kernel) => isAvailable(row, kernel))) {
        return {
            message: `Linux ${booted.written} has no \`${name}=\`; ${whereAvailable(row, booted)}. Boot another kernel, or carry something else.`,
            data: { settings: [kernelInstead(row, booted)], values: ['nothing'] },
        };
    }
    const lacking = row.needsProposal === true ? [from, to].find((kernels) => kernels.length > 0 && !kernels.some(handsOver))?.[0] : undefined;
    if (lacking !== undefined) {
        const applies = (PROPOSALS['kho-hwpoison'].appliesTo as readonly string[]).includes(lacking.version);
        return {
            message: `\`carry ${name}\` needs a list in both kernels, and Linux ${lacking.written} keeps none. Write \`kernel ${lacking.written} with kho-hwpoison\`, or carry something else.`,
            data: { ...(applies ? { settings: [`kernel ${lacking.version} with kho-hwpoison`] } : {}), lackingKernel: lacking.written, values: ['nothing'] },
        };
    }
    return undefined;
}

function handsOver({ proposals }: KernelChoice): boolean {
    return proposals.some((name) => PROPOSALS[name as ProposalName]?.handsOverPoison === true);
}

/** Steps that act on a frame: after a boot a page of a mapping or a file names the frame that stood behind it. */
const BY_FRAME = new Set(['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'machine-check', 'machine-check-registers', 'ghes', 'latent', 'scrub', 'dma', 'cec-threshold', 'kpageflags', 'read', 'write', 'allocate', 'free', 'offline-block', 'online-block']);

/** Arguments that name something that goes with its kernel. */
const KERNEL_BOUND = ['process', 'file', 'description', 'swap', 'filesystem', 'mapping', 'task'];

export function onlyFramesOutliveTheirKernel(context: Context, timeline: Timeline): void {
    const first = timeline.steps.findIndex(bootsHost);
    if (first < 0 || context.guest !== undefined) {
        return;
    }
    const nodes = nodesBySource(context, timeline);
    const boot = nodes.get(timeline.steps[first]!.source);
    const line = boot === undefined ? 0 : lineOf(boot);
    const said = new Set<AstNode>();
    const report = (node: AstNode | undefined, what: string | undefined, mend: string): void => {
        if (node !== undefined && what !== undefined && !said.has(node)) {
            said.add(node);
            context.issues.report('boot/former-kernel', node, `${what} belonged to the kernel that line ${line} replaces: only frames keep their names. ${mend}`, { data: { line: line - 1 } });
        }
    };
    timeline.steps.forEach((step, index) => {
        if (index >= first) {
            report(nodes.get(step.source), [step, ...step.races ?? [], ...step.sweep === undefined ? [] : [step.sweep.inject]].map(goneOf).find((what) => what !== undefined) ?? goneUnder(step), `Move the step above line ${line}, or act on the frame: \`page bad = heap[2]\` above the first step, then \`corrupt-pfn bad\`.`);
        }
    });
    for (const { expectation, node } of expectationNodes(context, timeline)) {
        if (expectation.step >= first) {
            report(node, expectation.claims.map(goneIn).find((what) => what !== undefined), `Move the expectation above line ${line}, or ask for the frame: \`expect poisoned bad\`.`);
        }
    }
}

function nodesBySource(context: Context, timeline: Timeline): Map<number, AstNode> {
    return new Map(stepNodes(context, timeline).map(({ step, node }) => [step.source, node]));
}

/** What is swept over, where that went with the kernel before. */
function goneUnder({ sweep }: Step): string | undefined {
    const over = sweep?.over;
    const guest = over?.kind === 'guest' ? over.guest : over?.kind === 'place' && over.place.kind === 'guest' ? over.place.guest : undefined;
    return guest !== undefined ? `\`${guest}\`` : over?.kind === 'process' ? `\`${over.process}\`` : over?.kind === 'place' && isPageOfFormer(over.place) ? wordsOf(over.place) : undefined;
}

/** What a step needs that went with the kernel before. */
function goneOf(step: Pick<Step, 'actor' | 'op' | 'args'>): string | undefined {
    const isTask = step.actor !== 'root' && step.actor !== 'kernel' && step.actor !== 'hardware';
    if (isTask) {
        return `\`${step.actor}\``;
    }
    for (const name of KERNEL_BOUND) {
        const value = step.args[name];
        if (typeof value === 'string' && !BOOTS.has(step.op)) {
            return `\`${value}\``;
        }
    }
    const place = BY_FRAME.has(step.op) || BOOTS.has(step.op) ? undefined : Object.values(step.args).find(isPageOfFormer);
    return place === undefined ? undefined : wordsOf(place);
}

function goneIn(claim: Claim): string | undefined {
    switch (claim.kind) {
        case 'killed': case 'survives': case 'exit-status': return `\`${claim.process}\``;
        case 'signal': return claim.to === undefined ? claim.at !== undefined && isPageOfFormer(claim.at) ? wordsOf(claim.at) : undefined : `\`${claim.to}\``;
        case 'no-signal': return claim.to === undefined ? undefined : `\`${claim.to}\``;
        case 'contents': return isPageOfFormer(claim.place) ? `The contents of ${wordsOf(claim.place)}` : undefined;
        default: return undefined;
    }
}

type PageOfFormer = Extract<Place, { kind: 'mapping' | 'file' }>;

function isPageOfFormer(value: unknown): value is PageOfFormer {
    return typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'mapping' || value.kind === 'file');
}

function wordsOf(place: PageOfFormer): string {
    return place.kind === 'mapping' ? `\`${place.mapping}\` of \`${place.process}\`` : `\`${place.file}\``;
}
