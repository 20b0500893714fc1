import type { Machine } from '../../machine/machine.js';
import type { Vma } from '../../machine/mm-types.js';
import type { PlaceResolver } from '../places.js';
import type { PfnRange, Place, SweepTarget } from '../program.js';
import type { GuestFrames } from './guest-frames.js';
import { PageTableIndex } from './page-table-index.js';
import { intersected, united, without } from './ranges.js';

/** A virtual machine: its frames as the host knows them, and what its own names mean. */
export interface SweptGuest { readonly frames: GuestFrames; readonly machine: Machine; readonly places: PlaceResolver }

/** The frames that a sweep is over, each once: sorted and disjoint. */
export function sweptFrames(machine: Machine, places: PlaceResolver, tables: PageTableIndex, over: SweepTarget, guests: ReadonlyMap<string, SweptGuest> = new Map()): PfnRange[] {
    switch (over.kind) {
        case 'machine':
            return framesOfMachine(machine);
        case 'node': {
            const node = machine.nodeStarts.find(({ id }) => id === over.node);
            return node === undefined ? [] : intersected(framesOfMachine(machine), [node]);
        }
        case 'process':
            return united((machine.process(over.process)?.mm.vmas ?? []).flatMap((vma) => tables.frames(vma, vma.start, vma.end)));
        case 'place':
            return over.place.kind === 'guest' ? united(framesOfGuest(guests.get(over.place.guest), over.place.place)) : united(framesOfPlace(machine, places, tables, over.place));
        case 'guest':
            return united(guests.get(over.guest)?.frames.all ?? []);
    }
}

/** The host's frames behind a place of a guest. */
function framesOfGuest(guest: SweptGuest | undefined, place: Place): PfnRange[] {
    return guest === undefined ? [] : guest.frames.hostFrames(sweptFrames(guest.machine, guest.places, new PageTableIndex(guest.machine.pageShift), { kind: 'place', place }));
}

/** RAM, persistent memory, and what was declared outside both. Holes are no memory. */
function framesOfMachine({ memory }: Machine): PfnRange[] {
    const { layout, extents } = memory;
    return united([...without([{ pfn: 0, pageCount: layout.pageCount }], united(layout.holes)), ...layout.devices, ...extents]);
}

function framesOfPlace(machine: Machine, places: PlaceResolver, tables: PageTableIndex, place: Place): PfnRange[] {
    switch (place.kind) {
        case 'mapping': {
            const range = places.virtual(place, null);
            if (range === null) return [];
            const end = range.page + range.pageCount;
            const overlapping = range.process.mm.vmas.filter((vma: Vma) => vma.start < end && vma.end > range.page);
            return overlapping.flatMap((vma) => tables.frames(vma, Math.max(vma.start, range.page), Math.min(vma.end, end)));
        }
        case 'region': {
            const region = machine.regions.get(place.region);
            return region === undefined ? [] : [{ pfn: region.pfn + place.page, pageCount: place.pageCount }];
        }
        case 'file':
            return framesOfFile(machine, place.file, place.page, place.pageCount);
        default: {
            const pfn = places.pfn(place, null);
            return pfn === null ? [] : [{ pfn, pageCount: 1 }];
        }
    }
}

/** Cached pages of a file, or those of its device memory. */
function framesOfFile(machine: Machine, name: string, page: number, pageCount: number): PfnRange[] {
    const file = machine.files.get(name);
    if (file === undefined) return [];
    const wanted = [{ pfn: page, pageCount }];
    const pages = Math.ceil(file.size / 2 ** machine.pageShift);
    const found: PfnRange[] = [];
    const add = (index: number, pfn: number, count: number): void => {
        for (const part of intersected([{ pfn: index, pageCount: count }], wanted)) found.push({ pfn: pfn + (part.pfn - index), pageCount: part.pageCount });
    };
    if (file.daxBase !== null) add(0, file.daxBase, pages);
    for (const folio of new Set(file.pages.values())) if (folio.owner === file) add(folio.index, folio.head, folio.pageCount);
    if (file.initial !== null) {
        const replaced = [...file.pages.keys(), ...file.absent].map((index) => ({ pfn: index, pageCount: 1 }));
        for (const part of without([{ pfn: 0, pageCount: file.initial.pageCount }], united(replaced))) add(part.pfn, file.initial.pfn + part.pfn, part.pageCount);
    }
    return found;
}
