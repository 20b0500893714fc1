/** Claims below a sweep: for which share of the pages they hold. */
import type { Claim, Program, ShareBound } from '../../simulator/program.js';
import type { StepTrace, SweepClass, SweepTrace, Trace } from '../../simulator/trace.js';
import { judgeExpected } from '../judgement/claims/table.js';
import type { Finding } from '../judgement/scene.js';
import { shareWords, sumOf } from './fates.js';

/** Most regions that a verdict names. */
const MAX_REGIONS = 4;

interface Judged { readonly pageClass: SweepClass; readonly finding: Finding; }

/** Without a bound the claim must hold for every page. */
export function judgeSwept(claim: Claim, step: StepTrace & { readonly sweep: SweepTrace }, program: Program, trace: Trace): Finding {
    const { sweep } = step;
    const judged = judgeClasses(claim, step, program, trace);
    const [example] = judged;
    const expected = `${example?.finding.expected ?? claim.kind}${claim.share === undefined ? ' for every page' : ` at ${claim.share.bound} ${claim.share.percent} %`}`;
    const { holding, unclear } = pagesOf(judged, sweep);
    return {
        expected, at: null,
        holds: sweep.pageCount === 0 ? null : withinBound(claim.share ?? { bound: 'least', percent: 100 }, holding, unclear, sweep.pageCount),
        actual: sweep.pageCount === 0 ? 'there is no page' : actualWords(claim, judged, holding, unclear, sweep.pageCount),
    };
}

export interface JudgedPages {
    /** Pages of which the claim holds. */
    readonly holding: number;
    /** Pages of which nothing is known. */
    readonly unclear: number;
    readonly of: number;
}

/** Of how many pages a claim holds, whatever share it asks for. */
export function judgedPages(claim: Claim, step: StepTrace & { readonly sweep: SweepTrace }, program: Program, trace: Trace): JudgedPages {
    return pagesOf(judgeClasses(claim, step, program, trace), step.sweep);
}

function judgeClasses(claim: Claim, { sweep, index }: StepTrace & { readonly sweep: SweepTrace }, program: Program, trace: Trace): Judged[] {
    const before = trace.steps.slice(0, index);
    return sweep.classes.map((pageClass) => ({ pageClass, finding: judgeOne(claim, pageClass.step, before, program, trace) }));
}

function pagesOf(judged: readonly Judged[], { classes, pageCount }: SweepTrace): JudgedPages {
    const pages = (holds: boolean | null): number => sumOf(judged.filter(({ finding }) => finding.holds === holds).map(({ pageClass }) => pageClass));
    return { holding: pages(true), unclear: pages(null) + pageCount - sumOf(classes), of: pageCount };
}

function judgeOne(claim: Claim, step: StepTrace, before: readonly StepTrace[], program: Program, trace: Trace): Finding {
    return judgeExpected(claim, { program, trace: { ...trace, steps: [...before, step] }, steps: [step], last: before.length });
}

/** Null when the pages that nothing is known of could change the answer. */
function withinBound({ bound, percent }: ShareBound, holding: number, unclear: number, of: number): boolean | null {
    const reached = 100 * holding >= percent * of;
    const exceeded = 100 * holding > percent * of;
    if (bound === 'least') {
        return reached ? true : 100 * (holding + unclear) >= percent * of ? null : false;
    }
    return exceeded ? false : 100 * (holding + unclear) > percent * of ? null : true;
}

/** `2.3 %: tables 1.9 %, text 0.4 %`: the regions that contribute; what should be much names those that lack it. */
function actualWords(claim: Claim, judged: readonly Judged[], holding: number, unclear: number, of: number): string {
    const wantsMuch = claim.share?.bound !== 'most';
    const byRegion = new Map<string, number>();
    for (const { pageClass, finding } of judged) {
        if (finding.holds === !wantsMuch) {
            byRegion.set(pageClass.region, (byRegion.get(pageClass.region) ?? 0) + pageClass.pageCount);
        }
    }
    const regions = [...byRegion].sort(([, left], [, right]) => right - left);
    const named = regions.slice(0, MAX_REGIONS).map(([region, pageCount]) => `${region} ${shareWords(pageCount, of)}`);
    const more = regions.length > MAX_REGIONS ? [`${regions.length - MAX_REGIONS} more`] : [];
    const list = [...named, ...more].join(', ');
    return [
        shareWords(holding, of),
        list === '' ? '' : wantsMuch ? `; not in ${list}` : `: ${list}`,
        unclear === 0 ? '' : `; unknown for ${shareWords(unclear, of)}`,
    ].join('');
}
