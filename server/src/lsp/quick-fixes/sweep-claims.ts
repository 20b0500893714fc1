/** What a sweep did, in the words of expectations: a share for each thing that happened to some of its pages. */
import type { Claim } from '../../simulator/program.js';
import type { StepTrace, SweepClass, SweepTrace } from '../../simulator/trace.js';
import { judgedPages } from '../../report/sweeps/judge-sweep.js';
import { sumOf } from '../../report/sweeps/fates.js';
import { stepEvents } from '../../report/step/step-events.js';
import type { Run } from './run.js';

/** What can be said of one page: its results, else its errno; that the machine stopped. */
function wordsOf({ step }: SweepClass, byErrno: boolean): string[] {
    const results = stepEvents(step, 'result').map(({ result }) => result);
    const stops = (['oops', 'panic'] as const).filter((kind) => stepEvents(step, kind).length > 0);
    return [...new Set([...byErrno && step.outcome.errno !== '' ? [`errno ${step.outcome.errno}`] : results, ...stops])];
}

/** `MF_RECOVERED at least 96 %`, then what befalls the minority: `MF_IGNORED at most 4 %`, `panic at most 0.7 %`. Nothing where a limit was met. */
export function sweptClaims(sweep: SweepTrace): string[] {
    const { classes, pageCount, limit } = sweep;
    if (limit !== null || pageCount === 0) {
        return [];
    }
    const byErrno = !classes.some(({ step }) => stepEvents(step, 'result').length > 0);
    const words = [...new Set(classes.flatMap((each) => wordsOf(each, byErrno)))];
    const shares = words.map((claim) => ({ claim, pages: sumOf(classes.filter((each) => wordsOf(each, byErrno).includes(claim))) })).sort((left, right) => right.pages - left.pages);
    return shares.map(({ claim, pages }) => pages === pageCount ? claim : `${claim} ${boundWords(2 * pages >= pageCount ? 'least' : 'most', pages, pageCount)}`);
}

/** The failed claim with the share that is true; undefined where nothing can be said of so many pages. */
export function trueShare(claim: Claim, step: StepTrace & { readonly sweep: SweepTrace }, { program, trace }: Run, written: string): string | undefined {
    const { holding, unclear, of } = judgedPages(claim, step, program, trace);
    const bound = claim.share?.bound ?? 'least';
    if (of === 0 || unclear > 0 || claim.kind === 'outcomes' || bound === 'least' && holding === 0) {
        return undefined;
    }
    const share = /\s+at\s+(most|least)\s+[\d._]+\s*%$/;
    return `${written.replace(share, '')}${holding === of && bound === 'least' ? '' : ` ${boundWords(bound, holding, of)}`}`;
}

/** `at least 96.2 %`, rounded so that it holds: the first two digits that tell it from nothing and from all. */
export function boundWords(bound: 'least' | 'most', pages: number, of: number): string {
    const percent = 100 * pages / of;
    const smallest = Math.min(percent, 100 - percent);
    const digits = smallest >= 0.1 || smallest <= 0 ? 1 : Math.min(12, 1 - Math.floor(Math.log10(smallest)));
    const scale = 10 ** digits;
    const rounded = (bound === 'least' ? Math.floor(percent * scale) : Math.ceil(percent * scale)) / scale;
    return `at ${bound} ${rounded.toFixed(digits).replace(/\.?0+$/, '')} %`;
}
