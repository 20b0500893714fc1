/** Pages that are pinned, bound or injected into are there. */
import { AstUtils, type AstNode } from 'langium';
import { isPlace as isPlaceNode } from '../generated/ast.js';
import { textOf } from '../lowering/word/words.js';
import type { MappingSpec, Place } from '../lowering/program-types.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/step/steps.js';
import { stepNodes } from './step-nodes.js';

/** Steps that take the frame behind a virtual page, without touching the page first. */
const BY_FRAME = new Set(['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'machine-check', 'machine-check-registers', 'ghes', 'latent', 'scrub', 'dma', 'cec-threshold', 'kpageflags']);

export function pinnedPageMustBePresent(context: Context): void {
    for (const { spec, node } of context.facts.pins) {
        const absent = absence(spec.place, context);
        if (absent !== undefined) {
            context.issues.report('pin/not-present', node, `${absent.reason} A pin needs pages in memory.`, { data: { name: absent.name } });
        }
    }
}

export function boundPageShouldBePresent(context: Context): void {
    for (const { spec, node } of context.facts.frames) {
        const absent = absence(spec.place, context);
        if (absent !== undefined) {
            context.issues.report('place/untouched', node, `${absent.reason} There is no frame that \`${spec.name}\` could name.`, { data: { name: absent.name } });
        }
        if ('pageCount' in spec.place && spec.place.pageCount > 1) {
            context.issues.report('place/not-pages', node, `\`page\` names one page, but \`${node.place?.$cstNode?.text ?? ''}\` has ${spec.place.pageCount}. Say which: \`${node.place?.$cstNode?.text ?? ''}[0]\`.`, { data: { suggestions: [`${node.place?.$cstNode?.text ?? ''}[0]`], word: node.place?.$cstNode?.text ?? '' } });
        }
    }
}

export function injectedPageShouldBePresent(context: Context, timeline: Timeline): void {
    // A step that names a mapping may bring its pages in.
    const used = new Set<string>();
    for (const { step, node } of stepNodes(context, timeline)) {
        const target = step.args['target'];
        if (BY_FRAME.has(step.op) && isPlace(target)) {
            reportAbsent(target, node, used, context);
        }
        for (const value of Object.values(step.args)) {
            if (isPlace(value)) {
                for (const key of keysOf(value, context)) {
                    used.add(key);
                }
            }
        }
    }
}

/** Several pages are named where one is meant: the first is taken, and said so. */
export function firstPageIsMeant(context: Context, timeline: Timeline): void {
    for (const { step, node } of stepNodes(context, timeline)) {
        const target = step.args['target'];
        const place = isPlace(target) && target.kind === 'guest' ? target.place : target;
        if (!BY_FRAME.has(step.op) || step.sweep !== undefined || !isPlace(place) || !('pageCount' in place) || place.pageCount === 1) {
            continue;
        }
        const written = AstUtils.streamAllContents(node).filter(isPlaceNode).find((each) => each.target?.ref !== undefined);
        if (written !== undefined) {
            const first = `${textOf(written).replace(/\[.*$/, '')}[${place.page}]`;
            context.issues.report('place/first-page', written, `\`${textOf(written)}\` has ${place.pageCount} pages: \`${step.op}\` acts on the first, \`${first}\`.`, { data: { suggestions: [first] } });
        }
    }
}

function reportAbsent(target: Place, node: AstNode, used: ReadonlySet<string>, context: Context): void {
    const [own] = keysOf(target, context);
    const absent = own !== undefined && used.has(own) ? undefined : absence(target, context);
    if (absent !== undefined) {
        context.issues.report('place/untouched', node, `${absent.reason} No frame is mapped there that this step could act on. Touch the page first.`, { data: { name: absent.name } });
    }
}

/** What a step on the place may bring into memory: the pages of a mapping, and those of the file behind it. */
function keysOf(place: Place, context: Context): string[] {
    if (place.kind === 'file') {
        return [`file ${place.file}`];
    }
    if (place.kind !== 'mapping') {
        return [];
    }
    const from = specOf(place, context)?.from;
    return [`${place.process} ${place.mapping}`, ...from?.kind === 'file' ? [`file ${from.file}`] : []];
}

/** Which declaration keeps the pages of a place out of memory at the start, and why; undefined when they are there, or when nobody knows. */
function absence(place: Place, context: Context): { readonly name: string; readonly reason: string } | undefined {
    if (place.kind === 'file') {
        const file = context.facts.files.find(({ spec }) => spec.name === place.file)?.spec;
        return file?.cached === 'absent' && file.type !== 'devdax' && file.type !== 'fsdax' && !context.facts.filesystems.some(({ spec }) => spec.name === file.filesystem && spec.dax !== undefined)
            ? { name: file.name, reason: `No page of \`${file.name}\` is cached.` } : undefined;
    }
    const spec = place.kind === 'mapping' ? specOf(place, context) : undefined;
    if (spec?.touched === 'untouched') {
        return { name: spec.name, reason: `\`${spec.name}\` is untouched: nothing is mapped there.` };
    }
    return spec?.swap === 'entry' ? { name: spec.name, reason: `\`${spec.name}\` is on swap: its pages are not in memory.` } : undefined;
}

function specOf(place: Place & { kind: 'mapping' }, context: Context): MappingSpec | undefined {
    return context.facts.processes.find(({ spec }) => spec.name === place.process)?.spec.mappings.find(({ name }) => name === place.mapping);
}

function isPlace(value: unknown): value is Place {
    return typeof value === 'object' && value !== null && 'kind' in value;
}
