/** Physical memory and who maps it, from what the trace tells of the start and of each step. */
import type { Program } from '../../simulator/program.js';
import type { MappedRun, MemoryRun, StepTrace, Trace } from '../../simulator/trace.js';
import { presentPfn } from './entries.js';
import { frameHistories } from './frame-histories.js';
import type { MapArea, MapBlock, MapMapping, MapProcess, MemoryMap } from './picture.js';
import { spotIn } from './spots.js';

/** Names that are kept of one frame. */
const MAX_NAMES = 3;

/** Null where the trace does not tell where things lay. @param guest '' for the host */
export function memoryMap(program: Program, trace: Trace, guest: string): MemoryMap | null {
    const { start } = trace;
    if (start === undefined) return null;
    const { machine, pageShift } = program;
    const pageBytes = 2 ** pageShift;
    const areas = areasOf(program, start.memory, trace.end.regions);
    const { frames, joined } = frameHistories(trace, { namesOf: pageLookUp(start.mappings, trace), areaOf: areaLookUp(areas) });
    return {
        kind: 'memory-map', guest, pageShift, firstPfn: Math.floor((machine.ramStartBytes ?? 0) / pageBytes), endPfn: Math.ceil(machine.ramBytes / pageBytes),
        nodes: machine.nodes.map(({ id, pfn, pageCount }) => ({ id, pfn, pageCount })),
        areas, processes: processesOf(program, trace, start.mappings), frames, splits: splitsIn(trace), blocks: blocksIn(trace), joined,
    };
}

/** Folios that became base pages. */
function splitsIn({ steps }: Trace): MemoryMap['splits'] {
    return steps.flatMap(({ events }, step) => events.flatMap((event) => event.t !== 'decision' ? [] : (event.changes ?? [])
        .filter(({ of, field, after }) => of === 'page' && field === 'order' && after === '0')
        .map(({ key, before }) => ({ step, pfn: Number.parseInt(key, 16), pageCount: 2 ** Number(before) }))));
}

const BLOCK = /^memory block 0x([0-9a-f]+) to 0x([0-9a-f]+)$/;

/** A kernel that boots has all blocks online again that firmware tells it of. */
function blocksIn({ steps }: Trace): MapBlock[] {
    const blocks: MapBlock[] = [];
    for (const [step, { events }] of steps.entries()) {
        for (const event of events) {
            if (event.t === 'boot') blocks.push(...blocks.map(({ pfn, pageCount }) => ({ step, pfn, pageCount, isOffline: false })));
            if (event.t !== 'decision') continue;
            for (const { of, key, field, after } of event.changes ?? []) {
                const [, first, last] = of === 'kernel' && field === 'state' ? BLOCK.exec(key) ?? [] : [];
                if (first === undefined || last === undefined) continue;
                const pfn = Number.parseInt(first, 16);
                blocks.push({ step, pfn, pageCount: Number.parseInt(last, 16) + 1 - pfn, isOffline: after === 'offline' });
            }
        }
    }
    return blocks;
}

/** Declared memory, and what is no ordinary RAM. */
function areasOf(program: Program, memory: readonly MemoryRun[], regions: Readonly<Record<string, number>>): MapArea[] {
    const { machine } = program;
    const declared = new Map([...machine.regions, ...machine.files, ...machine.pmems].map(({ name, source }) => [name, source]));
    const mappings = new Map(machine.processes.flatMap(({ name, mappings: own }) => own.map((each) => [`${name}.${each.name}`, each.source])));
    const areas = memory.map(({ pfn, pageCount, name, kind, order }): MapArea => {
        const source = declared.get(name) ?? mappings.get(name);
        return { pfn, pageCount, order, kind, name, spot: source === undefined ? null : spotIn(program, source) };
    });
    const taken = (pfn: number, pageCount: number): boolean => areas.some((area) => area.pfn < pfn + pageCount && pfn < area.pfn + area.pageCount);
    const others = [
        // A region of free memory is one all the same.
        ...machine.regions.flatMap(({ name, kind, pageCount, source }) => regions[name] === undefined ? [] : [{ pfn: regions[name], pageCount, name, kind, order: 0, spot: spotIn(program, source) }]),
        ...machine.holes.map((range) => ({ ...range, name: 'hole', kind: 'no RAM', order: 0, spot: null })),
        ...machine.offline.map((range) => ({ ...range, name: 'offline', kind: 'memory block', order: 0, spot: null })),
        ...machine.pmems.map(({ pfn, pageCount, name, source }) => ({ pfn, pageCount, name, kind: 'pmem', order: 0, spot: spotIn(program, source) })),
    ].filter(({ pfn, pageCount }) => !taken(pfn, pageCount));
    return [...areas, ...others].sort((left, right) => left.pfn - right.pfn);
}

