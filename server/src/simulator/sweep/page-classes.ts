import type { Machine } from '../../machine/machine.js';
import type { Pfn } from '../../machine/units.js';
import type { PfnRange } from '../program.js';
import type { SweepClass } from '../trace.js';
import { boundariesOf } from './boundaries.js';
import { FrameNames } from './frame-names.js';
import type { FolioPattern, GuestFrames } from './guest-frames.js';
import { PageFacts } from './page-facts.js';
import type { PageTableIndex } from './page-table-index.js';
import { lowerBound } from './ranges.js';

/** Pages in the same state. */
export type PageClass = Omit<SweepClass, 'step' | 'notModelled'>;

interface Growing { readonly pageClass: Omit<PageClass, 'pageCount' | 'nodes'>; pageCount: number; readonly nodes: Map<number, number>; }

/**
 * Sorts frames by their state. The machine is looked at and marked by it: it must be one that nobody needs any more.
 * @param frames sorted and disjoint
 * @param guests the virtual machines that run in some of them
 */
export function pageClasses(machine: Machine, tables: PageTableIndex, frames: readonly PfnRange[], guests: readonly GuestFrames[] = []): PageClass[] {
    const { cuts, marked } = boundariesOf(machine, tables, guests.flatMap((guest) => guest.cuts));
    const facts = new PageFacts(machine, marked);
    const names = new FrameNames(machine);
    const classes = new Map<string, Growing>();
    const count = (pfn: Pfn, pageCount: number): void => {
        if (pageCount === 0) return;
        const region = guests.map((guest) => guest.nameOf(pfn)).find((name) => name !== null) ?? names.of(pfn);
        const key = [region, facts.of(pfn), ...guests.map((guest) => guest.facts(pfn))].join('|');
        let known = classes.get(key);
        if (known === undefined) {
            const { head, order, kind } = machine.memory.folio(pfn);
            known = { pageClass: { region, kind, position: order === 0 ? 'single' : pfn === head ? 'head' : 'tail', folioOrder: order, pfn }, pageCount: 0, nodes: new Map() };
            classes.set(key, known);
        }
        const node = machine.nodeStarts[machine.nodeOf(pfn)]?.id ?? 0;
        known.pageCount += pageCount;
        known.nodes.set(node, (known.nodes.get(node) ?? 0) + pageCount);
    };
    for (const { pfn, pageCount } of frames) {
        const end = pfn + pageCount;
        for (let from = pfn, at = lowerBound(cuts, pfn + 1); from < end; at += 1) {
            const to = Math.min(end, cuts[at] ?? end);
            countUnderGuests(machine, guests.flatMap((guest) => guest.pattern(from) ?? []), from, to, count);
            from = to;
        }
    }
    return [...classes.values()].map(({ pageClass, pageCount, nodes }) => ({ ...pageClass, pageCount, nodes: [...nodes].map(([node, pages]) => ({ node, pageCount: pages })).sort((a, b) => a.node - b.node) }));
}

/**
 * Frames between two boundaries where folios of guests lie over those of the host. Sizes of folios are powers of two: how both lie to each other is the same
 * again after the largest.
 */
function countUnderGuests(machine: Machine, patterns: readonly FolioPattern[], from: Pfn, to: Pfn, count: (pfn: Pfn, pageCount: number) => void): void {
    if (patterns.length === 0) {
        countPiece(machine, from, to, count);
        return;
    }
    const period = Math.max(2 ** machine.memory.folio(from).order, ...patterns.map(({ size }) => size));
    const times = Math.max(1, Math.floor((to - from) / period));
    const first = Math.min(to, from + period);
    for (const piece of cutByPatterns(patterns, from, first)) countPiece(machine, piece.pfn, piece.pfn + piece.pageCount, (pfn, pageCount) => { count(pfn, pageCount * times); });
    const rest = from + times * period;
    if (rest < to) for (const piece of cutByPatterns(patterns, rest, to)) countPiece(machine, piece.pfn, piece.pfn + piece.pageCount, count);
}

/** Pieces that hold heads of a guest's folios, or tails. */
function cutByPatterns(patterns: readonly FolioPattern[], from: Pfn, to: Pfn): PfnRange[] {
    const cuts = new Set<Pfn>([from, to]);
    for (const { at, width, size } of patterns) {
        for (let head = at + Math.floor((from - at) / size) * size; head < to; head += size) {
            for (const cut of [head, head + width]) if (cut > from && cut < to) cuts.add(cut);
        }
    }
    const sorted = [...cuts].sort((a, b) => a - b);
    return sorted.slice(1).map((end, index) => ({ pfn: sorted[index]!, pageCount: end - sorted[index]! }));
}

/** Frames between two boundaries: all heads are alike, and all tails. */
function countPiece(machine: Machine, from: Pfn, to: Pfn, count: (pfn: Pfn, pageCount: number) => void): void {
    const { head, order } = machine.memory.folio(from);
    if (order === 0) {
        count(from, to - from);
        return;
    }
    const size = 2 ** order;
    const firstHead = from === head ? from : head + size;
    const heads = firstHead >= to ? 0 : Math.ceil((to - firstHead) / size);
    const tails = to - from - heads;
    const firstTail = from === firstHead ? from + 1 : from;
    // By the lowest frame.
    if (firstHead < firstTail) count(firstHead, heads);
    count(firstTail, tails);
    if (firstHead > firstTail) count(firstHead, heads);
}
