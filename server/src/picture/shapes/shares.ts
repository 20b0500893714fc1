/** What a sweep found, as shares of pages: by outcome, region, node, and by what is varied. */
import type { SweepTrace } from '../../simulator/trace.js';
import type { VariantReport } from '../../report/judgement/scenario-report.js';
import { memoryWords } from '../../report/step/wording.js';
import { byPages, fateShares, shareWords, sumOf, type FateShare } from '../../report/sweeps/fates.js';
import { nodeShares, outcomeShares, regionShares, type OutcomeShare } from '../../report/sweeps/shares.js';
import { sweepHeadline } from '../../report/sweeps/tables.js';
import { variantWords } from '../../vocabulary/vary.js';
import type { ShareBar, ShareGroup, SharePart, Shares, Spot } from './picture.js';

/** Bars of one group; those of the rest are one. */
const MAX_BARS = 40;

/** @param step index of the sweep among the steps @param variants those that are compared with it */
export function shares(sweep: SweepTrace, step: number, title: string, spot: Spot | null, pageShift: number, variants: readonly VariantReport[]): Shares {
    const nodes = nodeShares(sweep);
    const groups: ShareGroup[] = [
        { name: 'by outcome', bars: [{ ...bar('all pages', sweep.pageCount, pageShift), shares: outcomeParts(outcomeShares(sweep.classes), sweep.pageCount) }] },
        { name: 'by region', bars: fewer(regionShares(sweep).map(({ region, pageCount, outcomes }) => ({ ...bar(region, pageCount, pageShift), shares: outcomeParts(outcomes, pageCount) })), pageShift) },
        ...nodes.length < 2 ? [] : [{ name: 'by node', bars: nodes.map(({ node, pageCount, fates }) => ({ ...bar(`node ${node}`, pageCount, pageShift), shares: fateParts(fates, pageCount) })) }],
        ...bySetting(variants, step, pageShift),
    ];
    return { kind: 'shares', title, headline: sweepHeadline(sweep, pageShift), step, spot, groups, limit: sweep.limit === null ? '' : `ended at the limit of ${sweep.limit.limit} ${sweep.limit.of.replace('-', ' ')}` };
}

function bar(name: string, pageCount: number, pageShift: number): Omit<ShareBar, 'shares'> {
    return { name, pageCount, size: memoryWords(pageCount * 2 ** pageShift) };
}

/** The same sweep under every setting. */
function bySetting(variants: readonly VariantReport[], step: number, pageShift: number): ShareGroup[] {
    const bars = variants.flatMap(({ values, trace }): ShareBar[] => {
        const sweep = trace?.steps[step]?.sweep;
        return sweep === undefined || values.length === 0 ? [] : [{ ...bar(variantWords(values), sweep.pageCount, pageShift), shares: fateParts(fateShares(sweep.classes), sweep.pageCount) }];
    });
    return bars.length < 2 ? [] : [{ name: 'by setting', bars: bars.slice(0, MAX_BARS) }];
}

/** Outcomes of the same fate stand together. */
function outcomeParts(outcomes: readonly OutcomeShare[], of: number): SharePart[] {
    const fates = new Map<string, { kind: SharePart['kind']; pageCount: number; words: string[] }>();
    for (const { fate, words, pageCount } of outcomes) {
        const known = fates.get(fate.word) ?? { kind: fate.kind, pageCount: 0, words: [] };
        known.pageCount += pageCount;
        known.words.push(`${shareWords(pageCount, of)} ${words}`);
        fates.set(fate.word, known);
    }
    return [...fates].map(([fate, { kind, pageCount, words }]) => ({ fate, kind, pageCount, percent: shareWords(pageCount, of), words: words.join('; ') })).sort(byPages);
}

function fateParts(fates: readonly FateShare[], of: number): SharePart[] {
    return fates.map(({ word, kind, pageCount }) => ({ fate: word, kind, pageCount, percent: shareWords(pageCount, of), words: '' }));
}

function fewer(bars: readonly ShareBar[], pageShift: number): readonly ShareBar[] {
    if (bars.length <= MAX_BARS) return bars;
    const ordered = [...bars].sort(byPages);
    const rest = ordered.slice(MAX_BARS - 1);
    const pages = sumOf(rest);
    const fates = new Map<string, SharePart>();
    for (const part of rest.flatMap(({ shares: own }) => own)) fates.set(part.fate, { ...part, words: '', pageCount: part.pageCount + (fates.get(part.fate)?.pageCount ?? 0) });
    const together = [...fates.values()].map((part) => ({ ...part, percent: shareWords(part.pageCount, pages) })).sort(byPages);
    return [...bars.filter((each) => !rest.includes(each)), { ...bar(`${rest.length} regions more`, pages, pageShift), shares: together }];
}
