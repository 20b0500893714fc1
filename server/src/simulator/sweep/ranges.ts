import type { PfnRange } from '../program.js';

/** The union, sorted and disjoint. */
export function united(ranges: Iterable<PfnRange>): PfnRange[] {
    const sorted = [...ranges].filter(({ pageCount }) => pageCount > 0).sort((a, b) => a.pfn - b.pfn);
    const result: { pfn: number; pageCount: number }[] = [];
    for (const range of sorted) {
        const last = result.at(-1);
        if (last !== undefined && range.pfn <= last.pfn + last.pageCount) last.pageCount = Math.max(last.pageCount, range.pfn + range.pageCount - last.pfn);
        else result.push({ pfn: range.pfn, pageCount: range.pageCount });
    }
    return result;
}

/** What is in both; each argument sorted and disjoint. */
export function intersected(left: readonly PfnRange[], right: readonly PfnRange[]): PfnRange[] {
    const result: PfnRange[] = [];
    for (let l = 0, r = 0; l < left.length && r < right.length;) {
        const a = left[l]!;
        const b = right[r]!;
        const from = Math.max(a.pfn, b.pfn);
        const to = Math.min(a.pfn + a.pageCount, b.pfn + b.pageCount);
        if (from < to) result.push({ pfn: from, pageCount: to - from });
        if (a.pfn + a.pageCount <= b.pfn + b.pageCount) l += 1;
        else r += 1;
    }
    return result;
}

/** The first without the second; each sorted and disjoint. */
export function without(ranges: readonly PfnRange[], taken: readonly PfnRange[]): PfnRange[] {
    const result: PfnRange[] = [];
    let at = 0;
    for (const range of ranges) {
        let from = range.pfn;
        const end = range.pfn + range.pageCount;
        while (at < taken.length && taken[at]!.pfn + taken[at]!.pageCount <= from) at += 1;
        for (let each = at; each < taken.length && taken[each]!.pfn < end; each += 1) {
            const { pfn, pageCount } = taken[each]!;
            if (pfn > from) result.push({ pfn: from, pageCount: pfn - from });
            from = Math.max(from, pfn + pageCount);
        }
        if (from < end) result.push({ pfn: from, pageCount: end - from });
    }
    return result;
}

/** First index whose value is not below the wanted one, in a sorted list. */
export function lowerBound(sorted: readonly number[], wanted: number): number {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (sorted[middle]! < wanted) low = middle + 1;
        else high = middle;
    }
    return low;
}
