import type { Machine } from '../machine/machine.js';
import type { Extent } from '../machine/physical-memory.js';
import type { Pfn } from '../machine/units.js';
import { PageTableIndex } from './sweep/page-table-index.js';
import type { MappedRun, MemoryRun, MemoryState } from './trace.js';

/** Runs that are kept of one mapping, and of memory that no extent covers: a picture of more shows nothing more. */
const MAX_RUNS = 1000;

/** Where everything lies now. Looks at no page, so that nothing is marked by it. */
export function memoryState(machine: Machine): MemoryState {
    const mapped = mappedRuns(machine);
    const occupied = occupiedRuns(machine);
    return { memory: occupied.kept, mappings: mapped.kept, leftOut: mapped.leftOut + occupied.leftOut };
}

interface Kept<Run> { readonly kept: readonly Run[]; readonly leftOut: number; }

/** Extents, and the folios that were made while the machine was set up. */
function occupiedRuns(machine: Machine): Kept<MemoryRun> {
    const { memory } = machine;
    const names = new Map([...machine.regions].map(([name, { pfn }]) => [pfn, name]));
    const runs: MemoryRun[] = memory.extents.map((extent) => ({ pfn: extent.pfn, pageCount: extent.pageCount, order: extent.order, kind: extent.kind, name: names.get(extent.pfn) ?? nameOf(extent) }));
    for (const folio of memory.touchedFolios()) {
        if (!folio.free && memory.extentAt(folio.head) === null) runs.push({ pfn: folio.head, pageCount: folio.pageCount, order: folio.order, kind: folio.kind, name: nameOf(folio) });
    }
    const joined = joinedRuns(runs.sort((left, right) => left.pfn - right.pfn), (left, right) =>
        left.pfn + left.pageCount === right.pfn && left.name === right.name && left.kind === right.kind && left.order === right.order);
    const declared = joined.filter(({ pfn }) => memory.extentAt(pfn) !== null);
    const others = joined.filter(({ pfn }) => memory.extentAt(pfn) === null);
    const kept = [...declared, ...others.slice(0, MAX_RUNS)].sort((left, right) => left.pfn - right.pfn);
    return { kept, leftOut: Math.max(0, others.length - MAX_RUNS) };
}

/** Whom it belongs to, as the text names them; '' where nobody declared it. */
function nameOf({ owner }: Pick<Extent, 'owner'>): string {
    if (owner?.kind === 'file') return owner.name.replace(/^[a-z-]+:/, '');
    if (owner?.kind !== 'anon') return owner === null ? '' : 'merged by KSM';
    const vma = owner.vmas[0];
    return vma === undefined ? '' : `${vma.mm.process.name}.${vma.name}`;
}

/** By process and mapping: which frames stand behind which pages. */
function mappedRuns(machine: Machine): Kept<MappedRun> {
    const tables = new PageTableIndex(machine.pageShift);
    let leftOut = 0;
    const kept = machine.processes.flatMap((process) => process.mm.vmas.flatMap((vma): readonly MappedRun[] => {
        const runs = tables.frames(vma, vma.start, vma.end).map(({ page, pfn, pageCount }) => ({ process: process.name, mapping: vma.name, page: page - vma.nameStart, pageCount, pfn }));
        const joined = joinedRuns(runs.sort((left, right) => left.page - right.page), (left, right) => left.page + left.pageCount === right.page && left.pfn + left.pageCount === right.pfn);
        leftOut += Math.max(0, joined.length - MAX_RUNS);
        return joined.slice(0, MAX_RUNS);
    }));
    return { kept, leftOut };
}

function joinedRuns<Run extends { readonly pfn: Pfn; readonly pageCount: number }>(runs: readonly Run[], follows: (left: Run, right: Run) => boolean): Run[] {
    const joined: Run[] = [];
    for (const run of runs) {
        const last = joined.at(-1);
        if (last !== undefined && follows(last, run)) joined[joined.length - 1] = { ...last, pageCount: last.pageCount + run.pageCount };
        else joined.push(run);
    }
    return joined;
}
