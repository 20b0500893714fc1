import type { Machine } from '../../machine/machine.js';
import type { Pfn, VirtualPage } from '../../machine/units.js';
import type { Vma } from '../../machine/mm-types.js';
import type { PfnRange } from '../program.js';
import { boundariesOf } from './boundaries.js';
import { FrameNames } from './frame-names.js';
import { PageFacts } from './page-facts.js';
import { PageTableIndex, type MappedRange } from './page-table-index.js';
import { lowerBound } from './ranges.js';

/** The address that a signal for a page of a huge page of the pool names: the page's own, or that of the huge page (6.1). */
export type HugeAddress = 'page' | 'head';

/** Large folios of a guest side by side, in frames of the host: one begins at `at`, its head is `width` frames, the next one begins `size` later. */
export interface FolioPattern { readonly at: Pfn; readonly width: number; readonly size: number }

/**
 * Frames of the host as the kernel of a virtual machine sees them. An error in one of them goes on in the guest, so that two frames that are
 * alike for the host's kernel differ where those of the guest do.
 */
export class GuestFrames {
    readonly #name: string;
    readonly #guest: Machine;
    readonly #host: Machine;
    readonly #huge: HugeAddress;
    readonly #facts: PageFacts;
    readonly #names: FrameNames;
    /** Pages of the host that one of the guest fills; less than one where the guest's are smaller. */
    readonly #hostPages: number;
    readonly #nameStart: VirtualPage;
    readonly #byPage: readonly MappedRange[];
    readonly #pages: readonly VirtualPage[];
    readonly #byPfn: readonly MappedRange[];
    readonly #pfns: readonly Pfn[];
    /** Merged pages: several of the mapping may have one frame. */
    readonly #singles = new Map<Pfn, VirtualPage[]>();
    /** Frames of the host from which on the guest's are different from those below. */
    readonly cuts: readonly Pfn[];

    /**
     * @param huge what the signal for a page of the pool names
     * @param vmas of the VMM's mapping that is the guest's memory
     * @param tables page tables of the host
     */
    constructor(name: string, guest: Machine, host: Machine, huge: HugeAddress, vmas: readonly Vma[], tables: PageTableIndex) {
        this.#name = name;
        this.#guest = guest;
        this.#host = host;
        this.#huge = huge;
        const { cuts, marked } = boundariesOf(guest, new PageTableIndex(guest.pageShift));
        this.#facts = new PageFacts(guest, marked);
        this.#names = new FrameNames(guest);
        this.#hostPages = 2 ** (guest.pageShift - host.pageShift);
        this.#nameStart = vmas[0]?.nameStart ?? 0;
        const mapped = vmas.flatMap((vma) => tables.frames(vma, vma.start, vma.end));
        for (const { pfn, page, pageCount } of mapped) if (pageCount === 1) this.#singles.set(pfn, [...this.#singles.get(pfn) ?? [], page]);
        this.#byPage = [...mapped].sort((a, b) => a.page - b.page);
        this.#pages = this.#byPage.map(({ page }) => page);
        this.#byPfn = mapped.filter(({ pageCount }) => pageCount > 1).sort((a, b) => a.pfn - b.pfn);
        this.#pfns = this.#byPfn.map(({ pfn }) => pfn);
        this.cuts = [...mapped.flatMap(({ pfn, pageCount }) => [pfn, pfn + pageCount]), ...cuts.flatMap((cut) => this.#frameOfPage(this.#nameStart + Math.ceil(cut * this.#hostPages)) ?? [])];
    }

    /** What the guest's kernel can look at when it is told of an error in the frame; '' when the frame is none of the guest's. */
    facts(pfn: Pfn): string {
        return this.#guestPfns(this.#named(pfn)).map((each) => this.#facts.of(each)).join('+');
    }

    /** What the frame belongs to in the guest; null when it is none of the guest's, or several in one. */
    nameOf(pfn: Pfn): string | null {
        const [first, ...merged] = this.#guestPfns(pfn);
        return first === undefined || merged.length > 0 ? null : `${this.#name}: ${this.#names.of(first)}`;
    }

    /** How the guest's large folios lie from that frame on, up to the next cut; null when its pages are alike there. */
    pattern(pfn: Pfn): FolioPattern | null {
        const range = this.#rangeOf(pfn);
        const [first] = range === undefined ? [] : this.#guestPfns(pfn);
        if (range === undefined || first === undefined) return null;
        const { head, order } = this.#guest.memory.folio(first);
        const size = 2 ** order * this.#hostPages;
        // Pages that are told by the same address are told the same.
        const together = this.#named(pfn) === pfn && this.#named(pfn + 1) === pfn + 1 ? 1 : this.#host.memory.folio(pfn).pageCount;
        return order === 0 || size <= together ? null : { at: range.pfn + (this.#nameStart + head * this.#hostPages - range.page), width: Math.max(together, this.#hostPages), size };
    }

    /** The frames of the host behind frames of the guest. */
    hostFrames(guestFrames: readonly PfnRange[]): PfnRange[] {
        return guestFrames.flatMap((wanted) => {
            const from = this.#nameStart + Math.floor(wanted.pfn * this.#hostPages);
            const to = this.#nameStart + Math.ceil((wanted.pfn + wanted.pageCount) * this.#hostPages);
            const first = Math.max(0, lowerBound(this.#pages, from + 1) - 1);
            const found: PfnRange[] = [];
            for (let at = first; at < this.#byPage.length && this.#byPage[at]!.page < to; at += 1) {
                const { page, pfn, pageCount } = this.#byPage[at]!;
                const begin = Math.max(from, page);
                const end = Math.min(to, page + pageCount);
                if (begin < end) found.push({ pfn: pfn + (begin - page), pageCount: end - begin });
            }
            return found;
        });
    }

    /** All frames behind the guest's memory. */
    get all(): PfnRange[] {
        return this.hostFrames([{ pfn: 0, pageCount: this.#guest.memory.layout.pageCount }]);
    }

    /** The frame whose address the VMM is told for an error in that one. */
    #named(pfn: Pfn): Pfn {
        const folio = this.#host.memory.folio(pfn);
        return this.#huge === 'head' && folio.hugetlb !== null ? folio.head : pfn;
    }

    #rangeOf(pfn: Pfn): MappedRange | undefined {
        const found = this.#byPfn[lowerBound(this.#pfns, pfn + 1) - 1];
        return found !== undefined && pfn < found.pfn + found.pageCount ? found : undefined;
    }

    #frameOfPage(page: VirtualPage): Pfn | undefined {
        const found = this.#byPage[lowerBound(this.#pages, page + 1) - 1];
        return found !== undefined && page <= found.page + found.pageCount ? found.pfn + (page - found.page) : undefined;
    }

    /** The guest's frames at the first byte of the host's. */
    #guestPfns(pfn: Pfn): Pfn[] {
        const range = this.#rangeOf(pfn);
        const pages = [...this.#singles.get(pfn) ?? [], ...range === undefined ? [] : [range.page + (pfn - range.pfn)]];
        return pages.map((page) => Math.floor((page - this.#nameStart) / this.#hostPages)).filter((each) => each < this.#guest.memory.layout.pageCount);
    }
}
