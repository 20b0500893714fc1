/** What a trace tells about the frames behind a place, folded from the state changes that its decisions recorded. */
import { MAX_CLAIMED_PAGES, pageName, pagesOf } from '../../simulator/claimed-pages.js';
import type { Place } from '../../simulator/program.js';
import type { DataEvent, StepTrace } from '../../simulator/trace.js';
import { eventsUntil, type EventRef, type Scene } from '../judgement/scene.js';
import { stepEvents } from './step-events.js';
import { hex } from './wording.js';

export type ContentsState = DataEvent['fate'] | 'intact';

/** Whether all frames of the place carry PG_hwpoison after the scene; null when the trace does not tell which frames these are. */
export function poisonOf(place: Place, scene: Scene): { readonly poisoned: boolean | null; readonly at: EventRef | null } {
    const frames = framesOf(place, scene);
    if (frames === null) {
        return { poisoned: null, at: null };
    }
    const states = frames.map((pfn) => poisonOfFrame(pfn, scene));
    const healthy = states.find(({ poisoned }) => !poisoned);
    return healthy ?? { poisoned: true, at: states.at(-1)?.at ?? null };
}

/** What became of the contents of the place by the end of the scene. */
export function dataFateOf(place: Place, scene: Scene): { readonly fate: ContentsState | null; readonly at: EventRef | null } {
    const frames = framesOf(place, scene) ?? [];
    const names = pageNames(place);
    if (frames.length === 0 && names.length === 0) {
        return { fate: null, at: null };
    }
    const last = eventsUntil(scene, 'data')
        .filter(({ event }) => names.includes(event.what) || (event.pfn !== undefined && frames.includes(event.pfn))).at(-1);
    return { fate: last?.event.fate ?? 'intact', at: last?.at ?? null };
}

/** A frame is bad by its own flag, or as a raw page on the list of its hugetlb page, whose flag is the head's. */
function poisonOfFrame(pfn: number, scene: Scene): { readonly poisoned: boolean; readonly at: EventRef | null } {
    const key = hex(pfn);
    const last = new Map<string, { readonly poisoned: boolean; readonly at: EventRef }>();
    for (const { event, at } of eventsUntil(scene, 'decision')) {
        for (const { of, key: page, field, after } of event.changes ?? []) {
            if (of === 'page' && page === key && (field === 'PG_hwpoison' || field === 'raw_hwp_page')) last.set(field, { poisoned: after === 'true', at });
        }
    }
    const states = [...last.values()];
    return states.find(({ poisoned }) => poisoned) ?? states.at(-1) ?? { poisoned: false, at: null };
}

/** The frames that the trace is known to mean by a place after the scene; null where it does not tell. */
export function framesOf(place: Place, scene: Scene): readonly number[] | null {
    switch (place.kind) {
        case 'pfn': return [place.pfn];
        case 'phys': return [Math.floor(place.address / 2 ** scene.trace.pageShift)];
        case 'frame': return boundFrame(place.frame, scene);
        case 'region': return regionFrames(place, scene) ?? actedOn(place, scene);
        case 'guest': return null;
        case 'mapping':
        case 'file': return framesOfPages(place, scene);
        case 'raw': return actedOn(place, scene);
    }
}

function boundFrame(name: string, scene: Scene): readonly number[] | null {
    const frame = scene.trace.end.frames[name];
    return frame === undefined ? null : [frame.pfn];
}

function regionFrames(place: Place & { kind: 'region' }, scene: Scene): readonly number[] | null {
    const first = scene.trace.end.regions[place.region];
    return first === undefined ? null : Array.from({ length: place.pageCount }, (_each, index) => first + place.page + index);
}

/** Page by page: the frame that a step was about, else the one that is behind it now. */
function framesOfPages(place: Place, scene: Scene): readonly number[] | null {
    if ('pageCount' in place && place.pageCount > MAX_CLAIMED_PAGES) {
        return null;
    }
    const frames = pagesOf(place).map((page) => {
        const acted = actedOn(page, scene)?.[0];
        return acted ?? scene.trace.steps[scene.last]?.claimed?.[pageName(page)] ?? null;
    });
    return frames.includes(null) ? null : frames.filter((pfn) => pfn !== null);
}

/** The frame that was behind the place when a step last acted on it, or when it was bound to a name. */
function actedOn(place: Place, scene: Scene): readonly number[] | null {
    for (const step of scene.trace.steps.slice(0, scene.last + 1).reverse()) {
        const target = scene.program.steps[step.index]?.args.target;
        const pfn = isPlace(target) && samePage(target, place) ? frameOf(step) : undefined;
        if (pfn !== undefined) {
            return [pfn];
        }
        const unmapped = mappedFrame(place, step);
        if (unmapped !== null) {
            return [unmapped];
        }
    }
    const bound = scene.program.machine.frames.find((frame) => samePage(frame.place, place));
    return bound === undefined ? null : boundFrame(bound.name, scene);
}

/** Operations whose target is a frame, which is the first that their decisions name. */
const TAKES_A_FRAME: ReadonlySet<string> = new Set(['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'machine-check', 'madvise']);

/** The frame that the step reported on, or else the one that it looked at: a filtered page is not reported. */
function frameOf({ op, events }: StepTrace): number | undefined {
    const result = events.find((event) => event.t === 'result');
    if (result !== undefined || !TAKES_A_FRAME.has(op)) {
        return result?.pfn;
    }
    for (const event of events) if (event.t === 'decision' && event.pfn !== undefined) return event.pfn;
    return undefined;
}

/** The frame that a page table entry of the place named before the step changed it. */
function mappedFrame(place: Place, step: StepTrace): number | null {
    if (place.kind !== 'mapping' || !singlePage(place)) {
        return null;
    }
    const [key] = pageNames(place);
    const change = stepEvents(step, 'decision').flatMap(({ changes }) => changes ?? []).find((each) => each.of === 'mapping' && each.key === key);
    const pfn = change === undefined ? undefined : /^present 0x([0-9a-f]+)$/.exec(change.before)?.[1];
    return pfn === undefined ? null : Number.parseInt(pfn, 16);
}

function isPlace(value: unknown): value is Place {
    return typeof value === 'object' && value !== null && 'kind' in value;
}

function samePage(left: Place, right: Place): boolean {
    return left.kind === right.kind && ('page' in left ? left.page : 0) === ('page' in right ? right.page : 0) && JSON.stringify({ ...left, byteOffset: 0 }) === JSON.stringify({ ...right, byteOffset: 0 }) && singlePage(left);
}

function singlePage(place: Place): boolean {
    return !('pageCount' in place) || place.pageCount === 1;
}

/** The names under which data events speak of the pages of a place. */
function pageNames(place: Place): readonly string[] {
    return 'pageCount' in place && place.pageCount > MAX_CLAIMED_PAGES ? [] : pagesOf(place).map(pageName);
}
