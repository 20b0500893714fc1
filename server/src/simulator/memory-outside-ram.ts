/** Regions that are no RAM: what firmware keeps, and memory of devices that has struct pages. */
import type { MemoryGeometry, Range } from '../machine/memory-layout.js';
import { PAGE_KINDS, type PageKindName } from '../vocabulary/page-kinds.js';
import type { MachineSpec, RegionSpec } from './program.js';

export interface MemoryOutsideRam {
    /** Declared holes, and one for each region of kind `hole` that lies in none. */
    readonly holes: readonly Range[];
    /** Persistent memory, and a range for each region of device memory that lies in none. */
    readonly devices: readonly Range[];
    /** First pfn of those regions, by name. */
    readonly pfns: ReadonlyMap<string, number>;
}

/** Finds places for the regions that are no RAM and say none. */
export function memoryOutsideRam(spec: MachineSpec, ramPages: number, geometry: MemoryGeometry): MemoryOutsideRam {
    const holes: Range[] = [...spec.holes];
    const devices: Range[] = spec.pmems.map(({ pfn, pageCount }) => ({ pfn, pageCount }));
    const pfns = new Map<string, number>();
    const taken: readonly Range[] = [...holes, ...devices, ...spec.offline, ...spec.regions.flatMap(({ pfn, pageCount }) => pfn === undefined ? [] : [{ pfn, pageCount }])];
    /** Every place is behind the one before, so that many of them are found in one pass. */
    const place = (region: RegionSpec, ranges: Range[], start: number, step: number): number => {
        if (region.pfn !== undefined) {
            pfns.set(region.name, region.pfn);
            if (!ranges.some((range) => contains(range, region.pfn!, region.pageCount))) ranges.push({ pfn: region.pfn, pageCount: region.pageCount });
            return start;
        }
        const pageCount = upTo(region.pageCount, step);
        const pfn = firstFree(taken, start, pageCount, step);
        pfns.set(region.name, pfn);
        ranges.push({ pfn, pageCount });
        return pfn + pageCount;
    };
    let hole = upTo(geometry.lowReservedPages, geometry.subsectionPages);
    let device = upTo(ramPages, geometry.sectionPages) + geometry.sectionPages;
    for (const region of spec.regions) {
        if (region.kind === 'hole') {
            // Only where a whole subsection is no RAM does the kernel not manage the page.
            hole = place(region, holes, hole, geometry.subsectionPages);
        } else if (PAGE_KINDS[region.kind as PageKindName]?.zoneDevice === true) {
            device = place(region, devices, device, geometry.sectionPages);
        }
    }
    return { holes, devices, pfns };
}

function contains(range: Range, pfn: number, pageCount: number): boolean {
    return range.pfn <= pfn && pfn + pageCount <= range.pfn + range.pageCount;
}

function upTo(value: number, step: number): number {
    return Math.ceil(value / step) * step;
}

/** The first multiple of the step, from a start on, behind which so many pages are nobody's. */
function firstFree(taken: readonly Range[], start: number, pageCount: number, step: number): number {
    let pfn = start;
    for (;;) {
        const obstacle = taken.find((range) => range.pfn < pfn + pageCount && pfn < range.pfn + range.pageCount);
        if (obstacle === undefined) return pfn;
        pfn = upTo(obstacle.pfn + obstacle.pageCount, step);
    }
}
