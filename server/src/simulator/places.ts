import { filemapGetPfn } from '../kernel/mm/page-cache.js';
import type { Kernel } from '../kernel/kernel.js';
import { lookup, mappedPfn } from '../machine/page-tables.js';
import type { Process, Vma } from '../machine/mm-types.js';
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
    #kernel: Kernel;
    /** The kernel that the processes and files of the program ran on, once it has ended. */
    #former: Kernel | null = null;
    /** Frames that pages of mappings and files were last seen to mean, for when their kernel has ended. */
    private readonly lastSeen = new Map<string, number>();
    /** Some kernel of the scenario ends before it does. */
    readonly #ends: boolean;
    /** What was seen since somebody asked. */
    private readonly seenLately: { readonly place: Place; readonly pfn: number }[] = [];
    private readonly starts = new Map<string, { readonly start: number; readonly pageCount: number }>();
    /** The VMM's page behind a frame of a virtual machine. */
    guestPlace: (guest: string, place: Place) => Place | null = () => null;
    /** Frames bound with `page`. */
    readonly frames = new Map<string, number>();

    /** @param ends some kernel of the scenario ends before it does: only then it matters which frames were seen */
    constructor(kernel: Kernel, ends: boolean) {
        this.#kernel = kernel;
        this.#ends = ends;
    }

    /** Another kernel runs. Pages of mappings and files name frames from here on: those that stood behind them. */
    nextKernel(kernel: Kernel): void {
        this.#former ??= this.#kernel;
        this.#kernel = kernel;
    }

    /** A step was about that frame when it named the page. */
    seen(place: Place, pfn: number): void {
        if (this.#ends && this.#former === null) this.seenLately.push({ place, pfn });
    }

    /** Every frame that a place names when its kernel ends; pages without one are left out. */
    pfns(place: Place): readonly number[] {
        if (!('pageCount' in place)) return [this.pfn(place, null)].filter((pfn) => pfn !== null);
        const found: number[] = [];
        for (let page = place.page; page < place.page + place.pageCount; page += 1) {
            const one = { ...place, page, pageCount: 1 };
            const pfn = one.kind === 'region' ? this.pfn(one, null) : this.#lasting(one);
            if (pfn !== null) found.push(pfn);
        }
        return found;
    }

    /** The frame that a page of a mapping or a file names once its kernel has ended. */
    #lasting(place: Place): number | null {
        for (const seen of this.seenLately.splice(0)) {
            const key = keyOfPage(seen.place);
            if (key !== null) this.lastSeen.set(key, seen.pfn);
        }
        return this.lastSeen.get(keyOfPage(place) ?? '') ?? this.#pageOf(this.#former ?? this.#kernel, place, null, true);
    }

    /** The frame that a page of a mapping or a file means now, also one that is known to be bad; null when there is none. */
    now(place: Place): number | null {
        return this.#pageOf(this.#former ?? this.#kernel, place, null, true);
    }

    /** Remembers where every mapping of the process begins. */
    remember(process: Process): void {
        for (const vma of process.mm.vmas) {
            const key = `${process.name}:${vma.name}`;
            if (!this.starts.has(key)) this.starts.set(key, { start: vma.nameStart, pageCount: vma.pageCount });
        }
    }

    /** The mapping that covers a page, or that did before it was unmapped, with where it begins. */
    locate(process: Process, page: number): { readonly mapping: string; readonly start: number } | null {
        const vma = process.mm.find(page);
        if (vma !== null) return { mapping: vma.name, start: vma.nameStart };
        for (const [key, { start, pageCount }] of this.starts) {
            if (key.startsWith(`${process.name}:`) && page >= start && page < start + pageCount) return { mapping: key.slice(process.name.length + 1), start };
        }
        return null;
    }

    /** The virtual pages a place names, or null when it names none. */
    virtual(place: Place, acting: Process | null): VirtualRange | null {
        return this.#virtual(this.#kernel, place, acting);
    }

    #virtual({ machine }: Kernel, place: Place, acting: Process | null): VirtualRange | null {
        if (place.kind === 'raw') {
            if (acting === null) return null;
            const address = BigInt(place.address);
            const pageBytes = BigInt(2 ** machine.pageShift);
            return { process: acting, page: Number(address / pageBytes), pageCount: 1, byteOffset: Number(address % pageBytes) };
        }
        if (place.kind === 'guest') {
            const backing = this.guestPlace(place.guest, place.place);
            return backing === null ? null : this.virtual(backing, acting);
        }
        if (place.kind !== 'mapping') return null;
        const process = machine.process(place.process);
        if (process === undefined) return null;
        // A child names the pages it inherited as its parent does; the acting process is asked first.
        const owner = acting !== null && acting !== process && startOf(acting, place.mapping) !== undefined && startOf(process, place.mapping) === undefined ? acting : process;
        const known = this.starts.get(`${owner.name}:${place.mapping}`) ?? this.starts.get(`${process.name}:${place.mapping}`);
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
            case 'guest': {
                const backing = this.guestPlace(place.guest, place.place);
                return backing === null ? null : this.pfn(backing, acting);
            }
            case 'file':
            case 'mapping':
                return this.#former === null ? this.#pageOf(this.#kernel, place, acting, false) : this.#lasting(place);
            case 'raw':
                return this.#pageOf(this.#kernel, place, acting, false);
        }
    }

    /**
     * The frame behind a page of a file or of an address space under that kernel.
     * @param poisoned also the frame that a hwpoison entry remembers
     */
    #pageOf(kernel: Kernel, place: Place, acting: Process | null, poisoned: boolean): number | null {
        const { machine } = kernel;
        if (place.kind === 'file') {
            const file = machine.files.get(place.file);
            return file === undefined ? null : filemapGetPfn(kernel, file, place.page);
        }
        const range = this.#virtual(kernel, place, acting);
        const vma = range?.process.mm.find(range.page) ?? null;
        if (range === null || vma === null) return null;
        if (vma.special !== null) return vma.special.pfn === null ? null : vma.special.pfn + (range.page - vma.start);
        const mapped = mappedPfn(machine, vma, range.page);
        if (mapped !== null) return mapped;
        const found = lookup(machine, vma, range.page);
        if (found === null) return null;
        if (found.entry.kind === 'hwpoison') return poisoned ? found.entry.pfn : null;
        if (found.entry.kind !== 'swap') return null;
        const { slot } = found.entry;
        return machine.swaps.find((area) => area.cache.has(slot))?.cache.get(slot)?.head ?? null;
    }

    /** Byte offset inside the first page of the place. */
    byteOffset(place: Place): number {
        if (place.kind === 'phys') return place.address % 2 ** this.#kernel.machine.pageShift;
        if (place.kind === 'pfn' || place.kind === 'raw') return 0;
        if (place.kind === 'guest') {
            const backing = this.guestPlace(place.guest, place.place);
            return backing === null ? 0 : this.byteOffset(backing);
        }
        return place.byteOffset % 2 ** this.#kernel.machine.pageShift;
    }
}

/** A place that can be resolved after its kernel has gone, as a key; null for other kinds. */
function keyOfPage(place: Place): string | null {
    if ((place.kind !== 'mapping' && place.kind !== 'file') || place.pageCount !== 1) return null;
    return place.kind === 'mapping' ? `${place.process} ${place.mapping} ${place.page}` : `${place.file} ${place.page}`;
}