function processesOf(program: Program, trace: Trace, mapped: readonly MappedRun[]): MapProcess[] {
    const ends = endsOf(trace);
    const changed = changedEntries(trace);
    const runs = new Map<string, MappedRun[]>();
    for (const run of mapped) {
        const key = `${run.process}:${run.mapping}`;
        const known = runs.get(key) ?? [];
        known.push(run);
        runs.set(key, known);
    }
    const declared = new Map(program.machine.processes.map((process) => [process.name, process]));
    const names = [...new Set([...declared.keys(), ...mapped.map(({ process }) => process)])];
    return names.flatMap((name): MapProcess[] => {
        const spec = declared.get(name);
        const own = [...new Set([...(spec?.mappings ?? []).map((each) => each.name), ...mapped.filter(({ process }) => process === name).map(({ mapping }) => mapping)])];
        const mappings = own.map((each): MapMapping => {
            const described = spec?.mappings.find((one) => one.name === each);
            const at = runs.get(`${name}:${each}`) ?? [];
            return {
                name: each, pageCount: described?.pageCount ?? at.reduce((sum, { pageCount }) => sum + pageCount, 0),
                spot: described === undefined ? null : spotIn(program, described.source),
                runs: at.map(({ page, pageCount, pfn }) => ({ page, pageCount, pfn })), changes: changed.get(`${name}:${each}`) ?? [],
            };
        });
        return mappings.length === 0 ? [] : [{ name, spot: spec === undefined ? null : spotIn(program, spec.source), ends: ends.get(name) ?? null, mappings }];
    });
}

/** The step that ended each process; a boot ends them all. */
function endsOf({ steps }: Trace): ReadonlyMap<string, number> {
    const ends = new Map<string, number>();
    steps.forEach(({ events }, index) => {
        for (const event of events) if (event.t === 'exit' && !ends.has(event.process)) ends.set(event.process, index);
    });
    return ends;
}

const ENTRY = /^(.+)\[(\d+)\]$/;

/** Page-table entries that steps changed, by `process:mapping`. */
function changedEntries({ steps }: Trace): ReadonlyMap<string, MapMapping['changes']> {
    const changed = new Map<string, { step: number; page: number; pfn: number; after: string }[]>();
    steps.forEach((step, index) => {
        for (const { key, before, after } of entriesIn(step)) {
            const [, mapping, page] = ENTRY.exec(key) ?? [];
            const pfn = presentPfn(before);
            if (mapping === undefined || pfn === null) continue;
            const known = changed.get(mapping) ?? [];
            known.push({ step: index, page: Number(page), pfn, after });
            changed.set(mapping, known);
        }
    });
    return changed;
}

function entriesIn({ events }: StepTrace): { readonly key: string; readonly before: string; readonly after: string }[] {
    return events.flatMap((event) => event.t === 'decision' ? (event.changes ?? []).filter(({ of }) => of === 'mapping') : []);
}

/** Names of a frame: those that the text binds, the pages that map it at the start. */
function pageLookUp(mapped: readonly MappedRun[], { end }: Trace): (pfn: number) => readonly string[] {
    const bound = new Map<number, string[]>();
    for (const [name, { pfn }] of Object.entries(end.frames)) bound.set(pfn, [...bound.get(pfn) ?? [], name]);
    const sorted = [...mapped].sort((left, right) => left.pfn - right.pfn);
    // Runs of several processes overlap: the longest one says how far back a run that covers a frame can begin.
    const longest = Math.max(0, ...mapped.map(({ pageCount }) => pageCount));
    return (pfn) => {
        const names = [...bound.get(pfn) ?? []];
        for (let at = lastFrom(sorted, pfn); at >= 0 && names.length < MAX_NAMES && sorted[at]!.pfn > pfn - longest; at -= 1) {
            const run = sorted[at]!;
            if (pfn < run.pfn + run.pageCount) names.push(`${run.process}:${run.mapping}[${run.page + (pfn - run.pfn)}]`);
        }
        return names;
    };
}

/** A number for each area, and for the free memory behind it. */
export function areaLookUp(areas: readonly MapArea[]): (pfn: number) => number {
    return (pfn) => {
        const at = lastFrom(areas, pfn);
        return at < 0 ? -1 : pfn < areas[at]!.pfn + areas[at]!.pageCount ? 2 * at : 2 * at + 1;
    };
}

/** Index of the last run that begins at the frame or before it. */
function lastFrom(runs: readonly { readonly pfn: number }[], pfn: number): number {
    let [low, high] = [0, runs.length];
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (runs[middle]!.pfn <= pfn) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}
