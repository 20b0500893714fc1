import type { Pfn } from './units.js';

/** Sparse memory sections are 128 MiB on x86-64; struct pages are initialised per 2 MiB subsection. Both in 4 KiB pages. */
export const SECTION_PAGES = 32768;
export const SUBSECTION_PAGES = 512;
/** x86 keeps the first MiB of RAM reserved. Pages. */
export const LOW_RESERVED_PAGES = 256;

export interface Range { readonly pfn: Pfn; readonly pageCount: number; }

function overlaps(range: Range, pfn: Pfn, pageCount: number): boolean {
    return range.pfn < pfn + pageCount && pfn < range.pfn + range.pageCount;
}

/** What firmware's memory map and the section tables say about a pfn. Follows pfn_valid() and pfn_to_online_page(). */
export class MemoryLayout {
    readonly pageCount: number;
    readonly holes: readonly Range[];
    readonly offline: Range[];
    readonly devices: readonly Range[];

    /**
     * @param pageCount end of the span of RAM, in pages, exclusive
     * @param holes ranges inside the span that are not RAM
     * @param offline ranges (whole memory blocks) that are offline
     * @param devices ranges of persistent memory with struct pages
     */
    constructor(pageCount: number, holes: readonly Range[], offline: readonly Range[], devices: readonly Range[]) {
        this.pageCount = pageCount;
        this.holes = holes;
        this.offline = [...offline];
        this.devices = devices;
    }

    isRam(pfn: Pfn): boolean {
        return pfn >= 0 && pfn < this.pageCount && !this.holes.some((hole) => overlaps(hole, pfn, 1)) && !this.isDevice(pfn);
    }

    isDevice(pfn: Pfn): boolean {
        return this.devices.some((range) => overlaps(range, pfn, 1));
    }

    /** Does any RAM lie in the block of that size around the pfn? */
    #blockHasRam(pfn: Pfn, blockPages: number): boolean {
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
        return this.isDevice(pfn) || this.#blockHasRam(pfn, SECTION_PAGES);
    }

    /** pfn_to_online_page(): the subsection holds RAM, the block is online, the page is no device's. */
    isOnline(pfn: Pfn): boolean {
        return !this.isDevice(pfn) && this.#blockHasRam(pfn, SUBSECTION_PAGES) && !this.offline.some((range) => overlaps(range, pfn, 1));
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
