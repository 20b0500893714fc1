/** Places: mapping pages, regions, file pages, bound frames, `pfn N`, `phys N`, `address N`. */
import { type Argument, type Guest, type Mapping, type Named, type Place, isFile, isFrame, isGuest, isIntroduction, isMachine, isMapping, isPlace, isProcess, isQuantity, isRegion, isThread } from '../../generated/ast.js';
import type { Place as PlaceSpec } from '../../../simulator/program.js';
import { findMember, findTask, mappingsNamed, sceneOf, taskAround, visibleNames } from '../../references/lookup.js';
import { isTaskNode, type TaskNode } from '../../references/scenario-symbols.js';
import { property } from '../../issues.js';
import type { Context } from '../context.js';
import { byteOffset, count, wholeNumber } from '../word/numbers.js';
import { textOf, wordOf } from '../word/words.js';
import { suggest } from '../word/suggestions.js';

export interface TakenPlace {
    /** Undefined after an error. */
    readonly place: PlaceSpec | undefined;
    /** Index of the argument after the place. */
    readonly next: number;
}

const RAW_WORDS = new Set(['pfn', 'phys', 'address']);

/** Does a place start at this argument: a declared name, or a raw number with its word? */
export function placeStartsAt(args: readonly Argument[], index: number): boolean {
    const argument = args[index];
    return isRawPlace(args, index) || isPlace(argument) && argument.target?.ref !== undefined && !isMachine(argument.target.ref);
}

function isRawPlace(args: readonly Argument[], index: number): boolean {
    const word = wordOf(args[index]);
    return word !== undefined && RAW_WORDS.has(word) && isQuantity(args[index + 1]);
}

/** Takes the place at `index`: one argument, or two for `pfn N`. Reports what is wrong with it. */
export function lowerPlaceArguments(args: readonly Argument[], index: number, context: Context): TakenPlace {
    if (isRawPlace(args, index)) {
        return { place: lowerRaw(args, index, context), next: index + 2 };
    }
    const argument = args[index];
    if (!isPlace(argument)) {
        return { place: undefined, next: index };
    }
    return { place: lowerPlace(argument, context), next: index + 1 };
}

function lowerRaw(args: readonly Argument[], index: number, { issues, pageBytes }: Context): PlaceSpec | undefined {
    const number = args[index + 1];
    if (!isQuantity(number)) {
        return undefined;
    }
    switch (wordOf(args[index])) {
        case 'pfn': {
            const pfn = count(number.value, number, issues, 'A page frame number');
            return pfn === undefined ? undefined : { kind: 'pfn', pfn };
        }
        case 'phys': {
            const address = byteOffset(number, pageBytes, issues, 'A physical address');
            return address === undefined ? undefined : { kind: 'phys', address };
        }
        default: {
            const address = wholeNumber(number.value, number, issues);
            return address === undefined ? undefined : { kind: 'raw', address: `0x${address.toString(16)}` };
        }
    }
}

/** The place that a name with its pages and offset stands for; undefined after an error. */
export function lowerPlace(place: Place, context: Context): PlaceSpec | undefined {
    const guest = place.target?.ref;
    if (guest !== undefined && isGuest(guest)) {
        return lowerGuestPlace(place, guest, context);
    }
    const node = targetOf(place, context);
    return node === undefined ? undefined : placeIn(node, place, context);
}

/** `vm.heap[2]`: the frame of the host behind a frame of a virtual machine. */
function lowerGuestPlace(place: Place, guest: Guest, context: Context): PlaceSpec | undefined {
    const inner = context.guests.get(guest);
    const member = place.member?.ref;
    if (inner === undefined || member === undefined || isThread(member) || isIntroduction(member)) {
        context.issues.report('hwp/unknown-name', place, `\`${textOf(place)}\` names no page of the guest. Name a mapping (the only one of its name), a region, a file or a bound page of it, such as \`${guest.name}.heap[2]\`.`);
        return undefined;
    }
    const spec = placeIn(member, place, inner);
    return spec === undefined ? undefined : { kind: 'guest', guest: guest.name, place: spec };
}

/** The pages of what a name stands for. */
function placeIn(node: Named, place: Place, context: Context): PlaceSpec | undefined {
    if (isFrame(node)) {
        return lowerFrame(place, node.name, context);
    }
    if (isMapping(node)) {
        const span = spanOf(place, context.mappings.get(node)?.pageCount, context);
        const process = processOf(place, node);
        return span === undefined || process === undefined ? undefined : { kind: 'mapping', process, mapping: node.name, ...span };
    }
    if (isRegion(node)) {
        const span = spanOf(place, context.facts.regions.find((declared) => declared.node === node)?.spec.pageCount, context);
        return span === undefined ? undefined : { kind: 'region', region: node.name, ...span };
    }
    if (isFile(node) || isIntroduction(node)) {
        const bytes = isFile(node) ? context.facts.files.find((declared) => declared.node === node)?.spec.bytes : undefined;
        const span = spanOf(place, bytes === undefined ? undefined : Math.max(1, Math.ceil(bytes / context.pageBytes)), context);
        return span === undefined ? undefined : { kind: 'file', file: node.name, ...span };
    }
    context.issues.report('place/not-pages', place, `\`${textOf(place)}\` has no pages. Name a mapping, region, file or bound page${isProcess(node) ? `, such as \`${node.name}.heap[2]\`` : ''}.`);
    return undefined;
}

function lowerFrame(place: Place, frame: string, { issues, pageBytes }: Context): PlaceSpec | undefined {
    if (place.pages !== undefined) {
        issues.report('place/not-pages', place.pages, `\`${frame}\` is one page already. Remove the brackets.`);
        return undefined;
    }
    const offset = place.offset === undefined ? 0 : byteOffset(place.offset, pageBytes, issues, 'An offset');
    if (offset !== undefined && offset >= pageBytes) {
        issues.report('place/outside', place.offset!, `The offset ${place.offset!.value} leaves the page \`${frame}\`, which has ${pageBytes} bytes. Use a smaller one.`);
        return undefined;
    }
    return offset === undefined ? undefined : { kind: 'frame', frame, byteOffset: offset };
}

