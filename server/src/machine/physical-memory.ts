import type { CarrierName } from '../vocabulary/carriers.js';
import { contentAt } from './contents.js';
import { Folio, type FolioOwner } from './mm-types.js';
import { PG, type FolioFlag, type PageType } from './page-flags.js';
import type { MemoryLayout, Range } from './memory-layout.js';
import type { Pfn } from './units.js';

/** Pages that start in the same state: a declared region, the frames of a mapping, cached pages of a file. */
export interface Extent {
    readonly pfn: Pfn;
    readonly pageCount: number;
    /** Order of its folios; the extent starts aligned to it. */
    readonly order: number;
    readonly kind: string;
    readonly pageType: PageType;
    readonly flags: number;
    readonly references: number;
    readonly owner: FolioOwner | null;
    /** Index of the first page in its owner. */
    readonly index: number;
    readonly content: string;
    /** Pages for each character of the content; one unless given. */
    readonly contentStep?: number;
    /** Last touches to a folio when it is looked at for the first time. */
    readonly finish?: (folio: Folio) => void;
}

/** PG_hwpoison of a page, and whether it was taken off the buddy lists (private = 0x48575053). */
export interface Poison {
    readonly takenOff: boolean;
}

/** One for all pages that are marked and not taken off the lists, and one for all others. */
export const MARKED: Poison = { takenOff: false };
export const TAKEN_OFF: Poison = { takenOff: true };

/** What every page of a folio that was split starts as. */
export interface SplitState {
    readonly flags: number;
    /** References besides mappings: those of the page cache. */
    readonly references: number;
}

/** Memory that nobody has looked at since the last mapping of it went, or the file that it was a page of. */
function isAbandoned({ owner, references, index, pfn, order, pageType }: Extent, head: Pfn): boolean {
    if (owner?.kind === 'file') return owner.released && pageType !== 'hugetlb';
    if (owner?.kind !== 'anon' || references > 0 || pageType === 'hugetlb') return false;
    const first = index + (head - pfn);
    return !owner.vmas.some((vma) => first < vma.indexBase + vma.pageCount && vma.indexBase < first + 2 ** order);
}

/** What the pages of an extent hold from a frame on. */
function contentFrom({ pfn, content, contentStep = 1 }: Extent, from: Pfn): string {
    return content.slice(Math.min(Math.floor((from - pfn) / contentStep), Math.max(0, content.length - 1)));
}

/** A page that was freed: of a large folio onto a per-CPU list, else into the buddy allocator. */
function freed(pfn: Pfn, order: number): Folio {
    const folio = new Folio(pfn, 0, 'free', order > 0 ? 'none' : 'buddy', 0, 0);
    folio.perCpuFree = order > 0;
    return folio;
}

/**
 * Frames: extents plus the folios that were touched. What no extent covers is free (buddy) memory.
 * Cost follows what is touched, never the size of the machine.
 */
export class PhysicalMemory {
    readonly layout: MemoryLayout;
    readonly poisoned = new Map<Pfn, Poison>();
    /** Frames whose memory itself is bad, whatever a kernel knows of it, with the time of the error in nanoseconds: whoever loads from one is stopped. */
    readonly bad = new Map<Pfn, number>();
    /** Byte in the page where the error was found; 0 where nothing is known. */
    readonly badAt = new Map<Pfn, number>();
    /** Frames that a kernel before this one knew to be bad, and that nobody has repaired or unpoisoned since. */
    readonly remembered = new Set<Pfn>();
    /** Frames that the running kernel was kept from using because they are bad, and by what. */
    readonly setAside = new Map<Pfn, CarrierName>();
    /** First character of pages that no longer hold what their extent says. */
    readonly contents = new Map<Pfn, string>();
    /** Pages of which only a part was written: what stands behind their first byte is not known. */
    readonly partlyWritten = new Set<Pfn>();
    /** Pages that have left the kernel's direct map after a hardware error was handled. */
    readonly notInDirectMap = new Set<Pfn>();
    /** The frame that the next allocation of one page gets, when a scenario says which. */
    handOut: Pfn | null = null;
    /** Sorted by pfn, not overlapping. */
    private readonly extentList: Extent[] = [];
    /** Every page that was looked at leads to its folio. */
    private readonly looked = new Map<Pfn, Folio>();
    /** Extent folios that were split, by their head: their pages are folios of order 0 that start like this. */
    private readonly splits = new Map<Pfn, SplitState>();
    /** Heads of extent folios whose pages went back to the buddy allocator as a whole. */
    private readonly released = new Set<Pfn>();
    /** Order of the folios that an extent folio was cut into, by its head. */
    private readonly cuts = new Map<Pfn, number>();
    /** Large folios filled with one character, by head. */
    private readonly fills = new Map<Pfn, { readonly pageCount: number; readonly content: string }>();
    private cursor: Pfn;

