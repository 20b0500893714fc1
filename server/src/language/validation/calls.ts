/** Calls and files of the kernel that a step uses, against the kernels that run then and their configuration. */
import { kernelsThatHave, isAvailable } from '../../vocabulary/availability.js';
import type { CONFIG_OPTIONS } from '../../vocabulary/config-options.js';
import { INJECT_FILES, type InjectFile } from '../../vocabulary/inject-files.js';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';
import { MADVICE, type Madvice } from '../../vocabulary/madvice.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/step/steps.js';
import { kernelsAfterSteps, mustBeOnKernel } from './kernel-words.js';
import { stepNodes } from './step-nodes.js';

export function injectFileMustExistOnKernel(context: Context, timeline: Timeline): void {
    const kernelsAfter = kernelsAfterSteps(context, timeline);
    for (const { step, index, node } of stepNodes(context, timeline)) {
        const named = step.op === 'open-inject-file' || step.op === 'read-inject-file' ? step.args['file'] : step.op;
        const row: InjectFile | undefined = INJECT_FILES[named as keyof typeof INJECT_FILES];
        if (row !== undefined && context.facts.config.get('HWPOISON_INJECT')?.value === 'n') {
            context.issues.report('step/not-on-kernel', node, `The kernel is built without CONFIG_HWPOISON_INJECT: there is no \`${String(named)}\`. Use hard_offline_page or madvise, or remove the \`config\` line.`);
        } else if (row !== undefined) {
            mustBeOnKernel(`\`${String(named)}\``, row, 'step/not-on-kernel', node, context, kernelsAfter(index));
        }
    }
}

/** Steps of a subsystem that the kernel was built without. */
const NEEDS: Readonly<Record<string, keyof typeof CONFIG_OPTIONS>> = { 'merge': 'KSM', 'cec-threshold': 'RAS_CEC', 'machine-check': 'X86_MCE', 'machine-check-registers': 'X86_MCE' };

export function subsystemMustBeBuilt(context: Context, timeline: Timeline): void {
    for (const { step, node } of stepNodes(context, timeline)) {
        const option = NEEDS[step.op];
        const firmwareFirst = option === 'X86_MCE' && context.facts.arch.value !== 'x86-64';
        if (option !== undefined && !firmwareFirst && context.facts.config.get(option)?.value === 'n') {
            context.issues.report('step/not-on-kernel', node, `The kernel is built without CONFIG_${option}, so \`${step.op}\` cannot happen. Remove the step or the \`config\` line.`);
        }
    }
}

/** An address of another process means something else, or nothing, in the one that acts. A child has its parent's, and the other way round. */
export function memoryMustBeTheActors(context: Context, timeline: Timeline): void {
    const parents = new Map(context.facts.processes.flatMap(({ spec }) => spec.forkedFrom === undefined ? [] : [[spec.name, spec.forkedFrom]]));
    for (const { op, actor, args } of timeline.steps) {
        const child = args['as'];
        if (OPERATION_BY_ID.get(op)?.introduces === 'process' && typeof child === 'string') {
            parents.set(child, processOf(actor));
        }
    }
    const descends = (process: string, from: string): boolean => {
        for (let at: string | undefined = process, seen = 0; at !== undefined && seen <= parents.size; at = parents.get(at), seen++) {
            if (at === from) {
                return true;
            }
        }
        return false;
    };
    for (const { step, node } of stepNodes(context, timeline)) {
        const acting = processOf(step.actor);
        const { target } = step.args;
        if (OPERATION_BY_ID.get(step.op)?.ownAddresses !== true || !context.facts.processes.some(({ spec }) => spec.name === acting) && !parents.has(acting) || typeof target !== 'object' || !('kind' in target) || target.kind !== 'mapping') {
            continue;
        }
        const { process, mapping } = target;
        if (!descends(acting, process) && !descends(process, acting)) {
            context.issues.report('step/foreign-memory', node, `\`${mapping}\` is memory of \`${process}\`, which \`${acting}\` does not map: \`${step.op}\` takes an address of its own. Let \`${process}\` do it, or map the same file in both.`);
        }
    }
}

/** `db` of `db.worker`. */
function processOf(actor: string): string {
    return actor.split('.', 1)[0]!;
}

/** EINVAL is an answer that a scenario may want to see, so this is no error. */
export function processMadviseMayBeRefused(context: Context, timeline: Timeline): void {
    const kernelsAfter = kernelsAfterSteps(context, timeline);
    for (const { step, index, node } of stepNodes(context, timeline)) {
        const { advice, process } = step.args;
        const since = step.op === 'process_madvise' ? (MADVICE as Readonly<Record<string, Madvice>>)[String(advice)]?.processMadviseSince : undefined;
        const refusing = since === undefined || process !== undefined && process !== step.actor ? undefined
            : kernelsAfter(index).find((kernel) => !isAvailable({ since }, kernel));
        if (since !== undefined && refusing !== undefined) {
            context.issues.report('step/refused', node, `process_madvise() of Linux ${refusing.written} refuses ${String(advice)} with EINVAL; the first that takes it for the caller's own memory is ${kernelsThatHave({ since })[0]}.`);
        }
    }
}

/** Most pages that one step visits: 1 GiB of base pages of 4 KiB. */
export const MAX_STEP_PAGES = 262_144;

export function stepMustNotVisitTooManyPages(context: Context, timeline: Timeline): void {
    const { facts, pageBytes } = context;
    const pagesOfFile = (name: unknown): number => Math.ceil((facts.files.find(({ spec }) => spec.name === name && spec.cached !== 'absent')?.spec.bytes ?? 0) / pageBytes);
    for (const { step, node } of stepNodes(context, timeline)) {
        if (OPERATION_BY_ID.get(step.op)?.eachPage !== true) {
            continue;
        }
        const { target, file, description, length } = step.args;
        const named = typeof target === 'object' && 'pageCount' in target ? target.pageCount : 0;
        const asked = step.op === 'ftruncate' ? 0 : Math.ceil(Number(length ?? 0) / pageBytes);
        const locked = step.op !== 'mlockall' ? 0 : facts.processes.find(({ spec }) => spec.name === processOf(step.actor))?.spec.mappings.reduce((sum, { pageCount }) => sum + pageCount, 0) ?? 0;
        const pages = Math.max(Math.min(named, asked || named), pagesOfFile(file ?? description), locked);
        if (pages > MAX_STEP_PAGES) {
            context.issues.report('step/too-many-pages', node, `\`${step.op}\` would visit ${pages} pages one by one; at most ${MAX_STEP_PAGES} are. Name a part, or use less memory.`);
        }
    }
}
