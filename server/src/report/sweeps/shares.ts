/** The outcomes of a sweep, added up: over all pages, by what they belong to, by node. */
import type { StepTrace, SweepClass, SweepTrace } from '../../simulator/trace.js';
import { summaryParts } from '../step/summary.js';
import { byPages, fateOf, fateShares, sumOf, type Fate, type FateShare } from './fates.js';

export interface OutcomeShare {
    readonly fate: Fate;
    /** Everything that tells this outcome from others: `DIRTY_LRU Recovered · AO→httpd.main`. */
    readonly words: string;
    readonly pageCount: number;
    readonly regions: readonly string[];
}

export interface RegionShare {
    readonly region: string;
    /** What its pages are: rows of the page kinds and file systems. */
    readonly kinds: readonly string[];
    readonly pageCount: number;
    /** Most pages first. */
    readonly outcomes: readonly OutcomeShare[];
}

export interface NodeShare {
    readonly node: number;
    readonly pageCount: number;
    readonly fates: readonly FateShare[];
}

/** The summary of a step without the number of the page: the same for all pages of a class. */
export function outcomeWords(step: StepTrace): string {
    const parts = summaryParts(step).map(({ kind, text }) => kind === 'data' ? text.replace(/\[\d+\]/, '') : text);
    return parts.length === 0 ? fateOf(step).word : parts.join(' · ');
}

/** Most pages first; what has equally many stays in the order of the classes. */
export function outcomeShares(classes: readonly SweepClass[]): OutcomeShare[] {
    const shares = new Map<string, { fate: Fate; words: string; pageCount: number; regions: Set<string> }>();
    for (const { step, pageCount, region } of classes) {
        const words = outcomeWords(step);
        const share = shares.get(words) ?? { fate: fateOf(step), words, pageCount: 0, regions: new Set() };
        share.pageCount += pageCount;
        share.regions.add(region);
        shares.set(words, share);
    }
    return [...shares.values()].map((share) => ({ ...share, regions: [...share.regions] })).sort(byPages);
}

/** In the order in which they lie in memory. */
export function regionShares({ classes }: SweepTrace): RegionShare[] {
    return [...grouped(classes, ({ region }) => region)].map(([region, own]) => ({
        region, kinds: [...new Set(own.map(({ kind }) => kind))], pageCount: sumOf(own), outcomes: outcomeShares(own),
    }));
}

/** By node. */
export function nodeShares({ classes }: SweepTrace): NodeShare[] {
    const parts = classes.flatMap(({ step, nodes }) => nodes.map(({ node, pageCount }) => ({ node, step, pageCount })));
    return [...grouped(parts, ({ node }) => node)].map(([node, own]) => ({ node, pageCount: sumOf(own), fates: fateShares(own) })).sort((a, b) => a.node - b.node);
}

function grouped<Part, Key>(parts: readonly Part[], keyOf: (part: Part) => Key): Map<Key, Part[]> {
    const groups = new Map<Key, Part[]>();
    for (const part of parts) {
        const key = keyOf(part);
        groups.set(key, [...groups.get(key) ?? [], part]);
    }
    return groups;
}