    constructor(layout: MemoryLayout) {
        this.layout = layout;
        // Leave room for what a real kernel places low.
        const { firstFreePage, lowReservedPages } = layout.geometry;
        this.cursor = Math.min(firstFreePage, Math.max(lowReservedPages, Math.floor(layout.pageCount / 4)));
    }

    #extentIndex(pfn: Pfn): number {
        let low = 0;
        let high = this.extentList.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.extentList[middle]!.pfn <= pfn) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    extentAt(pfn: Pfn): Extent | null {
        const extent = this.extentList[this.#extentIndex(pfn)];
        return extent !== undefined && pfn < extent.pfn + extent.pageCount ? extent : null;
    }

    /** True when the range is inside RAM (or the devices) and no extent touches it. */
    isUnclaimed(pfn: Pfn, pageCount: number): boolean {
        const at = this.#extentIndex(pfn + pageCount - 1);
        const extent = this.extentList[at];
        return extent === undefined || extent.pfn + extent.pageCount <= pfn;
    }

    /** Adds an extent where nothing stands yet. */
    claim(extent: Extent): Extent {
        this.extentList.splice(this.#extentIndex(extent.pfn) + 1, 0, extent);
        return extent;
    }

    /** Changes what a part of an extent starts as: whole folios, none of which was looked at. */
    carve(pfn: Pfn, pageCount: number, change: Partial<Pick<Extent, 'flags' | 'references' | 'content' | 'contentStep' | 'kind' | 'owner' | 'index' | 'finish'>>): void {
        const at = this.#extentIndex(pfn);
        const extent = this.extentList[at]!;
        const part = (from: Pfn, pages: number): Extent => ({ ...extent, pfn: from, pageCount: pages, index: extent.index + (from - extent.pfn), content: contentFrom(extent, from) });
        const pieces = [part(extent.pfn, pfn - extent.pfn), { ...part(pfn, pageCount), ...change }, part(pfn + pageCount, extent.pfn + extent.pageCount - pfn - pageCount)];
        this.extentList.splice(at, 1, ...pieces.filter((piece) => piece.pageCount > 0));
    }

    /** The pages of the range are as their extent says: what was found by looking at them is dropped. */
    forget(pfn: Pfn, pageCount: number): void {
        for (let each = pfn; each < pfn + pageCount; each += 1) {
            this.looked.delete(each);
            this.contents.delete(each);
        }
    }

    /** The owner's pages that nobody has looked at start without the flag. */
    startWithout(flag: FolioFlag, owner: FolioOwner): void {
        const without = (flags: number): number => flags & ~PG[flag];
        for (const [at, extent] of this.extentList.entries()) if (extent.owner === owner) this.extentList[at] = { ...extent, flags: without(extent.flags) };
        for (const [head, state] of this.splits) if (this.extentAt(head)?.owner === owner) this.splits.set(head, { ...state, flags: without(state.flags) });
    }

    /** Was any page of the range looked at? */
    anyFolioIn(pfn: Pfn, pageCount: number): boolean {
        for (const each of this.looked.keys()) if (each >= pfn && each < pfn + pageCount) return true;
        return false;
    }

    /**
     * Free frames for that many pages, aligned to the order. Skips claimed extents, holes and poisoned frames.
     * @returns first pfn, or null when RAM is exhausted
     */
    allocate(pageCount: number, order: number): Pfn | null {
        if (pageCount === 1 && this.handOut !== null) {
            const handedOut = this.handOut;
            this.handOut = null;
            return handedOut;
        }
        const step = 2 ** order;
        let pfn = Math.ceil(this.cursor / step) * step;
        for (;;) {
            if (pfn + pageCount > this.layout.pageCount) return null;
            const obstacle = this.#obstacle(pfn, pageCount);
            if (obstacle === null) break;
            pfn = Math.ceil(obstacle / step) * step;
        }
        this.cursor = pfn + pageCount;
        return pfn;
    }

    /** The same within a range, such as a node. */
    allocateIn(range: Range, pageCount: number, order: number): Pfn | null {
        const step = 2 ** order;
        const align = (pfn: Pfn): Pfn => Math.ceil(pfn / step) * step;
        for (let pfn = align(Math.max(range.pfn, this.layout.geometry.lowReservedPages)); pfn + pageCount <= range.pfn + range.pageCount;) {
            const obstacle = this.#obstacle(pfn, pageCount) ?? this.#touched(pfn, pageCount);
            if (obstacle === null) return pfn;
            pfn = align(obstacle);
        }
        return null;
    }

    /** First page after one of the range that was looked at and may not be free, or null. */
    #touched(pfn: Pfn, pageCount: number): Pfn | null {
        for (let each = pfn + pageCount - 1; each >= pfn; each -= 1) if (this.looked.has(each) || this.poisoned.has(each)) return each + 1;
        return null;
    }

    /** First page after something that blocks the range, or null. */
    #obstacle(pfn: Pfn, pageCount: number): Pfn | null {
        const extent = this.extentList[this.#extentIndex(pfn + pageCount - 1)];
        if (extent !== undefined && extent.pfn + extent.pageCount > pfn) return extent.pfn + extent.pageCount;
        for (const range of [...this.layout.holes, ...this.layout.devices, ...this.layout.offline]) {
            if (range.pfn < pfn + pageCount && pfn < range.pfn + range.pageCount) return range.pfn + range.pageCount;
        }
        if (pageCount === 1 && (this.poisoned.has(pfn) || this.looked.has(pfn))) return pfn + 1;
        return null;
    }

    /** The folio of a page; free memory is a buddy folio of order 0. */
    folio(pfn: Pfn): Folio {
        const known = this.looked.get(pfn);
        if (known !== undefined) return known;
        const folio = this.#materialise(pfn, true);
        this.looked.set(pfn, folio);
        return folio;
    }

    /** The folio of a page for who only reads it: nothing is remembered, so that whether somebody reads makes no difference to what follows. */
    peek(pfn: Pfn): Folio {
        return this.looked.get(pfn) ?? this.#materialise(pfn, false);
    }

    #materialise(pfn: Pfn, remember: boolean): Folio {
        const extent = this.extentAt(pfn);
        if (extent === null) return this.#unclaimed(pfn);
        const size = 2 ** extent.order;
        const whole = extent.pfn + Math.floor((pfn - extent.pfn) / size) * size;
        const cut = this.cuts.get(whole);
        if (cut !== undefined) {
            const part = whole + Math.floor((pfn - whole) / 2 ** cut) * 2 ** cut;
            const known = this.released.has(part) ? undefined : this.looked.get(part);
            return known ?? new Folio(pfn, 0, 'free', 'buddy', 0, 0);
        }
        if (this.released.has(whole)) return new Folio(pfn, 0, 'free', 'buddy', 0, 0);
        const split = extent.order > 0 ? this.splits.get(whole) : undefined;
        if (isAbandoned(extent, whole)) return freed(pfn, split === undefined ? extent.order : 0);
        const head = split === undefined ? whole : pfn;
        if (split === undefined && head !== pfn) {
            const existing = this.looked.get(head);
            if (existing !== undefined) return existing;
        }
        const { flags, references } = split ?? extent;
        const folio = new Folio(head, split === undefined ? extent.order : 0, extent.kind, extent.pageType, flags, references);
        folio.owner = extent.owner;
        folio.index = extent.index + (head - extent.pfn);
        if (remember && head !== pfn) this.looked.set(head, folio);
        extent.finish?.(folio);
        return folio;
    }

    #unclaimed(pfn: Pfn): Folio {
        if (!this.layout.isRam(pfn) || pfn < this.layout.geometry.lowReservedPages) return new Folio(pfn, 0, 'reserved', 'none', PG.reserved, 1);
        return new Folio(pfn, 0, 'free', 'buddy', 0, 0);
    }

    /** Puts a fresh folio over frames that were allocated; earlier knowledge of them is forgotten. */
    place(folio: Folio): Folio {
        for (let pfn = folio.head; pfn < folio.head + folio.pageCount; pfn += 1) this.looked.set(pfn, folio);
        return folio;
    }

    /**
     * Turns a large folio into folios of order 0, each in the state that is given. Those that nobody looked at are made when somebody does.
     * @returns the folio of the page `target`
     */
    split(folio: Folio, target: Pfn, state: SplitState): Folio {
        const { head, order, kind, pageType, owner, index, chargedTo } = folio;
        const covered = this.extentAt(head)?.order === order;
        if (covered) this.splits.set(head, state);
        for (let pfn = head; pfn < head + 2 ** order; pfn += 1) {
            if (covered && !this.looked.has(pfn)) continue;
            const page = new Folio(pfn, 0, kind, pageType, state.flags, state.references);
            page.owner = owner;
            page.index = index + (pfn - head);
            page.chargedTo = chargedTo;
            this.looked.set(pfn, page);
        }
        return this.folio(target);
    }

    /**
     * Turns a large folio into parts of several orders, each in the state that is given, with that many references for each of its pages.
     * What the pages hold stays.
     */
    splitUnevenly(folio: Folio, parts: readonly { readonly head: Pfn; readonly order: number }[], state: SplitState): readonly Folio[] {
        const { head, order, kind, pageType, owner, index, chargedTo } = folio;
        if (this.extentAt(head)?.order === order) this.splits.set(head, state);
        return parts.map((part) => {
            const made = new Folio(part.head, part.order, kind, pageType, state.flags, state.references * 2 ** part.order);
            made.owner = owner;
            made.index = index + (part.head - head);
            made.chargedTo = chargedTo;
            return this.place(made);
        });
    }

    /** A large folio of an extent goes back to the buddy allocator as base pages; nothing is remembered of them. */
    release(folio: Folio): void {
        const { head, pageCount } = folio;
        this.released.add(head);
        this.fills.delete(head);
        for (const pfn of [...this.looked.keys()]) if (pfn >= head && pfn < head + pageCount) this.looked.delete(pfn);
        for (const pfn of [...this.contents.keys()]) if (pfn >= head && pfn < head + pageCount) this.contents.delete(pfn);
    }

    /** A large folio of an extent becomes several smaller ones of one order; nothing else is remembered of its pages. */
    cut(folio: Folio, parts: readonly Folio[]): void {
        const { head } = folio;
        this.release(folio);
        this.released.delete(head);
        this.cuts.set(head, parts[0]!.order);
        for (const part of parts) this.looked.set(part.head, part);
    }

    /** Every page of a large folio holds that character from here on. */
    fill(folio: Folio, content: string): void {
        const { head, pageCount } = folio;
        for (const pfn of [...this.contents.keys()]) if (pfn >= head && pfn < head + pageCount) this.contents.delete(pfn);
        this.fills.set(head, { pageCount, content });
    }

    /** Copies the contents of a large folio to frames elsewhere, without visiting pages that hold what the whole folio holds. */
    copyContents(from: Folio, to: Pfn): void {
        const fill = this.fills.get(from.head) ?? this.#declaredFill(from);
        if (fill !== undefined) this.fills.set(to, fill);
        for (const [pfn, content] of [...this.contents]) {
            if (pfn >= from.head && pfn < from.head + from.pageCount) this.contents.set(to + (pfn - from.head), content);
        }
        for (const pfn of [...this.partlyWritten]) if (pfn >= from.head && pfn < from.head + from.pageCount) this.partlyWritten.add(to + (pfn - from.head));
    }

    /** What a whole folio holds since the machine was set up, where its extent says it by folio. */
    #declaredFill({ head, pageCount }: Folio): { readonly pageCount: number; readonly content: string } | undefined {
        const extent = this.extentAt(head);
        return extent?.contentStep === pageCount ? { pageCount, content: contentAt(extent.content, (head - extent.pfn) / pageCount) } : undefined;
    }

    #fillAt(pfn: Pfn): string | undefined {
        if (this.fills.size === 0) return undefined;
        const head = this.looked.get(pfn)?.head ?? this.#headInExtent(pfn);
        const fill = this.fills.get(head);
        return fill === undefined || pfn >= head + fill.pageCount ? undefined : fill.content;
    }

    #headInExtent(pfn: Pfn): Pfn {
        const extent = this.extentAt(pfn);
        return extent === null ? pfn : extent.pfn + Math.floor((pfn - extent.pfn) / 2 ** extent.order) * 2 ** extent.order;
    }

    /** Whether a page of the range may hold zeroes; false only where its extent, and all that was written since, say otherwise. */
    mayHoldZeroes(first: Pfn, pageCount: number): boolean {
        const extent = this.extentAt(first);
        if (extent === null || first + pageCount > extent.pfn + extent.pageCount || extent.content === '' || extent.content.includes('\0') || this.fills.size > 0) return true;
        for (const [pfn, content] of this.contents) if (content === '\0' && pfn >= first && pfn < first + pageCount) return true;
        return false;
    }

    /** First character of the page's contents. */
    content(pfn: Pfn): string {
        const known = this.contents.get(pfn) ?? this.#fillAt(pfn);
        if (known !== undefined) return known;
        const extent = this.extentAt(pfn);
        return extent === null ? '\0' : contentAt(extent.content, Math.floor((pfn - extent.pfn) / (extent.contentStep ?? 1)));
    }

    /** The page is off the buddy lists; its mark, if it has one, says so. */
    takeOff(pfn: Pfn): void {
        if (this.poisoned.has(pfn)) this.poisoned.set(pfn, TAKEN_OFF);
    }

    isPoisoned(pfn: Pfn): boolean {
        return this.poisoned.has(pfn);
    }

    /** Does any page of the folio carry PG_hwpoison? */
    folioIsPoisoned(folio: Folio): boolean {
        if (folio.order === 0) return this.poisoned.has(folio.head);
        for (const pfn of this.poisoned.keys()) if (pfn >= folio.head && pfn < folio.head + folio.pageCount) return true;
        return false;
    }

    /** Frames of the folio that carry PG_hwpoison. */
    poisonedIn({ head, pageCount }: Folio): Pfn[] {
        return [...this.poisoned.keys()].filter((pfn) => pfn >= head && pfn < head + pageCount);
    }

    /** Every folio that was looked at, each once. */
    touchedFolios(): Set<Folio> {
        return new Set(this.looked.values());
    }

    /** Heads of extent folios that are no longer what their extent says. */
    restructuredHeads(): Pfn[] {
        return [...this.splits.keys(), ...this.released];
    }

    /** All extents, sorted by pfn. */
    get extents(): readonly Extent[] {
        return this.extentList;
    }
}