interface Span { readonly page: number; readonly pageCount: number; readonly byteOffset: number }

/** Pages and offset of a place inside something of `total` pages; without brackets all of it. */
function spanOf(place: Place, total: number | undefined, context: Context): Span | undefined {
    const { issues, pageBytes } = context;
    let page = 0;
    let pageCount = total ?? 1;
    if (place.pages !== undefined) {
        const first = count(place.pages.first, place.pages, issues, 'A page');
        const last = place.pages.last === undefined ? first : count(place.pages.last, place.pages, issues, 'A page');
        if (first === undefined || last === undefined) {
            return undefined;
        }
        if (last < first) {
            issues.report('place/not-pages', place.pages, `The range ${first}..${last} ends before it starts. Write \`${last}..${first}\`.`);
            return undefined;
        }
        page = first;
        pageCount = last - first + 1;
    }
    if (place.offset !== undefined) {
        const offset = byteOffset(place.offset, pageBytes, issues, 'An offset');
        if (offset === undefined) {
            return undefined;
        }
        page += Math.floor(offset / pageBytes);
        pageCount = 1;
        return inside(place, { page, pageCount, byteOffset: offset % pageBytes }, total, context);
    }
    return inside(place, { page, pageCount, byteOffset: 0 }, total, context);
}

function inside(place: Place, span: Span, total: number | undefined, { issues }: Context): Span | undefined {
    if (total !== undefined && span.page + span.pageCount > total) {
        const name = place.member?.$refText ?? place.target.$refText;
        issues.report('place/outside', place.pages ?? place, `\`${textOf(place)}\` is outside \`${name}\`, which has ${total} page${total === 1 ? '' : 's'} (0${total === 1 ? '' : `..${total - 1}`}). Name a page of it, or make it larger.`,
            { data: { suggestions: place.pages === undefined ? [] : [String(total - 1)] } });
        return undefined;
    }
    return span;
}

/** The declaration that a place names. */
function targetOf(place: Place, context: Context): Named | undefined {
    const target = place.target?.ref;
    if (place.member === undefined) {
        if (target === undefined) {
            reportUnknown(place, context);
        }
        return target;
    }
    if (target === undefined || !isTaskNode(target)) {
        if (target === undefined) {
            reportUnknown(place, context);
        } else {
            context.issues.report('hwp/unknown-name', place, `\`${place.target.$refText}\` is no process, so it has no \`${place.member.$refText}\`.`, property(place, 'target'));
        }
        return undefined;
    }
    const member = place.member.ref;
    if (member === undefined || isThread(member) || isIntroduction(member)) {
        const name = place.member.$refText;
        const known = context.facts.processes.find(({ node }) => node === target)?.mappings.map(({ spec }) => spec.name) ?? [];
        const suggestions = suggest(name, known, context.issues);
        context.issues.report('hwp/unknown-name', place, member === undefined
            ? `\`${target.name}\` has no mapping \`${name}\`.${suggestions.length > 0 ? ` Did you mean \`${target.name}.${suggestions[0]}\`?` : known.length > 0 ? ` It has ${known.map((word) => `\`${word}\``).join(', ')}.` : ''}`
            : `\`${target.name}.${name}\` is a thread; a place is a page of a mapping, region or file.`, { ...property(place, 'member'), data: { suggestions } });
        return undefined;
    }
    return member;
}

/** The process whose page it is: the one named, else the actor if it has the mapping, else the one that declares it. */
function processOf(place: Place, mapping: Mapping): string | undefined {
    if (place.member !== undefined && (place.target.ref === undefined || !isGuest(place.target.ref))) {
        return place.target.$refText;
    }
    const scene = sceneOf(place);
    const task: TaskNode | undefined = taskAround(place);
    if (task !== undefined && scene !== undefined && findMember(scene, task, mapping.name) === mapping) {
        return task.name;
    }
    const container = mapping.$container;
    return isProcess(container) ? container.name : container.actor?.process?.$refText;
}

function reportUnknown(place: Place, { issues }: Context): void {
    const name = place.target?.$refText ?? '';
    const scene = sceneOf(place);
    const homonyms = scene === undefined ? [] : mappingsNamed(scene, name);
    if (homonyms.length > 1) {
        const owners = homonyms.map((mapping) => isProcess(mapping.$container) ? mapping.$container.name : mapping.$container.actor?.process?.$refText ?? '');
        issues.report('hwp/ambiguous-name', place, `\`${name}\` is a mapping of ${owners.map((owner) => `\`${owner}\``).join(' and ')}. Say which: ${owners.map((owner) => `\`${owner}.${name}\``).join(' or ')}.`,
            { ...property(place, 'target'), data: { suggestions: owners.map((owner) => `${owner}.${name}`) } });
        return;
    }
    const suggestions = suggest(name, visibleNames(place).keys(), issues);
    issues.report('hwp/unknown-name', place, `Nothing is called \`${name}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : ' Declare it before the first step.'}`, { ...property(place, 'target'), data: { suggestions } });
}

/** The declared process or child of that name. */
export function taskNamed(name: string, context: Context): TaskNode | undefined {
    return findTask(context.scene, name);
}
