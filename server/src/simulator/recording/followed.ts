/** What of a machine is followed during a run: the frames and pages that the program and its trace speak of. */
import type { Place, Program } from '../program.js';
import type { StepTrace, Trace, TraceEvent } from '../trace.js';

/** Most frames that are followed from beginning to end; those that a step names are looked at around that step in any case. */
const MAX_FRAMES = 256;

/** Most pages of one mapping that are followed. */
const MAX_PAGES = 64;

export interface Followed {
    readonly frames: ReadonlySet<number>;
    /** Pages by the name of their mapping, whichever process maps it: a child inherits the names. */
    readonly pages: ReadonlyMap<string, ReadonlySet<number>>;
    /** Frames that were left out. */
    readonly leftOut: number;
}

/** @param guest of which virtual machine; '' for the host */
export function followedIn(program: Program, trace: Trace, guest: string): Followed {
    const frames = new Set<number>();
    const pages = new Map<string, Set<number>>();
    const page = (mapping: string, from: number, count = 1): void => {
        const known = pages.get(mapping) ?? new Set<number>();
        for (let each = from; each < from + count && known.size < MAX_PAGES; each += 1) known.add(each);
        pages.set(mapping, known);
    };
    const place = (at: Place): void => {
        if (at.kind === 'mapping') page(at.mapping, at.page, at.pageCount);
        else if (at.kind === 'pfn') frames.add(at.pfn);
    };
    const own = guest === '' ? program : program.guests?.find(({ name }) => name === guest)?.program ?? program;
    const end = guest === '' ? trace.end : trace.guests?.[guest]?.end ?? trace.end;
    for (const { pfn } of Object.values(end.frames)) frames.add(pfn);
    for (const frame of own.machine.frames) place(frame.place);
    const named = new Set<number>();
    for (const step of trace.steps) framesOf(step, guest).forEach((pfn) => named.add(pfn));
    for (const [index, step] of program.steps.entries()) {
        if ((step.guest ?? '') !== guest) continue;
        for (const value of [...Object.values(step.args), ...(step.races ?? []).flatMap(({ args }) => Object.values(args))]) if (isPlace(value)) place(value);
        for (const pfn of Object.values(trace.steps[index]?.claimed ?? {})) named.add(pfn);
    }
    for (const step of trace.steps) for (const key of mappingKeysOf(step, guest)) page(key.mapping, key.page);
    for (const pfn of Object.values(end.regions)) named.add(pfn);
    const all = new Set([...frames, ...named]);
    return { frames: new Set([...all].slice(0, MAX_FRAMES)), pages, leftOut: Math.max(0, all.size - MAX_FRAMES) };
}

function isPlace(value: unknown): value is Place {
    return typeof value === 'object' && value !== null && 'kind' in value;
}

/** The events of a machine: those of a virtual machine stand wrapped among the host's. */
function eventsOf(events: readonly TraceEvent[], guest: string): TraceEvent[] {
    return guest === '' ? events.filter(({ t }) => t !== 'guest') : events.flatMap((event) => event.t === 'guest' && event.guest === guest ? [event.event] : []);
}

/** Frames that the events of a step name, in the order in which they come up. */
export function framesOf({ events, outcome, race }: StepTrace, guest: string): Set<number> {
    const frames = framesOfEvents(events, guest);
    if (typeof outcome.pfn === 'number') frames.add(outcome.pfn);
    for (const each of race?.outcomes ?? []) if (each.step.events !== events) framesOf(each.step, guest).forEach((pfn) => frames.add(pfn));
    return frames;
}

export function framesOfEvents(events: readonly TraceEvent[], guest: string): Set<number> {
    const frames = new Set<number>();
    for (const event of eventsOf(events, guest)) {
        if ('pfn' in event && event.pfn !== undefined) frames.add(event.pfn);
        for (const change of event.t === 'decision' ? event.changes ?? [] : []) {
            const words = change.of === 'page' ? [change.key] : [change.before, change.after];
            for (const word of words) {
                const pfn = /^(?:present |huge )?0x([0-9a-f]+)$/.exec(word)?.[1];
                if (pfn !== undefined) frames.add(Number.parseInt(pfn, 16));
            }
        }
    }
    return frames;
}

function mappingKeysOf({ events, race }: StepTrace, guest: string): { readonly mapping: string; readonly page: number }[] {
    const own = eventsOf(events, guest).flatMap((event) => event.t === 'decision' ? event.changes ?? [] : []).flatMap(({ of, key }) => {
        const found = of === 'mapping' ? /^[^:]*:(.*)\[(\d+)\]$/.exec(key) : null;
        return found === null ? [] : [{ mapping: found[1]!, page: Number(found[2]) }];
    });
    return [...own, ...(race?.outcomes ?? []).filter(({ step }) => step.events !== events).flatMap(({ step }) => mappingKeysOf(step, guest))];
}
