import { filemapGetPfn } from '../kernel/page-cache.js';
import type { Kernel } from '../kernel/kernel.js';
import { lookup, mappedPfn } from '../machine/page-tables.js';
import type { Process } from '../machine/process.js';
import type { Vma } from '../machine/vma.js';
import type { Place } from './program.js';

/** A virtual range of a process. Pages; `byteOffset` is within the first page. */
export interface VirtualRange {
    readonly process: Process;
    readonly page: number;
    readonly pageCount: number;
    readonly byteOffset: number;
}

/** First page of a named mapping, wherever munmap() or mprotect() have cut it. */
function startOf(process: Process, mapping: string): Vma | undefined {
    return process.mm.vmas.find((vma) => vma.name === mapping);
}

/** Names of mappings and where they began, kept so that a page keeps its name after munmap(). */
export class PlaceResolver {
    readonly #kernel: Kernel;
    readonly #starts = new Map<string, { readonly start: number; readonly pageCount: number }>();
    /** Frames bound with `page`. */
    readonly frames = new Map<string, number>();

    constructor(kernel: Kernel) {
        this.#kernel = kernel;
    }

    /** Remembers where every mapping of the process begins. */
    remember(process: Process): void {
        for (const vma of process.mm.vmas) {
            const key = `${process.name}:${vma.name}`;
            if (!this.#starts.has(key)) this.#starts.set(key, { start: vma.nameStart, pageCount: vma.pageCount });
        }
    }

    /** The mapping that covers a page, or that did before it was unmapped, with where it begins. */
    locate(process: Process, page: number): { readonly mapping: string; readonly start: number } | null {
        const vma = process.mm.find(page);
        if (vma !== null) return { mapping: vma.name, start: vma.nameStart };
        for (const [key, { start, pageCount }] of this.#starts) {
            if (key.startsWith(`${process.name}:`) && page >= start && page < start + pageCount) return { mapping: key.slice(process.name.length + 1), start };
        }
        return null;
    }

    /** The virtual pages a place names, or null when it names none. */
    virtual(place: Place, acting: Process | null): VirtualRange | null {
        if (place.kind === 'raw') {
            if (acting === null) return null;
            const address = BigInt(place.address);
            const pageBytes = BigInt(2 ** this.#kernel.machine.pageShift);
            return { process: acting, page: Number(address / pageBytes), pageCount: 1, byteOffset: Number(address % pageBytes) };
        }
        if (place.kind !== 'mapping') return null;
        const process = this.#kernel.machine.process(place.process);
        if (process === undefined) return null;
        // A child names the pages it inherited as its parent does; the acting process is asked first.
        const owner = acting !== null && acting !== process && startOf(acting, place.mapping) !== undefined && startOf(process, place.mapping) === undefined ? acting : process;
        const known = this.#starts.get(`${owner.name}:${place.mapping}`) ?? this.#starts.get(`${process.name}:${place.mapping}`);
        if (known === undefined) return null;
        return { process: owner, page: known.start + place.page, pageCount: place.pageCount, byteOffset: place.byteOffset };
    }

    /** The frame behind a place now, or null when none is mapped or cached there. */
    pfn(place: Place, acting: Process | null): number | null {
        const { machine } = this.#kernel;
        switch (place.kind) {
            case 'pfn':
                return place.pfn;
            case 'phys':
                return Math.floor(place.address / 2 ** machine.pageShift);
            case 'frame':
                return this.frames.get(place.frame) ?? null;
            case 'region': {
                const region = machine.regions.get(place.region);
                return region === undefined ? null : region.pfn + place.page + Math.floor(place.byteOffset / 2 ** machine.pageShift);
            }
            case 'file': {
                const file = machine.files.get(place.file);
                return file === undefined ? null : filemapGetPfn(this.#kernel, file, place.page);
            }
            case 'mapping':
            case 'raw': {
                const range = this.virtual(place, acting);
                const vma = range?.process.mm.find(range.page) ?? null;
                if (range === null || vma === null) return null;
                if (vma.special !== null) return vma.special.pfn === null ? null : vma.special.pfn + (range.page - vma.start);
                const mapped = mappedPfn(machine, vma, range.page);
                if (mapped !== null) return mapped;
                const found = lookup(machine, vma, range.page);
                if (found === null || found.entry.kind !== 'swap') return null;
                const { slot } = found.entry;
                return machine.swaps.find((area) => area.cache.has(slot))?.cache.get(slot)?.head ?? null;
            }
        }
    }

    /** Byte offset inside the first page of the place. */
    byteOffset(place: Place): number {
        if (place.kind === 'phys') return place.address % 2 ** this.#kernel.machine.pageShift;
        if (place.kind === 'pfn' || place.kind === 'raw') return 0;
        return place.byteOffset % 2 ** this.#kernel.machine.pageShift;
    }
}
