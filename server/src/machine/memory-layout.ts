import type { Pfn } from './units.js';

/** How memory is cut up, in base pages. */
export interface MemoryGeometry {
    /** Sparse memory sections, which are also the blocks that go offline as a whole. */
    readonly sectionPages: number;
    /** Struct pages are initialised by subsections of 2 MiB. */
    readonly subsectionPages: number;
    /** What the kernel keeps reserved at the start of RAM. */
    readonly lowReservedPages: number;
    /** What a PMD maps. */
    readonly pmdPages: number;
    /** Where frames of a scenario start, 64 MiB into RAM where there is that much. */
    readonly firstFreePage: Pfn;
}

/** @param sizes bytes; those of x86-64 unless given */
export function geometryOf(pageShift: number, sizes: { readonly sectionShift: number; readonly lowReservedBytes: number } = { sectionShift: 27, lowReservedBytes: 2 ** 20 }): MemoryGeometry {
    const pageBytes = 2 ** pageShift;
    return {
        sectionPages: 2 ** sizes.sectionShift / pageBytes, subsectionPages: Math.max(1, 2 ** 21 / pageBytes), lowReservedPages: Math.ceil(sizes.lowReservedBytes / pageBytes),
        pmdPages: pageBytes / 8, firstFreePage: 2 ** 26 / pageBytes,
    };
}

export interface Range { readonly pfn: Pfn; readonly pageCount: number; }

function isIn(ranges: readonly Range[], pfn: Pfn): boolean {
    for (const range of ranges) if (pfn >= range.pfn && pfn < range.pfn + range.pageCount) return true;
    return false;
}

function overlaps(range: Range, pfn: Pfn, pageCount: number): boolean {
    return range.pfn < pfn + pageCount && pfn < range.pfn + range.pageCount;
}

/** What firmware's memory map and the section tables say about a pfn. Follows pfn_valid() and pfn_to_online_page(). */
export class MemoryLayout {
    readonly pageCount: number;
    readonly holes: readonly Range[];
    readonly offline: Range[];
    readonly devices: readonly Range[];
    readonly geometry: MemoryGeometry;

    /**
     * @param pageCount end of the span of RAM, in pages, exclusive
     * @param holes ranges inside the span that are not RAM
     * @param offline ranges (whole memory blocks) that are offline
     * @param devices ranges of persistent memory with struct pages
     */
    constructor(pageCount: number, holes: readonly Range[], offline: readonly Range[], devices: readonly Range[], geometry: MemoryGeometry = geometryOf(12)) {
        this.pageCount = pageCount;
        this.holes = holes;
        this.offline = [...offline];
        this.devices = devices;
        this.geometry = geometry;
    }

    isRam(pfn: Pfn): boolean {
        return pfn >= 0 && pfn < this.pageCount && !isIn(this.holes, pfn) && !this.isDevice(pfn);
    }

    isDevice(pfn: Pfn): boolean {
        return isIn(this.devices, pfn);
    }

    /** Does any RAM lie in the block of that size around the pfn? */
    #blockHasRam(pfn: Pfn, blockPages: number): boolean {
        if (this.holes.length === 0 && this.devices.length === 0) return Math.floor(pfn / blockPages) * blockPages < this.pageCount;
        const start = Math.floor(pfn / blockPages) * blockPages;
        const end = Math.min(start + blockPages, this.pageCount);
        if (start >= this.pageCount) return false;
        let covered = 0;
        for (const range of [...this.holes, ...this.devices]) {
            covered += Math.max(0, Math.min(end, range.pfn + range.pageCount) - Math.max(start, range.pfn));
        }
        return covered < end - start;
    }

    /** A struct page exists: pfn_valid(). Early sections are valid as a whole. */
    hasStructPage(pfn: Pfn): boolean {
        return this.isDevice(pfn) || this.#blockHasRam(pfn, this.geometry.sectionPages);
    }

    /** pfn_to_online_page(): the subsection holds RAM, the block is online, the page is no device's. */
    isOnline(pfn: Pfn): boolean {
        return !this.isDevice(pfn) && this.#blockHasRam(pfn, this.geometry.subsectionPages) && !isIn(this.offline, pfn);
    }

    /** Is a part of the range no RAM: kept by firmware, a device's, or past the end? */
    hasHole({ pfn, pageCount }: Range): boolean {
        return pfn + pageCount > this.pageCount || [...this.holes, ...this.devices].some((range) => overlaps(range, pfn, pageCount));
    }

    /** Last page of RAM, the end of the span of its zone; exclusive. */
    get zoneEnd(): Pfn {
        let end = this.pageCount;
        for (;;) {
            const hole = this.holes.find((range) => range.pfn < end && range.pfn + range.pageCount >= end);
            if (hole === undefined) return end;
            end = hole.pfn;
        }
    }
}
