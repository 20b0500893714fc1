/** How the pages of a sweep fare, in a word each: what short summaries and colours tell apart. */
import type { StepTrace, SweepTrace } from '../../simulator/trace.js';
import { stepEvents } from '../step/step-events.js';
import type { SummaryKind } from '../step/summary-kind.js';
import { shortResult } from '../step/wording.js';

/** How a page fared, in a word, as colours and short summaries tell pages apart. */
export interface Fate {
    readonly kind: SummaryKind;
    /** `Recovered`, `panic`, `EBUSY`, `no result`. */
    readonly word: string;
}

export interface FateShare extends Fate { readonly pageCount: number; }

/** What matters most of a step: that the machine stopped, else what memory_failure() reported, else the errno. */
export function fateOf(step: StepTrace): Fate {
    if (stepEvents(step, 'panic').length > 0) {
        return { kind: 'panic', word: 'panic' };
    }
    if (stepEvents(step, 'oops').length > 0) {
        return { kind: 'oops', word: 'oops' };
    }
    const result = stepEvents(step, 'result').at(-1);
    if (result !== undefined) {
        return { kind: 'result', word: shortResult(result.result) };
    }
    const { errno } = step.outcome;
    return errno === '' || errno === '0' ? { kind: 'value', word: errno === '0' ? 'success' : 'no result' } : { kind: 'errno', word: errno };
}

/** Most pages first. */
export function fateShares(classes: readonly { readonly step: StepTrace; readonly pageCount: number }[]): FateShare[] {
    const shares = new Map<string, FateShare>();
    for (const { step, pageCount } of classes) {
        const fate = fateOf(step);
        shares.set(fate.word, { ...fate, pageCount: pageCount + (shares.get(fate.word)?.pageCount ?? 0) });
    }
    return [...shares.values()].sort(byPages);
}

/** `98.2 % Recovered · 1.1 % Ignored · 0.7 % panic`. */
export function fateWords(sweep: SweepTrace): { readonly kind: SummaryKind; readonly text: string }[] {
    return fateShares(sweep.classes).map(({ kind, word, pageCount }) => ({ kind, text: `${shareWords(pageCount, sweep.pageCount)} ${word}` }));
}

/** `97.4 % to 99.2 % Recovered`: the least and the largest share of each fate in several sweeps of the same pages. */
export function fateRanges(sweeps: readonly SweepTrace[]): string[] {
    const shares = sweeps.map((sweep) => ({ pageCount: sweep.pageCount, fates: fateShares(sweep.classes) }));
    const words = [...new Set(shares.flatMap(({ fates }) => fates.map(({ word }) => word)))];
    return words.map((word) => {
        const parts = shares.map(({ pageCount, fates }) => ({ own: fates.find((fate) => fate.word === word)?.pageCount ?? 0, pageCount })).sort((left, right) => left.own / left.pageCount - right.own / right.pageCount);
        const [least, most] = [parts[0]!, parts.at(-1)!].map(({ own, pageCount }) => shareWords(own, pageCount));
        return `${least === most ? least : `${least} to ${most}`} ${word}`;
    });
}

/** `25.3 %`. Never `0 %` for some pages or `100 %` for not all. */
export function shareWords(pageCount: number, of: number): string {
    if (of === 0) {
        return '–';
    }
    const percent = 100 * pageCount / of;
    const rest = 100 * (of - pageCount) / of;
    if (percent === 0 || rest === 0) {
        return `${percent} %`;
    }
    const smallest = Math.min(percent, rest);
    // Enough digits for the first two that are not 0 (or 9).
    const digits = smallest >= 0.1 ? 1 : Math.min(12, 1 - Math.floor(Math.log10(smallest)));
    return `${percent.toFixed(digits).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')} %`;
}

export function sumOf(parts: readonly { readonly pageCount: number }[]): number {
    return parts.reduce((sum, { pageCount }) => sum + pageCount, 0);
}

/** Most pages first. */
export function byPages(left: { readonly pageCount: number }, right: { readonly pageCount: number }): number {
    return right.pageCount - left.pageCount;
}
